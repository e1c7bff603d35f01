// What stands in the Body of an answer: the contract's element or elements, or a fault. In: the events between the Body's tags.
// Never: an element in the place of another, unless the binding is rpc, where its name means nothing (SOAP 1.1 §7.1).

import type { Value } from '../adapter.ts'
import { openLeaf, type XmlHandler, type XmlPlace, type XmlTag } from '../xml/parse.ts'
import { ElementDecoder } from './decode.ts'
import { type Fault, FaultDecoder } from './fault.ts'
import { isEnvelope } from './namespaces.ts'
import type { PlannedMember } from './plan.ts'
import { Unreadable } from './unreadable.ts'

/** What an operation's answer is to hold. */
export interface Expected {
  readonly style: 'document' | 'rpc'
  /** In an encoded body values may stand beside the answer and be referred to. */
  readonly encoded: boolean
  /** None: the body is empty. Several: document style with several parts. */
  readonly bodies: readonly PlannedMember[]
  /** By key; header blocks that the contract declares. */
  readonly headers: ReadonlyMap<string, PlannedMember>
  /** By key: what declared faults carry. */
  readonly faults: ReadonlyMap<string, PlannedMember>
  /** For the command line: fault details are kept, and what stands beside the answer is left out. */
  readonly lenient: boolean
}

export class BodyDecoder implements XmlHandler {
  readonly #expected: Expected
  readonly #values = new Map<string, Value | undefined>()
  #depth = 0
  #reader: XmlHandler | undefined
  #current: { readonly key: string; readonly decoder: ElementDecoder } | undefined
  #fault: FaultDecoder | undefined

  constructor(expected: Expected) {
    this.#expected = expected
  }

  get fault(): Fault | undefined {
    return this.#fault?.fault
  }

  /** Of the only element, or of all by name. Throws Unreadable `empty`. */
  value(): Value | undefined {
    const { bodies } = this.#expected
    const [only, another] = bodies
    if (only === undefined) return undefined
    if (this.#values.size === 0) throw new Unreadable('empty')
    return another === undefined
      ? this.#values.get(only.key)
      : Object.fromEntries([...this.#values].map(([key, value]) => [key, value ?? null]))
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#depth += 1
    if (this.#depth === 1) this.#enter(tag)
    // The Fault element itself is the envelope's.
    if (this.#depth > 1 || this.#reader !== this.#fault) this.#reader?.open(tag, place)
  }

  text(text: string): void {
    this.#reader?.text(text)
  }

  close(): void {
    if (this.#depth > 1 || this.#reader !== this.#fault) this.#reader?.close()
    this.#depth -= 1
    if (this.#depth > 0) return
    if (this.#current !== undefined) {
      this.#values.set(this.#current.key, this.#current.decoder.value)
    }
    this.#current = undefined
    this.#reader = undefined
  }

  leaf(tag: XmlTag, text: string, place: XmlPlace): void {
    if (this.#depth > 0 && this.#current !== undefined) this.#current.decoder.leaf(tag, text, place)
    else openLeaf(this, tag, text, place)
  }

  #enter(tag: XmlTag): void {
    if (tag.local === 'Fault' && isEnvelope(tag.namespace)) {
      this.#fault = new FaultDecoder(this.#expected.lenient ? this.#expected.faults : undefined)
      this.#reader = this.#fault
      return
    }
    const member = this.#member(tag)
    if (member === undefined) {
      this.#reader = IGNORED
      return
    }
    const decoder = new ElementDecoder(member)
    this.#current = { key: member.key, decoder }
    this.#reader = decoder
  }

  /** Undefined for what is none of the answer. */
  #member(tag: XmlTag): PlannedMember | undefined {
    const { bodies, style, encoded, lenient } = this.#expected
    const left = bodies.filter(({ key }) => !this.#values.has(key))
    const beside = left.length === 0 && (encoded || lenient) && bodies.length > 0
    if (beside) return undefined
    const found = left.find((each) => each.local === tag.local && each.namespace === tag.namespace)
    if (found !== undefined) return found
    const [first] = left
    if (style === 'rpc' && first !== undefined && isWrapper(first, tag)) return first
    const namesake = left.some(({ local }) => local === tag.local)
    throw new Unreadable(namesake ? 'wrong-namespace' : 'wrong-root')
  }
}

/** Servers call an rpc answer after the operation, in another namespace or in none. */
function isWrapper(expected: PlannedMember, tag: XmlTag): boolean {
  if (expected.local === tag.local || /(?:response|return|result)$/i.test(tag.local)) return true
  return expected.local === `${tag.local}Response`
}

const IGNORED: XmlHandler = { open: ignore, text: ignore, close: ignore }

function ignore(): void {
  // Stands beside the answer.
}
