import { ideas } from '../model/language.ts'
import type { Registry } from '../model/resource.ts'
import type { Topic } from '../model/topic.ts'
import { attributeTopics } from './topics-attributes.ts'
import { documentTopics, MAIN } from './topics-documents.ts'
import { typeTopic } from './topics-types.ts'

/** Everything that can be explained, codes aside: documents and their keys, types and their attributes, ideas. */
export function topicsOf(registry: Registry): readonly Topic[] {
  return [
    ...documentTopics(registry),
    ...[...registry.values()].flatMap((type) => [
      typeTopic(type, registry),
      ...attributeTopics(type, registry),
    ]),
    ...Object.entries(ideas).map(([name, { what, text, example }]) => ({
      name,
      what,
      page: 'documents',
      text,
      facts: [],
      below: [],
      example,
    })),
  ]
}

/** The topics that a word may mean: its own name, that of a block, without the document's name, or only the last part; the first way that leads anywhere. */
export function findTopics(word: string, topics: readonly Topic[], registry: Registry): readonly Topic[] {
  const named = (name: string) => topics.filter((topic) => topic.name === name)
  const [first = '', ...rest] = word.toLowerCase().split('.')
  const lower = [first, ...rest].join('.')
  const type = [...registry.values()].find(({ block }) => block === first)
  const ways = [
    named(word),
    named(lower),
    topics.filter(({ name }) => name.toLowerCase() === lower),
    type ? named([type.name, ...rest].join('.')) : [],
    named(`${MAIN.toLowerCase()}.${lower}`),
    rest.length > 0 ? named(rest.join('.')) : [],
    topics.filter(({ name }) => name.endsWith(`.${lower}`)),
  ]
  return ways.find((found) => found.length > 0) ?? []
}
