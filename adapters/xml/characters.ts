// Characters of XML text: which are allowed, references to them, white space of attributes (XML 1.0 §2.2, §4.1, §3.3.3).

// eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 §2.2 leaves out
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/** Can XML 1.0 carry this text at all? Lone surrogates and control characters it cannot. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text) && text.isWellFormed()
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const REFERENCE = /&(#x[0-9a-fA-F]{1,8}|#[0-9]{1,9}|[a-z]{2,4});/g

/** References replaced; undefined when there is one that XML does not know, or a bare `&`. */
export function expandReferences(text: string): string | undefined {
  let expanded = ''
  let at = 0
  for (const match of text.matchAll(REFERENCE)) {
    const character = toCharacter(match[1] ?? '')
    const between = text.slice(at, match.index)
    if (character === undefined || between.includes('&')) return undefined
    expanded += between + character
    at = match.index + match[0].length
  }
  const rest = text.slice(at)
  return rest.includes('&') ? undefined : expanded + rest
}

function toCharacter(reference: string): string | undefined {
  if (!reference.startsWith('#')) {
    return Object.hasOwn(NAMED, reference) ? NAMED[reference] : undefined
  }
  const hex = reference.startsWith('#x')
  const code = hex ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1))
  if (code > 0x10_ff_ff) return undefined
  const character = String.fromCodePoint(code)
  return isXmlText(character) ? character : undefined
}

/** White space as blanks; that of references stays. */
export function toAttributeValue(raw: string): string | undefined {
  const blank = /[\t\n\r]/.test(raw) ? raw.replace(/[\t\n\r]/g, ' ') : raw
  return blank.includes('&') ? expandReferences(blank) : blank
}
