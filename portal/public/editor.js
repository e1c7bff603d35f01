import { element } from './elements.js'

const TOKEN =
  /(?<comment>#[^\n]*)|(?<text>"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(?<variable>\$\w*)|(?<directive>@\w*)|(?<number>-?\b\d[\w.+-]*)|(?<word>[A-Za-z_]\w*)|(?<mark>[{}()[\]:!=|&]|\.{3})/g
const KEYWORDS = new Set(['query', 'mutation', 'fragment', 'on', 'true', 'false', 'null'])

/** Paints GraphQL behind the text area while it is written, and keeps the two scrolled alike. */
export class Editor {
  /** @readonly @type {HTMLTextAreaElement} */
  #area
  /** @readonly @type {HTMLElement} */
  #painted

  /**
   * @param {HTMLTextAreaElement} area
   * @param {HTMLElement} painted
   */
  constructor(area, painted) {
    this.#area = area
    this.#painted = painted
    area.addEventListener('input', () => this.#paint())
    area.addEventListener('scroll', () => this.#scroll())
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) this.#newLine(event)
    })
  }

  get text() {
    return this.#area.value
  }

  set text(text) {
    this.#area.value = text
    this.#paint()
  }

  /** A new line starts below the one before it, one step deeper after an opening bracket. */
  #newLine(/** @type {KeyboardEvent} */ event) {
    const { value, selectionStart, selectionEnd } = this.#area
    const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart)
    const indent = /^ */.exec(line)?.[0] ?? ''
    const deeper = /[{([]\s*$/.test(line) ? '  ' : ''
    event.preventDefault()
    this.#area.setRangeText(`\n${indent}${deeper}`, selectionStart, selectionEnd, 'end')
    this.#paint()
  }

  #paint() {
    const { value } = this.#area
    const parts = []
    let end = 0
    for (const match of value.matchAll(TOKEN)) {
      parts.push(value.slice(end, match.index), paintedToken(match))
      end = match.index + match[0].length
    }
    this.#painted.replaceChildren(...parts, value.slice(end), '\n')
    this.#scroll()
  }

  #scroll() {
    const frame = this.#painted.parentElement
    if (frame === null) return
    frame.scrollTop = this.#area.scrollTop
    frame.scrollLeft = this.#area.scrollLeft
  }
}

/** @param {RegExpExecArray} match */
function paintedToken(match) {
  const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0]
  const shown = kind === 'word' && KEYWORDS.has(match[0]) ? 'keyword' : (kind ?? 'word')
  return element('span', { class: `t-${shown}` }, match[0])
}
