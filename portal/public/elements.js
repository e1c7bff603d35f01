/**
 * Makes an element; texts become text nodes, so nothing that a system answered is ever read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** English beside Persian. @param {string} text */
export function english(text) {
  return element('span', { lang: 'en', dir: 'ltr' }, text)
}

/**
 * A description of the schema in its two languages, each in its own direction. They are written "Persian. English." or
 * "English. / Persian."; what is neither stays one text.
 *
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function bothLanguages(text) {
  const [, latinFirst, persianLast] =
    /^([^\u0600-\u06ff]+?)\s*\/\s+(.*[\u0600-\u06ff].*)$/s.exec(text) ?? []
  const [, persianFirst, latinLast] =
    /^(.*[\u0600-\u06ff].*?[.؟!؛])\s+([^\u0600-\u06ff]*[a-z][^\u0600-\u06ff]*)$/is.exec(text) ?? []
  const persian = persianLast ?? persianFirst
  const latin = latinFirst ?? latinLast
  if (persian === undefined || latin === undefined) return [element('span', { dir: 'auto' }, text)]
  return [element('span', { lang: 'fa', dir: 'rtl' }, persian), english(latin)]
}

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {{ new (): Kind }} kind
 * @returns {Kind}
 */
export function find(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`the page lacks #${id}`)
}
