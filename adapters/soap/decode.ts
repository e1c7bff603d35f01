// Events of an answer straight into its tree, without a document in between. In: a plan and the scanner's events.
// Out: a value. Never: a guess at a value that its type does not allow, or an element that the contract does not know.

import type { Tree, Value } from '../adapter.ts'
import { openLeaf, type XmlHandler, type XmlPlace, type XmlTag } from '../xml/parse.ts'
import { arraySizes, ItemPlacer, itemTypeKey } from './decode-array.ts'
import { AnythingFrame, type Frame, RawFrame, SkippedFrame } from './decode-raw.ts'
import { SUBTYPE, TEXT } from './layout.ts'
import { SOAP_ENCODING, SOAP_ENCODING_12, toKey, XSD, XSI } from './namespaces.ts'
import type {
  ArrayPlan,
  Parse,
  Plan,
  PlannedAttributes,
  PlannedMember,
  RecordPlan,
} from './plan.ts'
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
      this.#frames.push(
        top === undefined ? toFrame(this.#root.plan, tag, place) : top.child(tag, place),
      )
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

  leaf(tag: XmlTag, text: string, place: XmlPlace): void {
    try {
      if (this.#frames.at(-1)?.leaf?.(tag, text) === true) return
    } catch (error) {
      throw this.#placed(error)
    }
    openLeaf(this, tag, text, place)
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

function toFrame(plan: Plan, tag: XmlTag, place: XmlPlace): Frame {
  if (tag.attributes.length === 0) return toPlainFrame(plan, tag, place)
  if (isNil(tag)) return new SimpleFrame(NIL)
  if (plan.kind === 'anything') return toAnything(plan.named(typeKey(tag, place) ?? ''), tag, place)
  const subtype = plan.subtypes.size > 0 ? plan.subtypes.get(typeKey(tag, place) ?? '') : undefined
  return toTypedFrame(subtype?.plan ?? plan, subtype?.name, tag, place)
}

function toPlainFrame(plan: Plan, tag: XmlTag, place: XmlPlace): Frame {
  if (plan.kind === 'simple') return new SimpleFrame(plan.parse)
  if (plan.kind === 'record') return new RecordFrame(plan, {})
  if (plan.kind === 'anything') return toAnything(plan.named(standing(tag)), tag, place)
  return toTypedFrame(plan, undefined, tag, place)
}

function toTypedFrame(
  plan: Plan,
  subtype: string | undefined,
  tag: XmlTag,
  place: XmlPlace,
): Frame {
  switch (plan.kind) {
    case 'anything':
      return new AnythingFrame()
    case 'simple':
      return subtype === undefined
        ? new SimpleFrame(plan.parse)
        : new TextFrame(plan.parse, { [SUBTYPE]: subtype })
    case 'array':
      return new ArrayFrame(plan, tag, place)
    case 'text':
      return new TextFrame(plan.parse, readAttributes(plan.attributes, subtype, tag))
    case 'raw': {
      const attributes = readAttributes(plan.attributes, subtype, tag)
      const bare = plan.attributes.uses.size === 0 && subtype === undefined
      return new RawFrame(bare ? undefined : attributes)
    }
    case 'record':
      return new RecordFrame(plan, readAttributes(plan.attributes, subtype, tag))
  }
}

/** xsd:anyType: by xsi:type where the contract has it, else text or raw XML as it comes. */
function toAnything(
  named: { readonly name: string; readonly plan: Plan } | undefined,
  tag: XmlTag,
  place: XmlPlace,
): Frame {
  if (named === undefined) return new AnythingFrame()
  const { plan, name } = named
  return toTypedFrame(
    plan,
    plan.kind === 'record' || plan.kind === 'text' ? name : undefined,
    tag,
    place,
  )
}

/** An element that is called as its type (`<xsd:int>`) says it by that (SOAP 1.1 §5.1). */
function standing({ namespace, local }: XmlTag): string {
  const named = namespace === XSD || namespace === SOAP_ENCODING || namespace === SOAP_ENCODING_12
  return named ? toKey(namespace, local) : ''
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
  /** The member that came last, while they come in the contract's order: those behind it cannot have been there before. */
  #last: number

  constructor(plan: RecordPlan, record: Record<string, Value>) {
    this.#plan = plan
    this.#record = record
    // Attributes of any name may have taken a member's.
    this.#last = plan.attributes.any ? plan.members.size : -1
  }

  child(tag: XmlTag, place: XmlPlace): Frame {
    const member = memberOf(this.#plan, tag) ?? this.#plan.only
    this.#current = member
    if (member !== undefined) return toFrame(member.plan, tag, place)
    if (this.#plan.wildcard !== 'none') return new RawFrame(undefined, { tag, place })
    if (!this.#plan.lenient) fail('unknown-element')
    return new SkippedFrame()
  }

  leaf(tag: XmlTag, text: string): boolean {
    if (tag.attributes.length > 0) return false
    const member = this.#plainMember(tag)
    if (member?.plan.kind !== 'simple') return false
    const value = member.plan.parse(text)
    if (value === undefined) fail('value', tag.local)
    this.#current = member
    this.take(value)
    return true
  }

  /** Messages repeat themselves: what followed a member once mostly follows it again, by the very same tag. */
  #plainMember(tag: XmlTag): PlannedMember | undefined {
    const memory = (this.#current ?? this.#plan).memory
    if (memory.tag === tag) return memory.member
    const member = memberOf(this.#plan, tag) ?? this.#plan.only
    memory.tag = tag
    memory.member = member
    return member
  }

  text(text: string): void {
    if (!this.#plan.lenient && /[^ \t\r\n]/.test(text)) fail('text')
  }

  take(value: Value): void {
    const member = this.#current
    if (member !== undefined && member.place > this.#last) {
      this.#last = member.place
      this.#record[member.key] = member.list ? [value] : value
      return
    }
    this.#takeAgain(member, value)
  }

  /** What may have been there before. */
  #takeAgain(member: PlannedMember | undefined, value: Value): void {
    const { wildcard, wildcardKey, lenient } = this.#plan
    const name = member?.key ?? wildcardKey
    const before = Object.hasOwn(this.#record, name) ? this.#record[name] : undefined
    if (member === undefined ? wildcard === 'list' : member.list) {
      if (isGrowing(before)) before.push(value)
      else this.#record[name] = [value]
      return
    }
    if (before === undefined) this.#record[name] = value
    else if (lenient) this.#record[name] = isGrowing(before) ? [...before, value] : [before, value]
    else fail('repeated-element', name)
  }

  close(): Tree {
    const { lists, required, wildcard, wildcardKey } = this.#plan
    const record = this.#record
    for (const name of lists) if (!Object.hasOwn(record, name)) record[name] = []
    for (const name of required) if (!Object.hasOwn(record, name)) fail('missing-element', name)
    if (wildcard === 'list' && !Object.hasOwn(record, wildcardKey)) record[wildcardKey] = []
    return record
  }
}

/**
 * The member that an element is. Toolkits differ in whether local elements are qualified, and nothing can be confused by
 * that: without another of the same name, an unqualified element is the qualified one, and the other way round.
 */
function memberOf({ members }: RecordPlan, tag: XmlTag): PlannedMember | undefined {
  const first = members.get(tag.local)
  if (first === undefined || first.namespace === tag.namespace) return first
  for (let next = first.also; next !== undefined; next = next.also) {
    if (next.namespace === tag.namespace) return next
  }
  const either = first.namespace === '' || tag.namespace === ''
  return either && first.also === undefined ? first : undefined
}

/** Items are what stands in an array, whatever it is called (SOAP 1.1 §5.4.2). */
class ArrayFrame implements Frame {
  readonly #plan: ArrayPlan
  readonly #placer: ItemPlacer
  /** Type of the items as `arrayType` names it, for items that say none. */
  readonly #itemKey: string | undefined

  constructor(plan: ArrayPlan, tag: XmlTag, place: XmlPlace) {
    this.#plan = plan
    this.#placer = new ItemPlacer(arraySizes(tag) ?? plan.sizes, tag)
    this.#itemKey = itemTypeKey(tag, place)
  }

  child(tag: XmlTag, place: XmlPlace): Frame {
    this.#placer.next(tag)
    const { plan } = this.#plan.item()
    const untyped = plan.kind === 'anything' && this.#itemKey !== undefined
    if (untyped && typeKey(tag, place) === undefined && !isNil(tag)) {
      return toAnything(plan.named(this.#itemKey ?? ''), tag, place)
    }
    return toFrame(plan, tag, place)
  }

  text(text: string): void {
    if (/[^ \t\r\n]/.test(text)) fail('text')
  }

  take(value: Value): void {
    this.#placer.take(value)
  }

  close(): Value {
    return this.#placer.value()
  }
}

const NIL: Parse = () => null
const NO_ATTRIBUTES_OF: ReadonlySet<string> = new Set([XSI, SOAP_ENCODING, SOAP_ENCODING_12])

/** Known attributes only: others are the sender's own affair (xsi:schemaLocation, id, vendor marks), unless the contract allows any. */
function readAttributes(
  { uses, any }: PlannedAttributes,
  subtype: string | undefined,
  tag: XmlTag,
): Record<string, Value> {
  const record: Record<string, Value> = {}
  if (subtype !== undefined) record[SUBTYPE] = subtype
  for (const { local, namespace, value } of tag.attributes) {
    const use = uses.get(local)
    if (use?.namespace === namespace) {
      const read = use.parse(value)
      if (read === undefined) fail('value', local)
      record[use.key] = read
    } else if (any && local !== '__proto__' && !NO_ATTRIBUTES_OF.has(namespace)) {
      record[local] = value
    }
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
