import { colors } from './html-page.ts'

/** How such tables look: they scroll by themselves where the page is narrow. */
export const TABLES = `
[hidden] { display: none }
#filter { margin-top: 1.5rem }
input { font: inherit; color: inherit; background: ${colors.paper}; border: 1px solid ${colors.soft}; border-radius: 6px; padding: .3rem .6rem; max-width: 100% }
.wide { overflow-x: auto }
.wide table { min-width: 50rem }
.wide tbody th { min-width: 13rem }
.wide time, .wide td > span { white-space: nowrap }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: left; text-decoration: underline dotted }
[aria-sort=ascending] button::after { content: " \\2191" / "" }
[aria-sort=descending] button::after { content: " \\2193" / "" }
.bar { display: inline-block; width: 6rem; height: .6rem; background: ${colors.line}; border-radius: 3px; overflow: hidden }
.bar > span { display: block; height: 100%; background: ${colors.good} }
.bar.care > span { background: ${colors.care} }
`

/** Makes the tables of a page sortable by their heads, and shows only rows that hold what is typed. Without it all rows are there, in the order of the page. */
export const SORTING = `
(() => {
  const tables = [...document.querySelectorAll('table')]
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows])
  const keyOf = ({ cells }, at) => cells[at].querySelector('[data-key]')?.dataset.key ?? cells[at].textContent
  const compare = new Intl.Collator('en', { numeric: true }).compare
  for (const table of tables) {
    const heads = [...table.tHead.rows[0].cells]
    heads.forEach((head, at) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.append(...head.childNodes)
      head.append(button)
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
        const sorted = [...table.tBodies[0].rows].sort((a, b) => compare(keyOf(a, at), keyOf(b, at)))
        table.tBodies[0].append(...(down ? sorted.reverse() : sorted))
      })
    })
  }
  const box = document.getElementById('filter')
  if (!box || rows.length === 0) return
  const [field, told] = [box.querySelector('input'), box.querySelector('output')]
  const show = () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
    let shown = 0
    for (const row of rows) {
      const text = row.textContent.toLowerCase()
      row.hidden = !words.every((word) => text.includes(word))
      if (!row.hidden) shown++
    }
    told.textContent = shown + ' of ' + rows.length + ' rows'
  }
  field.addEventListener('input', show)
  box.hidden = false
  show()
})()
`
