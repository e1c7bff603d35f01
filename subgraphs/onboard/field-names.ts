// The names in an answer's text, as paths without places in lists. For drift: what is new, what is gone.

const JSON_TOKEN = /"((?:[^"\\]|\\.)*)"|[{}[\],:]/g
const XML_TOKEN = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<(\/?)([\w.:-]+)[^>]*?(\/?)>/gu

export function fieldNames(text: string, contentType: string): ReadonlySet<string> {
  if (/json/i.test(contentType)) return namesOfJson(text)
  return /xml/i.test(contentType) ? namesOfXml(text) : new Set()
}

/** Paths under which a JSON answer has lists, and those under which it has single records. XML says neither. */
export function containers(
  text: string,
  contentType: string,
): { readonly lists: ReadonlySet<string>; readonly records: ReadonlySet<string> } {
  const names = /json/i.test(contentType) ? [...namesOfJson(text, true)] : []
  const ending = (mark: string): ReadonlySet<string> =>
    new Set(names.filter((name) => name.endsWith(mark)).map((name) => name.slice(0, -1)))
  return { lists: ending('['), records: ending('{') }
}

function namesOfXml(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  const open: string[] = []
  for (const [, closing, name = '', empty] of text.matchAll(XML_TOKEN)) {
    if (name === '') continue
    if (closing === '/') {
      open.pop()
      continue
    }
    open.push(name.slice(name.indexOf(':') + 1))
    names.add(open.join('.'))
    if (empty === '/') open.pop()
  }
  return names
}

const OPENING: ReadonlySet<string> = new Set(['{', '['])
const CLOSING: ReadonlySet<string> = new Set(['}', ']'])

/** `marked`: with `[` or `{` behind the names of what holds others. */
function namesOfJson(text: string, marked = false): ReadonlySet<string> {
  const names = new Set<string>()
  /** One entry per open object or array: the name under which it stands. */
  const open: string[] = []
  let last: string | undefined
  let name = ''
  for (const [token, quoted] of text.matchAll(JSON_TOKEN)) {
    if (quoted !== undefined) last = quoted
    else if (token === ':' && last !== undefined) {
      name = last
      names.add(pathOf(open, name))
    } else if (OPENING.has(token)) {
      if (marked) names.add(`${holderOf(open, name)}${token}`)
      open.push(name)
      name = ''
    } else if (CLOSING.has(token)) open.pop()
    else if (token === ',') name = ''
  }
  return names
}

function pathOf(open: readonly string[], name: string): string {
  return [...open, name].filter((each) => each !== '').join('.')
}

/** Blank for an item of a list: it stands under no name of its own. */
function holderOf(open: readonly string[], name: string): string {
  return name === '' ? '' : pathOf(open, name)
}
