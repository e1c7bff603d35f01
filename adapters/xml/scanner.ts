// XML 1.0 with namespaces, scanned once from front to end. In: text, in one or many pieces. Out: calls on a handler.
// Never: DOCTYPE, entities beyond the five of XML, unbounded depth, a DOM, or anything that is not well formed.

import { attributesOf, declarationsOf, nameEnd, readAttributes, readUsual } from './attributes.ts'
import { expandReferences, isXmlText } from './characters.ts'
import {
  type XmlAttribute,
  XmlError,
  type XmlFault,
  type XmlHandler,
  type XmlLimits,
  type XmlPlace,
  type XmlTag,
} from './events.ts'
import { isTarget } from './names.ts'
import { type KnownTag, type Opening, outermostScope, type Scope } from './scope.ts'

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
const NONE: readonly never[] = []

/** Inside what the scanner stands between two pieces. */
type Inside = 'start' | 'markup' | 'cdata' | 'comment'

export class XmlScanner implements XmlPlace {
  readonly #handler: XmlHandler
  readonly #takesLeaves: boolean
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
  #last: { next: KnownTag | undefined } = this.#scope.start
  readonly #names: string[] = []
  readonly #scopes: Scope[] = []
  #rooted = false
  #line = 1
  #counted = 0
  /** First letters, to tell a web page from broken XML. */
  #head = ''

  constructor(handler: XmlHandler, limits: XmlLimits = {}) {
    this.#handler = handler
    this.#takesLeaves = handler.leaf !== undefined
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
    if (this.#names.length > 0) this.#handler.text(this.#value(start, end))
    else if (/[^ \t\n]/.test(text.slice(start, end))) this.#fail('malformed')
    return true
  }

  /** What a text inside an element means. */
  #value(start: number, end: number): string {
    const text = this.#text
    if (this.#nextEnd < start) this.#nextEnd = orNever(text.indexOf(']]>', start))
    if (this.#nextEnd < end) this.#fail('malformed')
    if (this.#nextReference < start) this.#nextReference = orNever(text.indexOf('&', start))
    const value = text.slice(start, end)
    if (this.#nextReference >= end) return value
    return expandReferences(value) ?? this.#fail('malformed')
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
    const guess = this.#last.next
    if (guess !== undefined && text.startsWith(guess.raw, start)) {
      const end = start + guess.raw.length
      const code = text.charCodeAt(end)
      if (code === GREATER && guess.scope === this.#scope) {
        this.#last = guess
        this.#element(guess.raw, guess, end + 1, false)
        return true
      }
      const { usual } = guess
      if (usual !== undefined && usual.outer === this.#scope && text.startsWith(usual.text, end)) {
        this.#last = guess
        const after = end + usual.text.length
        this.#element(guess.raw, usual, after, text.charCodeAt(after - 2) === SLASH)
        return true
      }
      if (guess.attributes.length > 0 && guess.scope === this.#scope && this.#usual(guess, end)) {
        return true
      }
    }
    return this.#newTag(start)
  }

  /** The usual attributes with other values. */
  #usual(known: KnownTag, start: number): boolean {
    const attributes: XmlAttribute[] = []
    const end = readUsual(this.#text, start, known.attributes, attributes)
    if (end === -1) return false
    this.#last = known
    const { prefix, local, namespace } = known.tag
    const empty = this.#text.charCodeAt(end) === SLASH
    const opening = { scope: known.scope, tag: { prefix, local, namespace, attributes } }
    this.#element(known.raw, opening, end + (empty ? 2 : 1), empty)
    return true
  }

  /** A start tag that is not the one that usually stands here. */
  #newTag(start: number): boolean {
    const text = this.#text
    const end = nameEnd(text, start)
    if (end === text.length) return false
    const raw: string[] = []
    const slash = readAttributes(text, end, raw)
    if (slash === undefined) this.#fail('malformed')
    if (slash === -1) return false
    const empty = text.charCodeAt(slash) === SLASH
    const after = slash + (empty ? 2 : 1)
    const outer = this.#scope
    const scope = raw.length === 0 ? outer : this.#declare(raw)
    const known = scope.tag(text.slice(start, end)) ?? this.#fail('malformed')
    this.#last.next = known
    this.#last = known
    const attributes =
      raw.length === 0 ? NONE : (attributesOf(raw, scope) ?? this.#fail('malformed'))
    const { prefix, local, namespace } = known.tag
    const tag = attributes.length === 0 ? known.tag : { prefix, local, namespace, attributes }
    if (end + 1 !== after) known.remember(text.slice(end, after), { outer, scope, tag })
    this.#element(known.raw, { scope, tag }, after, empty)
    return true
  }

  #declare(attributes: readonly string[]): Scope {
    const declarations = declarationsOf(attributes) ?? this.#fail('malformed')
    if (declarations.length === 0) return this.#scope
    return this.#scope.declaring(declarations) ?? this.#fail('malformed')
  }

  /** An element whose start tag ends at `start`. */
  #element(raw: string, { scope, tag }: Opening, start: number, empty: boolean): void {
    const depth = this.#names.length
    if (depth === 0 && this.#rooted) this.#fail('malformed')
    if (depth >= this.#maxDepth) this.#fail('too-deep')
    const outer = this.#scope
    this.#scope = scope
    if (this.#takesLeaves && this.#leaf(raw, tag, start, empty)) {
      this.#scope = outer
      return
    }
    this.#at = start
    this.#rooted = true
    this.#scopes.push(outer)
    this.#names.push(raw)
    this.#handler.open(tag, this)
    if (empty) this.#leave()
  }

  /** The usual element of a message: text up to its own end. False: it holds more, or is not whole yet. */
  #leaf(raw: string, tag: XmlTag, start: number, empty: boolean): boolean {
    if (this.#names.length === 0) return false
    if (empty) {
      this.#at = start
      this.#handler.leaf?.(tag, '', this)
      return true
    }
    const text = this.#text
    const end = text.indexOf('<', start)
    if (end === -1 || text.charCodeAt(end + 1) !== SLASH) return false
    const after = end + 2 + raw.length
    if (text.charCodeAt(after) !== GREATER || !text.startsWith(raw, end + 2)) return false
    const value = this.#value(start, end)
    this.#at = after + 1
    this.#handler.leaf?.(tag, value, this)
    return true
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
