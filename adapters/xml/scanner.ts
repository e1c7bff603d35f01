// XML 1.0 with namespaces, scanned once from front to end. In: text, in one or many pieces. Out: calls on a handler.
// Never: DOCTYPE, entities beyond the five of XML, unbounded depth, a DOM, or anything that is not well formed.

import { expandReferences, isXmlText, toAttributeValue } from './characters.ts'
import {
  type XmlAttribute,
  XmlError,
  type XmlFault,
  type XmlHandler,
  type XmlLimits,
  type XmlPlace,
  type XmlTag,
} from './events.ts'
import { isTarget, toName } from './names.ts'
import { type KnownTag, outermostScope, type Scope } from './scope.ts'

const DEFAULT_DEPTH = 200
/** Longest tag or instruction that is waited for over several pieces, in UTF-16 units. */
const LONGEST_WAIT = 4_194_304
const LONGEST_REFERENCE = 12
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.\d+\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>$/
const HTML = /^<(?:!doctype\s+html|html)\b/i

const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f
const EQUALS = 0x3d
const QUOTE = 0x22
const APOSTROPHE = 0x27

/** Inside what the scanner stands between two pieces. */
type Inside = 'start' | 'markup' | 'cdata' | 'comment'

export class XmlScanner implements XmlPlace {
  readonly #handler: XmlHandler
  readonly #maxDepth: number
  readonly #countsLines: boolean
  #text = ''
  /** Where in `#text` the next token begins. */
  #at = 0
  /** Where the next `&` and `]]>` stand, looked for once and not for every text. */
  #nextReference = -1
  #nextEnd = -1
  #inside: Inside = 'start'
  #carriage = false
  #scope: Scope = outermostScope()
  #last: KnownTag | undefined
  readonly #names: string[] = []
  readonly #scopes: Scope[] = []
  #rooted = false
  #line = 1
  #counted = 0
  /** First letters, to tell a web page from broken XML. */
  #head = ''

  constructor(handler: XmlHandler, limits: XmlLimits = {}) {
    this.#handler = handler
    this.#maxDepth = limits.depth ?? DEFAULT_DEPTH
    this.#countsLines = limits.lines === true
  }

  get line(): number {
    return this.#countsLines ? this.#countLines() : 1
  }

  get scope(): Scope {
    return this.#scope
  }

  resolve(prefix: string): string | undefined {
    return this.#scope.resolve(prefix)
  }

  prefixes(): ReadonlyMap<string, string> {
    return this.#scope.prefixes()
  }

  /** Takes the next piece, cut anywhere but inside a surrogate pair. Throws XmlError; what the handler throws passes through. */
  write(piece: string): void {
    this.#take(piece)
    if (this.#inside === 'start' && !this.#begin()) return
    while (this.#at < this.#text.length && this.#step());
    if (this.#text.length - this.#at > LONGEST_WAIT) this.#fail('too-long')
  }

  /** Throws XmlError `truncated` when the text is not whole. */
  end(): void {
    if (this.#carriage) this.write('\n')
    if (this.#names.length > 0 || !this.#rooted || this.#inside !== 'markup') {
      this.#fail('truncated')
    }
    if (this.#at < this.#text.length) this.#fail('truncated')
  }

  /** Line ends become one line feed (§2.11); a carriage return at the end waits for what follows. */
  #take(piece: string): void {
    const held = this.#carriage ? `\r${piece}` : piece
    this.#carriage = held.endsWith('\r')
    const whole = this.#carriage ? held.slice(0, -1) : held
    const lines = whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
    if (this.#countsLines) this.#countLines()
    const rest = this.#at < this.#text.length ? this.#text.slice(this.#at) : ''
    this.#text = rest + lines
    this.#at = 0
    this.#counted = 0
    this.#nextReference = -1
    this.#nextEnd = -1
    if (!isXmlText(lines)) this.#fail('malformed')
  }

  /** White space before the declaration is forgiven: scripts that print it are many. */
  #begin(): boolean {
    const start = this.#text.search(/[^\s\uFEFF]/)
    if (start === -1) return false
    this.#at = start
    if (!this.#text.startsWith('<?xml', start)) {
      // `<?xm` may still become a declaration.
      if (this.#text.length - start < 6 && '<?xml '.startsWith(this.#text.slice(start)))
        return false
      this.#start(start)
      return true
    }
    const end = this.#text.indexOf('?>', start)
    if (end === -1) {
      if (this.#text.length - start > 1_000) this.#fail('malformed')
      return false
    }
    this.#start(start)
    if (/\s/.test(this.#text.charAt(start + 5))) {
      if (!DECLARATION.test(this.#text.slice(start, end + 2))) this.#fail('malformed')
      this.#at = end + 2
    }
    return true
  }

  #start(at: number): void {
    this.#head = this.#text.slice(at, at + 100)
    this.#inside = 'markup'
  }

  /** One token. False: it is not whole yet. */
  #step(): boolean {
    if (this.#inside === 'cdata') return this.#cdata()
    if (this.#inside === 'comment') return this.#comment()
    const text = this.#text
    const at = this.#at
    if (text.charCodeAt(at) !== LESS) return this.#characters()
    const next = text.charCodeAt(at + 1)
    if (next === SLASH) return this.#closeTag()
    if (next === BANG) return this.#bang()
    if (next === QUESTION) return this.#instruction()
    return at + 1 < text.length && this.#openTag()
  }

  #characters(): boolean {
    const text = this.#text
    const start = this.#at
    const found = text.indexOf('<', start)
    const end = found === -1 ? this.#safeEnd(start) : found
    if (end === start) return false
    this.#at = end
    const value = text.slice(start, end)
    if (this.#names.length === 0) {
      if (/[^ \t\n]/.test(value)) this.#fail('malformed')
      return true
    }
    if (this.#nextEnd < start) this.#nextEnd = orNever(text.indexOf(']]>', start))
    if (this.#nextEnd < end) this.#fail('malformed')
    if (this.#nextReference < start) this.#nextReference = orNever(text.indexOf('&', start))
    this.#handler.text(
      this.#nextReference < end ? (expandReferences(value) ?? this.#fail('malformed')) : value,
    )
    return true
  }

  /** Up to where text without an end can be told already: not inside a reference, not inside `]]>`. */
  #safeEnd(start: number): number {
    const text = this.#text
    const reference = text.lastIndexOf('&')
    if (reference >= start && !text.includes(';', reference)) {
      if (text.length - reference > LONGEST_REFERENCE) this.#fail('malformed')
      return reference
    }
    let end = text.length
    while (end > start && end > text.length - 2 && text.charAt(end - 1) === ']') end -= 1
    return end
  }

  #bang(): boolean {
    const text = this.#text
    const at = this.#at
    if (text.startsWith('<!--', at)) {
      this.#inside = 'comment'
      this.#at = at + 4
      return true
    }
    if (text.startsWith('<![CDATA[', at)) {
      if (this.#names.length === 0) this.#fail('malformed')
      this.#inside = 'cdata'
      this.#at = at + 9
      return true
    }
    return this.#doctype(text.slice(at, at + 100))
  }

  /** Nothing else may begin with `<!` outside a DOCTYPE. False: it could still be a comment or CDATA. */
  #doctype(start: string): boolean {
    const head = start.slice(0, 9).toLowerCase()
    if (['<!--', '<![cdata[', '<!doctype'].some((each) => each !== head && each.startsWith(head))) {
      return false
    }
    if (head !== '<!doctype') this.#fail('malformed')
    if (start.length < 100 && !start.includes('>')) return false
    this.#fail(/^<!doctype\s+html\b/i.test(start) ? 'html' : 'doctype')
  }

  #cdata(): boolean {
    const end = this.#text.indexOf(']]>', this.#at)
    const until = end === -1 ? Math.max(this.#at, this.#text.length - 2) : end
    const value = this.#text.slice(this.#at, until)
    if (value !== '') this.#handler.text(value)
    this.#at = until
    if (end === -1) return false
    this.#at = end + 3
    this.#inside = 'markup'
    return true
  }

  #comment(): boolean {
    const end = this.#text.indexOf('--', this.#at)
    if (end === -1 || end + 2 >= this.#text.length) {
      this.#at = end === -1 ? Math.max(this.#at, this.#text.length - 1) : end
      return false
    }
    if (this.#text.charCodeAt(end + 2) !== GREATER) this.#fail('malformed')
    this.#at = end + 3
    this.#inside = 'markup'
    return true
  }

  #instruction(): boolean {
    const end = this.#text.indexOf('?>', this.#at + 2)
    if (end === -1) return false
    const [target = ''] = this.#text.slice(this.#at + 2, end).split(/[ \t\n]/, 1)
    if (!isTarget(target)) this.#fail('malformed')
    this.#at = end + 2
    return true
  }

  #closeTag(): boolean {
    const text = this.#text
    const name = this.#names.at(-1)
    const from = this.#at + 2
    if (name !== undefined && text.startsWith(name, from)) {
      const after = from + name.length
      const end = text.charCodeAt(after) === GREATER ? after : text.indexOf('>', after)
      if (end === -1) return false
      if (end === after || isBlank(text.slice(after, end))) {
        this.#at = end + 1
        this.#leave()
        return true
      }
    }
    return text.includes('>', from) && this.#fail('malformed')
  }

  #leave(): void {
    this.#handler.close()
    this.#names.pop()
    this.#scope = this.#scopes.pop() ?? this.#scope
  }

  #openTag(): boolean {
    const text = this.#text
    const start = this.#at + 1
    const guess = this.#last?.next
    if (guess !== undefined && guess.scope === this.#scope && text.startsWith(guess.raw, start)) {
      const end = start + guess.raw.length
      if (text.charCodeAt(end) === GREATER) {
        this.#at = end + 1
        this.#begun(guess.raw)
        this.#last = guess
        this.#handler.open(guess.tag, this)
        return true
      }
    }
    const end = nameEnd(text, start)
    if (end === text.length) return false
    const attributes: string[] = []
    const after = readAttributes(text, end, attributes)
    if (after === undefined) this.#fail('malformed')
    if (after === -1) return false
    const empty = text.charCodeAt(after) === SLASH
    this.#at = after + (empty ? 2 : 1)
    this.#enter(text.slice(start, end), attributes)
    if (empty) this.#leave()
    return true
  }

  #enter(raw: string, attributes: readonly string[]): void {
    this.#begun(raw)
    if (attributes.length > 0) this.#scope = this.#declare(attributes)
    const known = this.#scope.tag(raw) ?? this.#fail('malformed')
    if (this.#last !== undefined) this.#last.next = known
    this.#last = known
    const { tag } = known
    this.#handler.open(attributes.length === 0 ? tag : this.#withAttributes(tag, attributes), this)
  }

  #begun(raw: string): void {
    const depth = this.#names.length
    if (depth === 0 && this.#rooted) this.#fail('malformed')
    if (depth >= this.#maxDepth) this.#fail('too-deep')
    this.#rooted = true
    this.#scopes.push(this.#scope)
    this.#names.push(raw)
  }

  #declare(attributes: readonly string[]): Scope {
    let declarations: string[] | undefined
    for (let at = 0; at < attributes.length; at += 2) {
      const name = attributes[at] ?? ''
      if (!name.startsWith('xmlns') || (name.length > 5 && name.charAt(5) !== ':')) continue
      if (name.length === 6) this.#fail('malformed')
      const value = toAttributeValue(attributes[at + 1] ?? '') ?? this.#fail('malformed')
      declarations ??= []
      declarations.push(name.slice(6), value)
    }
    if (declarations === undefined) return this.#scope
    return this.#scope.declaring(declarations) ?? this.#fail('malformed')
  }

  #withAttributes(tag: XmlTag, raw: readonly string[]): XmlTag {
    const attributes: XmlAttribute[] = []
    for (let at = 0; at < raw.length; at += 2) {
      const text = raw[at] ?? ''
      if (text === 'xmlns' || text.startsWith('xmlns:')) continue
      attributes.push(this.#attribute(text, raw[at + 1] ?? '') ?? this.#fail('malformed'))
    }
    if (attributes.length === 0) return tag
    if (attributes.length > 1 && hasTwins(attributes)) this.#fail('malformed')
    return { prefix: tag.prefix, local: tag.local, namespace: tag.namespace, attributes }
  }

  #attribute(raw: string, rawValue: string): XmlAttribute | undefined {
    const name = toName(raw)
    if (name === undefined) return undefined
    const { prefix, local } = name
    const namespace = prefix === '' ? '' : this.resolve(prefix)
    const value = toAttributeValue(rawValue)
    if (namespace === undefined || value === undefined) return undefined
    return { prefix, local, namespace, value }
  }

  #countLines(): number {
    const text = this.#text
    let at = text.indexOf('\n', this.#counted)
    while (at !== -1 && at < this.#at) {
      this.#line += 1
      this.#counted = at + 1
      at = text.indexOf('\n', at + 1)
    }
    return this.#line
  }

  #fail(reason: XmlFault): never {
    const shown = reason === 'malformed' && HTML.test(this.#head) ? 'html' : reason
    throw new XmlError(shown, this.#countsLines ? this.#countLines() : undefined)
  }
}

function orNever(index: number): number {
  return index === -1 ? Number.POSITIVE_INFINITY : index
}

function isBlank(text: string): boolean {
  return /^[ \t\n]*$/.test(text)
}

/** Where a name ends: at white space, `/`, `>`, `=` or what can never be in one. */
function nameEnd(text: string, start: number): number {
  let at = start
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > GREATER) continue
    if (code === GREATER || code === SLASH || code <= 0x20 || code === EQUALS || code === LESS)
      break
    if (code === QUOTE || code === APOSTROPHE) break
  }
  return at
}

function skipBlank(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1
  return at
}

/** Names and raw values in turn. The place of the `/` or `>` that ends the tag, -1 when it is not there yet, undefined when it is wrong. */
function readAttributes(text: string, start: number, into: string[]): number | undefined {
  let at = start
  for (;;) {
    const from = skipBlank(text, at)
    if (from >= text.length) return -1
    const code = text.charCodeAt(from)
    if (code === GREATER) return from
    if (code === SLASH) {
      if (from + 1 >= text.length) return -1
      return text.charCodeAt(from + 1) === GREATER ? from : undefined
    }
    // Attributes are parted by white space (§3.1).
    if (from === at) return undefined
    const next = readAttribute(text, from, into)
    if (next === undefined || next === -1) return next
    at = next
  }
}

/** The place after the closing quote. */
function readAttribute(text: string, start: number, into: string[]): number | undefined {
  const end = nameEnd(text, start)
  const equals = skipBlank(text, end)
  const open = skipBlank(text, equals + 1)
  if (equals >= text.length) return -1
  if (text.charCodeAt(equals) !== EQUALS || end === start) return undefined
  if (open >= text.length) return -1
  const quote = text.charCodeAt(open)
  if (quote !== QUOTE && quote !== APOSTROPHE) return undefined
  const close = text.indexOf(quote === QUOTE ? '"' : "'", open + 1)
  if (close === -1) return -1
  const value = text.slice(open + 1, close)
  if (value.includes('<')) return undefined
  into.push(text.slice(start, end), value)
  return close + 1
}

/** Namespaces §6.3: `a:x` and `b:x` are one attribute when a and b are one namespace. */
function hasTwins(attributes: readonly XmlAttribute[]): boolean {
  if (attributes.length < 5) {
    return attributes.some((one, index) =>
      attributes.some(
        (other, at) => at > index && one.local === other.local && one.namespace === other.namespace,
      ),
    )
  }
  const keys = new Set(attributes.map(({ namespace, local }) => `${namespace} ${local}`))
  return keys.size !== attributes.length
}
