// The names in an answer's text, as paths without places in lists. For drift: what is new, what is gone.

const JSON_TOKEN = /"((?:[^"\\]|\\.)*)"|[{}[\],:]/g
const XML_TOKEN = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<(\/?)([\w.:-]+)[^>]*?(\/?)>/gu

export function fieldNames(text: string, contentType: string): ReadonlySet<string> {
  if (/json/i.test(contentType)) return namesOfJson(text)
  return /xml/i.test(contentType) ? namesOfXml(text) : new Set()
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

function namesOfJson(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  /** One entry per open object or array: the name under which it stands. */
  const open: string[] = []
  let last: string | undefined
  let name = ''
  for (const [token, quoted] of text.matchAll(JSON_TOKEN)) {
    if (quoted !== undefined) last = quoted
    else if (token === ':' && last !== undefined) {
      name = last
      names.add([...open, name].filter((each) => each !== '').join('.'))
    } else if (token === '{' || token === '[') {
      open.push(name)
      name = ''
    } else if (token === '}' || token === ']') open.pop()
    else if (token === ',') name = ''
  }
  return names
}
