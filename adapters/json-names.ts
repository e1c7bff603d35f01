// Names that stand twice in one object of a JSON text. JSON.parse takes the last and says nothing, another reader the first
// (RFC 8259 §4): what was meant is a guess, and a guess is never made.

/** The line of the first name that its object has already; undefined for a text without, and for what is no JSON. */
export function doubledName(
  text: string,
): { readonly name: string; readonly line: number } | undefined {
  const open: Set<string>[] = []
  let line = 1
  let name: string | undefined
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1
    else if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (token === ':' && name !== undefined) {
      const names = open.at(-1)
      if (names?.has(name) === true) return { name, line }
      names?.add(name)
    }
    if (token !== '\n') name = token.startsWith('"') ? token : undefined
  }
  return undefined
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:\n]|[^\s"{}:]+/g

/** Has any object of a parsed text fewer names than were written? Counted, which costs less than a second reading. */
export function hasDoubledNames(text: string, parsed: unknown): boolean {
  return namesIn(text) !== namesOf(parsed)
}

const QUOTE = '"'
const BACKSLASH = 0x5c
const COLON = 0x3a

/** Strings that a colon follows; the text is JSON. */
function namesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf(QUOTE); at >= 0;) {
    let end = closingQuote(text, at) + 1
    while (text.charCodeAt(end) <= 0x20) end += 1
    if (text.charCodeAt(end) === COLON) count += 1
    at = text.indexOf(QUOTE, end)
  }
  return count
}

function closingQuote(text: string, open: number): number {
  let end = text.indexOf(QUOTE, open + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf(QUOTE, end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before -= 1
  return (at - 1 - before) % 2 === 1
}

function namesOf(parsed: unknown): number {
  let count = 0
  const open: unknown[] = [parsed]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const inside: unknown[] = Object.values(value)
    if (!Array.isArray(value)) count += inside.length
    for (const each of inside) if (typeof each === 'object' && each !== null) open.push(each)
  }
  return count
}
