import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { exportLive, textsOf } from '../src/engine/export.ts'
import { exportExpanded } from '../src/engine/export-expanded.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { planText } from '../src/engine/planfile.ts'
import { path } from '../src/model/api.ts'
import { QuayctlError } from '../src/model/errors.ts'
import { list, number, record, text as words } from '../src/model/shape.ts'
import { renderDiagnostics } from '../src/render/diagnostics.ts'
import { renderPlan } from '../src/render/plan.ts'
import { colored, harmless, uncolored, visible, wrapText } from '../src/render/style.ts'
import { execute, folder, root, site } from './commands/run.ts'
import { type Reply as Listener, quay as server } from './quay/server.ts'
import { GONE, placesIn, type Reply, readerOver, replacedAt, valueAt } from './replies.ts'
import { configure, lines, planning, registry, validators, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 300_000 })

const golden = (name: string) =>
  readFileSync(new URL(`golden/profiles/${name}.yaml`, import.meta.url), 'utf8')

/** A Quay that has everything. */
const withEverything = (use: (world: World) => Promise<void>): Promise<void> =>
  withWorld(async (world) => {
    const { outcomes } = await world.apply(await world.plan(golden('created')))
    expect([...outcomes.values()].filter(({ status }) => status === 'done').length).toBeGreaterThan(40)
    await use(world)
  })

const changed = configure(golden('changed'))

const none: readonly string[] = []

/** What an altered reading comes to: an error with a code, or a plan; anything else is a bug. */
async function outcomeOf(world: World, exports: boolean, alter: (path: string, reply: Reply) => Reply) {
  const { reader, server } = readerOver(world.emulator, alter)
  try {
    const seen = await server()
    if (exports) {
      const interest = { names: null, types: null }
      const language = { registry, validators, server: seen }
      const { drafts } = await exportLive(
        { interest, templates: null, settings: [], planning },
        reader,
        language,
      )
      textsOf(drafts, 'object', { url: 'https://quay.example', include: [] }, registry)
    }
    const planned = await planConfiguration(changed, registry, reader, seen, planning)
    if (planned.errors) return { error: lines(planned.errors).join('; '), created: none }
    const { plan } = planned
    const text = planText(plan) + renderPlan(plan, uncolored)
    const created = plan.changes.filter(({ action }) => action === 'create').map(({ address }) => address)
    return { error: null, created, text }
  } catch (error) {
    if (error instanceof QuayctlError && error.code !== 'QC0001')
      return { error: error.message, created: none }
    throw error
  }
}

const wrong = { 'a number': 7, 'a text': 'x', 'a list': [[]], 'a map': { x: {} }, null: null, nothing: GONE }

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : typeof value === 'string'
          ? 'a text'
          : typeof value === 'number'
            ? 'a number'
            : 'a flag'

/** One reply with one value of another kind in it. */
interface Alteration {
  readonly title: string
  readonly path: string
  readonly text: string
}

/** What tells an object from others, and may be missing: with another one it is another object, without quotas there is none. */
const NAMES = /^(title|tagPattern|tagPatternMatches|quotas)$/

/** The same route, whatever the names in it. */
const routeOf = (path: string): string =>
  path.replaceAll(
    /(acme|upstream|admin|alice|mallory|api|notes|mirrored|ci|deploy|laptop|owners|dev\w*|operators|sync|other)(?=[/?&]|$)/g,
    '*',
  )

function alterationsOf(replies: ReadonlyMap<string, Reply>): readonly Alteration[] {
  const largest = new Map<string, string>()
  for (const [path, { status, text }] of replies)
    if (status < 300 && text.length > (replies.get(largest.get(routeOf(path)) ?? '')?.text.length ?? 0))
      largest.set(routeOf(path), path)
  return [...largest.values()].flatMap((path) => {
    const json: unknown = JSON.parse(replies.get(path)?.text ?? '')
    const places = path === '/discovery' ? placesIn(json).filter(({ length }) => length < 2) : placesIn(json)
    return places.flatMap((place) =>
      Object.entries(wrong).flatMap(([kind, by]) => {
        const [was, text] = [kindOf(valueAt(json, place)), JSON.stringify(replacedAt(json, place, by))]
        const isAnother = by === GONE && (typeof place.at(-1) === 'number' || was === 'a map')
        return was === kind || isAnother || NAMES.test(String(place.at(-1)))
          ? []
          : [{ title: `${path} /${place.join('/')}: ${kind} for ${was}`, path, text }]
      }),
    )
  })
}

describe('replies of a server', () => {
  test('of a wrong shape are an error with a code, and nothing that is there is planned anew', async () => {
    await withEverything(async (world) => {
      const replies = new Map<string, Reply>()
      const honest = await outcomeOf(world, true, (path, reply) => {
        replies.set(path, reply)
        return reply
      })
      expect(honest.error).toBeNull()
      const alterations = alterationsOf(replies)
      expect(alterations.length).toBeGreaterThan(1000)
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...alterations), fc.boolean(), async ({ path, text }, exports) => {
          const { created } = await outcomeOf(world, exports, (asked, reply) =>
            asked === path ? { status: 200, text } : reply,
          )
          expect(created.filter((address) => !honest.created.includes(address))).toEqual([])
        }),
        { numRuns: 100 },
      )
    })
  })
})

/** What no terminal and no editor may be sent: control characters, and those that turn text around. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const evil = [
  '\u001b]0;owned\u0007',
  '\u001b[2J',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u0007',
  '\r',
  '\u2028',
  '\u{e0041}',
]

/** Problems of a text as they are printed, and how many there are. */
function validated(text: string, file = 'quay.yaml') {
  const { diagnostics, sources, expanded } = configure({ [file]: text })
  for (const { code } of diagnostics) expect(code).toMatch(/^QC[1-9]\d{3}$/)
  return {
    codes: [...new Set(diagnostics.map(({ code }) => code))],
    printed: renderDiagnostics(diagnostics, sources, 1, uncolored),
    expanded: exportExpanded(expanded, registry),
  }
}

const head = 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: quay@acme.example\n'
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join('')

describe('YAML', () => {
  /** Each would cost a parser, or whoever walks through what it made, all stack or memory. */
  const bombs: Readonly<Record<string, readonly [text: string, says: string]>> = {
    'lists without end': [`${head}robots: ${'['.repeat(1_000_000)}`, 'nested too deeply'],
    'lists with an end': [`${head}robots: ${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested too deeply'],
    'maps without end': [`${head}robots: ${'{a: '.repeat(100_000)}`, 'nested too deeply'],
    'lists in lists by dashes': [`${head}robots:\n${'- '.repeat(100_000)}`, 'nested too deeply'],
    'keys of keys': [`${head}robots:\n  ${'? '.repeat(100_000)}`, 'nested too deeply'],
    'tags of tags': [`${head}robots:\n  ${'! '.repeat(100_000)}`, 'nested too deeply'],
    'blocks in blocks': [head + times(900, (i) => `${' '.repeat(i)}a:\n`), 'nested too deeply'],
    'deep where anything may stand': [
      `${head}robots: {ci: {unstructured_metadata: ${'{a: '.repeat(98)}1${'}'.repeat(100)}`,
      'nested too deeply',
    ],
    'documents without end': [times(20_000, () => '---\n'), 'more than 10000 documents'],
    'values without end': [`${head}x: [${'1,'.repeat(400_000)}]`, 'more than 300000 values'],
    'problems without end': [`${head}robots:\n${times(5000, () => '  ci: {}\n')}`, 'more than 1000 problems'],
    'an alias of an alias of an alias': [
      `${head}robots:\n  ci:\n    unstructured_metadata:\n${times(500, (i) => `      a${i}: &a${i} {v: ${i ? `*a${i - 1}` : 1}}\n`)}`,
      'nested too deeply',
    ],
    'aliases of many aliases': [
      `${head}robots:\n  ci:\n    unstructured_metadata:\n${times(9, (i) => `      a${i}: &a${i} [${Array(10).fill(i ? `*a${i - 1}` : 1)}]\n`)}`,
      'expand to more than 2 million values',
    ],
    'a key without end': [`${head}${'k'.repeat(1_000_000)}: 1\n`, 'QC100'],
  }
  test.each(Object.entries(bombs))('%s', (_, [text, says]) => {
    const { printed, codes } = validated(text)
    expect(printed).toContain(says)
    expect(codes.length).toBeGreaterThan(0)
    expect(printed.length).toBeLessThan(500_000)
  })

  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']
  test.each(names)('the key %s is a key like any other', (name) => {
    const before = Object.keys(Object.prototype)
    for (const text of [
      `${head}${name}: {polluted: true}\n`,
      `${head}robots: {${name}: {polluted: true}, ci: {${name}: {polluted: 1}}}\n`,
      `${head}robots: {ci: {unstructured_metadata: {${name}: {polluted: true}}}}\n`,
      `${head}teams: {dev: {role: ${name}, members: [user:${name}]}}\n`,
      `${head}repositories: {api: {mirror: {proxy: {${name}: x}}, notifications: {a: {event: repo_push, method: ${name}, config: {${name}: x}}}}}\n`,
      `${head}removed: {${name}: {a: {reason: x, until: 2027-01-01}}}\nprune: {${name}: all}\nexternal: {${name}: [a]}\nuse: [{template: a, except: [${name}.x]}]\n`,
      `apiVersion: quayctl/v1\nkind: Registry\ndefaults: {${name}: {a: 1}}\nupstreams: {${name}: {username: a}}\nsafety: {${name}: 1}\n`,
      `apiVersion: quayctl/v1\nkind: ${name}\n`,
    ])
      validated(text)
    expect(Object.keys(Object.prototype)).toEqual(before)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('whatever stands in a file, its problems have a code and nothing that a terminal obeys', () => {
    const words = [
      ...'[]{}:,-?!&*#|>%@`"\'\n '.split(''),
      '  ',
      '\t',
      'a',
      'robots',
      'none',
      'null',
      '1e999',
      '0x10',
      '---\n',
      '<<',
      '*a',
      '&a ',
      ...evil,
    ]
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((all) => all.join(''))
    const place = fc.constantFrom(
      '',
      'robots: ',
      'robots:\n  ci:\n    description: ',
      'email: ',
      'repositories:\n  ',
      'notifications:\n  ',
    )
    fc.assert(
      fc.property(place, soup, fc.constantFrom(...evil, 'a'), (where, text, name) => {
        const { printed, expanded } = validated(`${head}${where}${text}`, `${name}.yaml`)
        expect(OBEYED.exec(printed)).toBeNull()
        expect(OBEYED.exec(expanded)).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})

describe('a terminal', () => {
  test('obeys nothing that stands in names, values and replies', async () => {
    await withEverything(async (world) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...evil), fc.constantFrom('x', 'acme'), async (bad, word) => {
          const alter = (path: string, { status, text }: Reply): Reply => ({
            status,
            text:
              path === '/discovery'
                ? text
                : text.replaceAll(
                    new RegExp(`(?<=: ?")(?=[^"]*${word})`, 'g'),
                    JSON.stringify(bad).slice(1, -1),
                  ),
          })
          const { text, error } = await outcomeOf(world, true, alter)
          expect(OBEYED.exec(harmless(`${text ?? ''}${error ?? ''}`))).toBeNull()
        }),
        { numRuns: 12 },
      )
    })
  })

  test('is no runner of GitHub, which obeys lines that begin with ::, and ##[ anywhere', () => {
    for (let width = 40; width < 60; width++) {
      const text = visible('Says so in many words ::add-mask::a and ::error::b, or ##[error]c, ##[add-mask]d')
      const lines = wrapText(`  ${text}`, width, '  ').split('\n')
      expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
      expect(lines.join(' ')).toMatch(/\\u003a:add-mask|::add-mask/)
    }
  })

  test('is sent our own colors, and no others', () => {
    const own = colored.good('a') + colored.care('b') + colored.bold('c') + colored.faint('d')
    expect(harmless(own)).toBe(own)
    for (const bad of evil) expect(harmless(`a${bad}b\n`)).toMatch(/^a(\\u[0-9a-f]{4})+.*b\n$/)
    expect(JSON.parse(harmless(JSON.stringify(evil)))).toEqual(evil)
  })
})

describe('an answer', () => {
  const stream =
    (text: string, count: number, status = 200): Listener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      let left = count
      const more = (): void => {
        while (left-- > 0) if (!response.write(text)) return void response.once('drain', more)
        response.end()
      }
      response.on('error', () => {})
      more()
    }
  const body =
    (content: string | Buffer): Listener =>
    (_, response) =>
      void response.writeHead(200).end(content)
  const answers: Readonly<Record<string, readonly [Listener, string]>> = {
    'of 100 MB': [stream('"0123456789abcdef",'.repeat(4096), 1400), 'QC7614'],
    'of 100 MB that is an error': [stream('x'.repeat(65_536), 1600, 400), 'QC7614'],
    'of many small values': [body(`[${'0,'.repeat(5_000_000)}0]`), 'QC7610'],
    'of many levels': [body('['.repeat(1_000_000) + ']'.repeat(1_000_000)), 'QC7610'],
    'of many levels of maps': [body(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), 'QC7610'],
    'that is cut': [body('{"items": [1, 2'), 'QC7610'],
    'that is a page': [body('<!doctype html><title>\u001b[2JSign in</title>'), 'QC7610'],
    'that is binary': [body(Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))), 'QC7610'],
    'that is empty': [body(''), 'QC7610'],
    'that is a text': [body('"hello"'), 'QC7610'],
    'with a number that is none': [body('{"items": [], "count": 1e999}'), 'QC7610'],
    'with keys of every object': [
      body('{"__proto__": {"items": []}, "constructor": {}, "count": 1}'),
      'QC7610',
    ],
    'of the right shape': [body('{"items": ["a"], "count": 1, "more": {"__proto__": 1}}'), 'none'],
  }
  test.each(Object.entries(answers))('%s is an error with a code, or is read', async (_, [reply, code]) => {
    const { client } = await server(reply, { attempts: 1 })
    const shape = record({ items: list(words), count: number })
    const found = await client.get(path`/x`, shape).then(
      () => 'none',
      (error: unknown) => (error instanceof QuayctlError ? error.code : error),
    )
    expect(found).toBe(code)
    expect(({} as { items?: unknown }).items).toBeUndefined()
  })

  test.each(['a number', 'a map', 'half a character'])('whose next page is %s is an error', async (kind) => {
    const next = { 'a number': 5, 'a map': {}, 'half a character': '\ud800' }[kind]
    const { client } = await server(
      (_, response) => void response.end(JSON.stringify({ items: [1], next_page: next })),
    )
    await expect(client.list(path`/x`, 'items', number)).rejects.toMatchObject({ code: 'QC7610' })
  })
})

describe('the program with little memory', () => {
  const run = (args: readonly string[], options: Parameters<typeof execute>[2]) =>
    execute(process.execPath, ['--max-old-space-size=400', join(root, 'bin', 'run.js'), ...args], options)

  test('reads no answer without end', async () => {
    const url = await site((_, response) => {
      response.writeHead(200)
      const more = (): boolean => response.write('['.repeat(65_536))
      response.on('drain', more).on('error', () => {})
      more()
    })
    const cwd = folder({ 'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: Registry\n' })
    const { code, stderr } = await run(['plan'], { cwd, env: { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' } })
    expect([code, stderr]).toEqual([8, expect.stringMatching(/^error QC761[034] /)])
  })

  test.each([
    ['of lists without end', `${head}robots: ${'['.repeat(4_000_000)}`],
    ['of keys without end', `${head}${times(360_000, (i) => `k${i}: v\n`)}`],
  ])('reads no file %s', async (_, text) => {
    const { code, stderr } = await run(['validate'], { cwd: folder({ 'quayctl.yaml': text }) })
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^quayctl\.yaml:\d+:\d+ error QC1007 /)])
  })
})
