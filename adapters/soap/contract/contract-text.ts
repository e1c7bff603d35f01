// The text of a contract file, mended where old and careless tools leave it unreadable. In: text. Out: text with the same lines.

import { BINDING, SOAP_ENCODING, WSDL, XSD } from '../namespaces.ts'

/** The drafts of XML Schema before its recommendation; the components that contracts use are the same. */
const DRAFT = /(["'])http:\/\/www\.w3\.org\/(?:1999|2000\/10)\/XMLSchema\1/g

/** What prefixes mean that tools forget to declare. Others get a namespace that nothing is in. */
const CUSTOMARY: ReadonlyMap<string, string> = new Map([
  ['xs', XSD],
  ['xsd', XSD],
  ['s', XSD],
  ['wsdl', WSDL],
  ['soap', BINDING['1.1']],
  ['soap11', BINDING['1.1']],
  ['soap12', BINDING['1.2']],
  ['soapenc', SOAP_ENCODING],
])

/** Schemas of the drafts read as schemas. */
export function withoutDrafts(text: string): string {
  return text.includes('XMLSchema')
    ? text.replace(DRAFT, (_, quote: string) => quote + XSD + quote)
    : text
}

/** Declares at the root every prefix that the text uses and the root does not; undefined when there is none. */
export function withPrefixes(
  text: string,
): { text: string; prefixes: readonly string[] } | undefined {
  const bare = withoutSpans(withoutSpans(text, '<!--', '-->'), '<![CDATA[', ']]>')
  const root = /<[^\s<>?!/][^<>]*>/.exec(bare)
  if (root === null) return undefined
  const used = [...bare.matchAll(/[<\s]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*(?=[\s=/>])/g)]
  const declared = new Set(
    [...root[0].matchAll(/\sxmlns:([\w.-]+)\s*=/g)].map(([, prefix]) => prefix),
  )
  const prefixes = [...new Set(used.map(([, prefix = '']) => prefix))].filter(
    (prefix) => !declared.has(prefix) && !/^xml/i.test(prefix),
  )
  if (prefixes.length === 0) return undefined
  const end = root.index + root[0].length - (root[0].endsWith('/>') ? 2 : 1)
  const declarations = prefixes.map(
    (each) => ` xmlns:${each}="${CUSTOMARY.get(each) ?? `undeclared:${each}`}"`,
  )
  return { text: text.slice(0, end) + declarations.join('') + text.slice(end), prefixes }
}

/** Blanks in the place of every span, lines kept. */
function withoutSpans(text: string, start: string, end: string): string {
  let out = ''
  let at = 0
  for (let from = text.indexOf(start); from >= 0; from = text.indexOf(start, at)) {
    const until = text.indexOf(end, from)
    const next = until < 0 ? text.length : until + end.length
    out += text.slice(at, from) + text.slice(from, next).replace(/[^\n]/g, ' ')
    at = next
  }
  return out + text.slice(at)
}
