// Which prefix means which namespace (Namespaces in XML 1.0 §5, §6). A scope never changes: an element that declares anything
// has a scope of its own, and the same declarations at the same place are the same scope, so that its names stay known.

import { toUsual, type UsualAttribute } from './attributes.ts'
import { type XmlScope, type XmlTag, XML_NAMESPACE } from './events.ts'
import { copyOf, toName } from './names.ts'

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'
const LONGEST_REMEMBERED = 1_000
const MOST_REMEMBERED = 20_000
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
/** A name whose tag has changed so often is not remembered any more. */
const MOST_CHANGES = 16
const NONE: readonly never[] = Object.freeze([])

/** How an element begins. */
export interface Opening {
  readonly scope: Scope
  readonly tag: XmlTag
}

/** What stands between a name and the end of its tag, both without and with that end, and what it means in the scope around it. */
interface UsualOpening extends Opening {
  readonly text: string
  readonly outer: Scope
}

/** An element's name in a scope. Messages repeat themselves, so it knows what usually follows. */
export class KnownTag implements Opening {
  readonly raw: string
  readonly scope: Scope
  /** Without attributes. */
  readonly tag: XmlTag
  /** The name that followed it last. */
  next: KnownTag | undefined
  /** With declarations and marks of XML Schema. */
  usual: UsualOpening | undefined
  /** Without their values, which may be data. In an element that declares nothing. */
  attributes: readonly UsualAttribute[] = NONE
  #changes = 0

  constructor(raw: string, { scope, tag }: Opening) {
    this.raw = raw
    this.scope = scope
    this.tag = tag
  }

  /** Never: values of attributes that are data, or a tag that is another every time. */
  remember(text: string, { outer, scope, tag }: Opening & { readonly outer: Scope }): void {
    if (scope === outer) this.attributes = tag.attributes.map(toUsual)
    if (this.#changes >= MOST_CHANGES || text.length > LONGEST_REMEMBERED) return
    if (tag.attributes.some(({ namespace }) => namespace !== XSI)) return
    this.#changes += 1
    const attributes = tag.attributes.map((each) => ({ ...each, value: copyOf(each.value) }))
    const own = attributes.length === 0 ? this.tag : { ...tag, attributes }
    this.usual = { text: copyOf(text), outer, scope, tag: own }
  }
}

/** What all scopes under one outermost scope remember together. */
interface Memory {
  entries: number
}

export class Scope implements XmlScope {
  readonly #memory: Memory
  readonly #outer: Scope | undefined
  readonly #own: ReadonlyMap<string, string>
  readonly #inner = new Map<string, Scope>()
  readonly #tags = new Map<string, KnownTag>()

  /** Before the first element of a message. */
  readonly start: { next: KnownTag | undefined } = { next: undefined }

  constructor(own: ReadonlyMap<string, string>, outer?: Scope) {
    this.#own = own
    this.#outer = outer
    this.#memory = outer === undefined ? { entries: 0 } : outer.#memory
  }

  get full(): boolean {
    return this.#memory.entries >= MOST_REMEMBERED
  }

  resolve(prefix: string): string | undefined {
    return this.#own.get(prefix) ?? this.#outer?.resolve(prefix)
  }

  prefixes(): ReadonlyMap<string, string> {
    return this.#outer === undefined
      ? this.#own
      : new Map([...this.#outer.prefixes(), ...this.#own])
  }

  /** The tag of an element without attributes; undefined when the name or its prefix is wrong. */
  tag(raw: string): KnownTag | undefined {
    const known = this.#tags.get(raw)
    if (known !== undefined) return known
    const name = toName(raw)
    const namespace = name && this.resolve(name.prefix)
    if (name === undefined || namespace === undefined) return undefined
    const { prefix, local } = name
    const own = copyOf(raw)
    const tag: XmlTag = { prefix, local, namespace, attributes: NONE }
    const entry = new KnownTag(own, { scope: this, tag })
    if (this.#remembers(raw)) this.#tags.set(own, entry)
    return entry
  }

  /** Declarations as prefix and namespace in turn; undefined when one is not allowed. */
  declaring(declarations: readonly string[]): Scope | undefined {
    const key = declarations.join('\n')
    const known = this.#inner.get(key)
    if (known !== undefined) return known
    const own = new Map<string, string>()
    for (let at = 0; at < declarations.length; at += 2) {
      const prefix = copyOf(declarations[at] ?? '')
      // A name of type anyURI (XML Schema part 2 §3.2.17): white space around it is none of it.
      const namespace = copyOf(declarations[at + 1] ?? '').trim()
      if (own.has(prefix) || !isDeclarable(prefix, namespace)) return undefined
      own.set(prefix, namespace)
    }
    const inner = new Scope(own, this)
    if (this.#remembers(key)) this.#inner.set(copyOf(key), inner)
    return inner
  }

  #remembers(text: string): boolean {
    if (this.full || text.length > LONGEST_REMEMBERED) return false
    this.#memory.entries += 1
    return true
  }
}

let outermost: Scope | undefined

/** What holds outside the root. Shared by all messages, because systems say the same names for ever; begun anew when full. */
export function outermostScope(): Scope {
  if (outermost === undefined || outermost.full) outermost = new Scope(TOP)
  return outermost
}

const TOP: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['xml', XML_NAMESPACE],
])

/** §3 and the errata of §5: `xml` is bound once for all, `xmlns` never, and only the default may be taken back. */
function isDeclarable(prefix: string, namespace: string): boolean {
  if (prefix === 'xml') return namespace === XML_NAMESPACE
  if (namespace === XML_NAMESPACE || namespace === XMLNS_NAMESPACE) return false
  return prefix === '' || (namespace !== '' && prefix !== 'xmlns' && toName(prefix)?.prefix === '')
}
