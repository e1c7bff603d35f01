// Events of an answer straight into its tree, without a document in between. In: a plan and the parser's events.
// Out: a value. Never: a guess at a value that its type does not allow, or an element that the contract does not know.

import type { Tree, Value } from '../adapter.ts'
import { XmlFragment } from '../xml/fragment.ts'
import type { XmlHandler, XmlPlace, XmlTag } from '../xml/parse.ts'
import { SUBTYPE, TEXT, WILDCARD, type Layout } from './layout.ts'
import { LEXICALS } from './lexical.ts'
import type { SimpleType } from './model.ts'
import { toKey, XSD, XSI } from './namespaces.ts'
import type { Plan, PlannedMember, RecordPlan } from './plan.ts'
import { Unreadable, type UnreadableReason } from './unreadable.ts'

/** Reads one element; give it the element's own events, its end included, then take `value`. */
export class ElementDecoder implements XmlHandler {
  readonly #root: PlannedMember
  readonly #frames: Frame[] = []
  readonly #names: string[] = []
  value: Value | undefined

  constructor(root: PlannedMember) {
    this.#root = root
  }

  open(tag: XmlTag, place: XmlPlace): void {
    const top = this.#frames.at(-1)
    if (top !== undefined) this.#names.push(tag.local)
    try {
      this.#frames.push(top?.child(tag, place) ?? toFrame(this.#root.plan, tag, place))
    } catch (error) {
      throw this.#placed(error)
    }
  }

  text(text: string): void {
    try {
      this.#frames.at(-1)?.text(text)
    } catch (error) {
      throw this.#placed(error)
    }
  }

  close(): void {
    try {
      const value = this.#frames.pop()?.close()
      this.#names.pop()
      if (this.#frames.length === 0) this.value = value
      else if (value !== undefined) this.#frames.at(-1)?.take(value)
    } catch (error) {
      throw this.#placed(error)
    }
  }

  #placed(error: unknown): unknown {
    if (!(error instanceof Unreadable)) return error
    const names = error.path === undefined ? [...this.#names] : [...this.#names, error.path]
    if (error.reason === 'unknown-element') names.push(toShown(names.pop() ?? ''))
    return new Unreadable(error.reason, names.join('.'))
  }
}

/** A name that no contract gave may hold what should stand in a value. */
function toShown(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) && !/[0-9]{5}/.test(name) ? name : '…'
}

interface Frame {
  /** A child begins: the frame that reads it. */
  child(tag: XmlTag, place: XmlPlace): Frame
  text(text: string): void
  /** Undefined when the element was part of a larger raw value. */
  close(): Value | undefined
  /** The value of the child that has just ended. */
  take(value: Value): void
}

function toFrame(plan: Plan, tag: XmlTag, place: XmlPlace): Frame {
  if (tag.attributes.length > 0 && isNil(tag)) return new SimpleFrame(NIL)
  switch (plan.kind) {
    case 'simple':
      return new SimpleFrame(toParser(plan.type))
    case 'text':
      return new TextFrame(toParser(plan.type), readAttributes(plan.attributes, tag))
    case 'raw':
      return new RawFrame(
        plan.attributes.size > 0 ? readAttributes(plan.attributes, tag) : undefined,
      )
    case 'anything':
      return toAnything(tag, place)
    case 'record':
      return toRecord(plan, tag, place)
  }
}

function toRecord(plan: RecordPlan, tag: XmlTag, place: XmlPlace): Frame {
  if (tag.attributes.length === 0) return new RecordFrame(plan, {})
  const subtype = plan.subtypes.size > 0 ? plan.subtypes.get(typeKey(tag, place) ?? '') : undefined
  if (subtype?.plan.kind !== 'record')
    return new RecordFrame(plan, readAttributes(plan.attributes, tag))
  const record = readAttributes(subtype.plan.attributes, tag)
  record[SUBTYPE] = subtype.name
  return new RecordFrame(subtype.plan, record)
}

/** xsd:anyType: by xsi:type where it names a built-in, else text or raw XML as it comes. */
function toAnything(tag: XmlTag, place: XmlPlace): Frame {
  const key = typeKey(tag, place)
  const prefix = toKey(XSD, '')
  const lexical =
    key?.startsWith(prefix) === true ? LEXICALS.get(key.slice(prefix.length)) : undefined
  return lexical === undefined
    ? new AnythingFrame()
    : new SimpleFrame((text) => lexical.parse(text))
}

class SimpleFrame implements Frame {
  readonly #parse: Parse
  #text = ''

  constructor(parse: Parse) {
    this.#parse = parse
  }

  child(): Frame {
    return fail('unknown-element')
  }

  text(text: string): void {
    this.#text += text
  }

  close(): Value {
    const value = this.#parse(this.#text)
    return value === undefined ? fail('value') : value
  }

  take(): void {
    // Has no children.
  }
}

class TextFrame extends SimpleFrame {
  readonly #record: Record<string, Value>

  constructor(parse: Parse, record: Record<string, Value>) {
    super(parse)
    this.#record = record
  }

  override close(): Value {
    this.#record[TEXT] = super.close()
    return this.#record
  }
}

class RecordFrame implements Frame {
  readonly #plan: RecordPlan
  readonly #record: Record<string, Value>
  #current: PlannedMember | undefined

  constructor(plan: RecordPlan, record: Record<string, Value>) {
    this.#plan = plan
    this.#record = record
  }

  child(tag: XmlTag, place: XmlPlace): Frame {
    const member = this.#plan.members.get(tag.local)
    if (member !== undefined && member.namespace === tag.namespace) {
      this.#current = member
      return toFrame(member.plan, tag, place)
    }
    if (this.#plan.wildcard === 'none') fail('unknown-element')
    this.#current = undefined
    return new RawFrame(undefined, { tag, place })
  }

  text(text: string): void {
    if (/[^ \t\r\n]/.test(text)) fail('text')
  }

  take(value: Value): void {
    const member = this.#current
    const name = member?.local ?? WILDCARD
    if (member === undefined ? this.#plan.wildcard === 'list' : member.list) {
      const list = this.#record[name]
      if (isGrowing(list)) list.push(value)
      else this.#record[name] = [value]
      return
    }
    if (Object.hasOwn(this.#record, name)) fail('repeated-element', name)
    this.#record[name] = value
  }

  close(): Tree {
    const { lists, required, wildcard } = this.#plan
    for (const name of lists) if (!Object.hasOwn(this.#record, name)) this.#record[name] = []
    for (const name of required)
      if (!Object.hasOwn(this.#record, name)) fail('missing-element', name)
    if (wildcard === 'list' && !Object.hasOwn(this.#record, WILDCARD)) this.#record[WILDCARD] = []
    return this.#record
  }
}

/** Content as XML; with `outer` the element itself too. It is its own child, so that it sees the whole subtree. */
class RawFrame implements Frame {
  readonly #fragment = new XmlFragment()
  readonly #record: Record<string, Value> | undefined
  /** Depth at which the next end is this value's own. */
  readonly #end: number

  constructor(record?: Record<string, Value>, outer?: { tag: XmlTag; place: XmlPlace }) {
    this.#record = record
    this.#end = outer === undefined ? 0 : 1
    if (outer !== undefined) this.#fragment.open(outer.tag, outer.place)
  }

  get hasElements(): boolean {
    return this.#fragment.hasElements
  }

  child(tag: XmlTag, place: XmlPlace): Frame {
    this.#fragment.open(tag, place)
    return this
  }

  text(text: string): void {
    this.#fragment.write(text)
  }

  take(): void {
    // Children write into the same fragment.
  }

  close(): Value | undefined {
    const last = this.#fragment.depth === this.#end
    this.#fragment.close()
    if (!last) return undefined
    const raw = this.#fragment.toString()
    if (this.#record === undefined) return raw
    this.#record[TEXT] = raw
    return this.#record
  }
}

/** Text as it is, or XML as soon as there is an element. */
class AnythingFrame extends RawFrame {
  #plain = ''

  override text(text: string): void {
    super.text(text)
    this.#plain += text
  }

  override close(): Value | undefined {
    const raw = super.close()
    return raw === undefined || this.hasElements ? raw : this.#plain
  }
}

type Parse = (text: string) => Value | undefined

const NIL: Parse = () => null

function toParser({ lexical, list }: SimpleType): Parse {
  if (!list) return (text) => lexical.parse(text)
  return (text) => {
    const items: Value[] = []
    for (const item of text.split(/\s+/).filter(Boolean)) {
      const value = lexical.parse(item)
      if (value === undefined) return undefined
      items.push(value)
    }
    return items
  }
}

/** Known attributes only: others are the sender's own affair (xsi:schemaLocation, id, vendor marks). */
function readAttributes(uses: Layout['attributes'], tag: XmlTag): Record<string, Value> {
  const record: Record<string, Value> = {}
  for (const { local, namespace, value } of tag.attributes) {
    const use = uses.get(local)
    if (use === undefined || use.namespace !== namespace) continue
    const read = toParser(use.type)(value)
    if (read === undefined) fail('value', local)
    record[local] = read
  }
  return record
}

function isNil(tag: XmlTag): boolean {
  return tag.attributes.some(
    ({ namespace, local, value }) =>
      namespace === XSI && local === 'nil' && (value === 'true' || value === '1'),
  )
}

function typeKey(tag: XmlTag, place: XmlPlace): string | undefined {
  const named = tag.attributes.find((each) => each.namespace === XSI && each.local === 'type')
  if (named === undefined) return undefined
  const [first = '', second] = named.value.trim().split(':')
  const namespace = place.resolve(second === undefined ? '' : first)
  return namespace === undefined ? undefined : toKey(namespace, second ?? first)
}

function isGrowing(value: Value | undefined): value is Value[] {
  return Array.isArray(value)
}

function fail(reason: UnreadableReason, path?: string): never {
  throw new Unreadable(reason, path)
}
