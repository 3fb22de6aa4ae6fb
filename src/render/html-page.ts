import { createHash } from 'node:crypto'
import { htmlText } from './markdown.ts'

/** Light and dark, as the reader likes it. They are told apart by everybody, and say nothing that words do not say, too. */
export const colors = {
  ink: 'light-dark(#1b2430, #e4e9f0)',
  soft: 'light-dark(#55606e, #a3adba)',
  paper: 'light-dark(#fff, #12161c)',
  card: 'light-dark(#f5f7fa, #1a2028)',
  line: 'light-dark(#d5dbe3, #343d49)',
  good: 'light-dark(#0b57b0, #7db7ff)',
  care: 'light-dark(#9a4a00, #ffb366)',
  careful: 'light-dark(#fff4e6, #2a2118)',
} as const

const STYLE = `
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { margin: 0; background: ${colors.paper}; color: ${colors.ink}; overflow-wrap: break-word;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid ${colors.line} }
h3 { font-size: 1rem; margin: 0 0 .4rem }
p { margin: .2rem 0 }
a { color: ${colors.good} }
code, pre { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace }
pre { margin: .3rem 0; white-space: pre-wrap }
code, pre, .box { overflow-wrap: anywhere }
.soft { color: ${colors.soft} }
.line { margin-left: .4em }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; color: ${colors.soft}; font-size: .88em; padding-bottom: .3rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid ${colors.line} }
thead th { color: ${colors.soft}; font-size: .88em; font-weight: 600; border-top: 0 }
tbody th { font-weight: 600 }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; margin: 1.2rem 0 0; padding: 0 }
.counts li { flex: 1 1 6rem; background: ${colors.card}; border: 1px solid ${colors.line}; border-radius: 6px; padding: .5rem .8rem }
.counts b { display: block; font-size: 1.4rem; line-height: 1.2 }
.box { background: ${colors.careful}; border-left: 4px solid ${colors.care}; border-radius: 0 6px 6px 0; padding: .8rem 1rem; margin: .8rem 0 }
.box.calm { background: ${colors.card}; border-color: ${colors.good} }
.box ul { margin: 0; padding-left: 1.2rem }
.box li + li { margin-top: .5rem }
details { border: 1px solid ${colors.line}; border-radius: 6px; margin: .7rem 0 }
summary { cursor: pointer; padding: .6rem .9rem; background: ${colors.card}; border-radius: 6px }
details[open] > summary { border-bottom: 1px solid ${colors.line}; border-radius: 6px 6px 0 0 }
summary h3 { display: inline; margin: 0 .5rem 0 0 }
.changes { list-style: none; margin: 0; padding: 0 .9rem }
.changes li { padding: .55rem 0 .55rem .8rem; border-left: 4px solid transparent; margin: .3rem 0 }
.changes li + li { border-top: 1px solid ${colors.line} }
.good { color: ${colors.good}; font-weight: 600 }
.care { color: ${colors.care}; font-weight: 600 }
footer { margin-top: 2.5rem; color: ${colors.soft} }
@media (max-width: 40rem) { main { padding: 1.2rem .8rem 3rem } table { font-size: .85rem } th, td { padding: .35rem .25rem } }
@media print { details { break-inside: avoid } }
`

/** What a page has besides: a style, and a script, without which it must say all it has to say. */
interface Extras {
  readonly style?: string
  readonly script?: string
}

/** A page that needs nothing but itself: it loads nothing, and runs nothing but its own script. */
export const htmlPage = (
  title: string,
  parts: readonly string[],
  { style = '', script = '' }: Extras = {},
): string =>
  [
    '<!doctype html>',
    '<!-- quayctl -->',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${allowed(script)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${htmlText(title)}</title>`,
    `<style>${STYLE}${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...parts.filter((part) => part !== ''),
    '</main>',
    ...(script === '' ? [] : [`<script>${script}</script>`]),
    '</body>',
    '</html>\n',
  ].join('\n')

/** By its hash: nothing else runs. */
const allowed = (script: string): string =>
  script === '' ? '' : `; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`

export const codeHtml = (text: string): string => `<code>${htmlText(text)}</code>`

/** A text, as a link where there is a place to go to. */
export const linkHtml = (inner: string, url: string | null | undefined): string =>
  url && /^https?:\/\//.test(url) ? `<a href="${htmlText(url)}">${inner}</a>` : inner

export const listHtml = (items: readonly string[], name = ''): string =>
  items.length === 0
    ? ''
    : `<ul${name && ` class="${name}"`}>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`

/** A table; the first cell of each row says what the row is about. */
export const tableHtml = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  [
    `<table>\n<caption>${caption}</caption>`,
    `<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(
      ([first = '', ...rest]) =>
        `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    ),
    '</tbody>\n</table>',
  ].join('\n')

/** A part of the page under its heading; nothing without contents. */
export const sectionHtml = (heading: string, inner: string): string =>
  inner === '' ? '' : `<section>\n<h2>${heading}</h2>\n${inner}\n</section>`
