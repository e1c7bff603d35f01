// Names of elements and attributes (Namespaces in XML 1.0 §4). Messages repeat the same few names for ever, so a name is
// checked and split once. Never: a table that a sender can fill without end.

export interface XmlName {
  readonly prefix: string
  readonly local: string
}

/** XML 1.0 §2.3, fifth edition, without the colon. */
const START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const NCNAME = `[${START}][${START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`
const QNAME = new RegExp(`^(?:${NCNAME}:)?${NCNAME}$`, 'u')
const TARGET = new RegExp(`^${NCNAME}$`, 'u')

const KNOWN = new Map<string, XmlName>()
const MOST_KNOWN = 20_000
const LONGEST_KNOWN = 100

/** Undefined when it is not a QName. */
export function toName(text: string): XmlName | undefined {
  const known = KNOWN.get(text)
  if (known !== undefined) return known
  if (!QNAME.test(text)) return undefined
  const own = copyOf(text)
  const colon = own.indexOf(':')
  const name =
    colon === -1
      ? { prefix: '', local: own }
      : { prefix: own.slice(0, colon), local: own.slice(colon + 1) }
  if (KNOWN.size < MOST_KNOWN && own.length <= LONGEST_KNOWN) KNOWN.set(own, name)
  return name
}

/** A text that may outlive its message: V8's slices keep the whole message in memory. */
export function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** The target of a processing instruction: no colon (Namespaces §7), and not `xml` in any case. */
export function isTarget(text: string): boolean {
  return TARGET.test(text) && !/^xml$/i.test(text)
}
