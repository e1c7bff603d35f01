// How to read a value of each type, compiled once per operation: layouts with their parsers, shared and recursive.
// What decode.ts walks along while events arrive.

import type { Value } from '../adapter.ts'
import type { XmlTag } from '../xml/parse.ts'
import { ContractError } from './contract/contract-error.ts'
import { isBare, type Layout, toLayout } from './layout.ts'
import type { AttributeUse, ComplexType, ElementDeclaration, SimpleType, Type } from './model.ts'

export type Plan = SimplePlan | TextPlan | RawPlan | AnythingPlan | RecordPlan | ArrayPlan

/** Undefined when the text is not of the type. */
export type Parse = (text: string) => Value | undefined

interface Subtyped {
  /** Derived types that xsi:type may name, by key. */
  readonly subtypes: ReadonlyMap<string, Subtype>
}

interface SimplePlan extends Subtyped {
  readonly kind: 'simple'
  readonly parse: Parse
}

/** Text with attributes. */
interface TextPlan extends Subtyped {
  readonly kind: 'text'
  readonly parse: Parse
  readonly attributes: PlannedAttributes
}

/** Content that is kept as XML. */
interface RawPlan extends Subtyped {
  readonly kind: 'raw'
  readonly attributes: PlannedAttributes
}

interface AnythingPlan {
  readonly kind: 'anything'
  /** What an xsi:type inside it names, if the contract has it. */
  named(key: string): Subtype | undefined
}

export interface ArrayPlan extends Subtyped {
  readonly kind: 'array'
  /** A thunk, because an array may hold arrays of its own type. */
  item(): PlannedMember
  /** Lengths of the dimensions where the contract fixes them. */
  readonly sizes: readonly (number | undefined)[]
}

export interface RecordPlan extends Subtyped {
  readonly kind: 'record'
  /** By local name on the wire; a holder, because recursive types meet themselves before they are done. */
  readonly members: ReadonlyMap<string, PlannedMember>
  readonly lists: readonly string[]
  readonly required: readonly string[]
  readonly attributes: PlannedAttributes
  readonly wildcard: Layout['wildcard']
  readonly wildcardKey: string
  /** What the contract does not know is left out, what is twice becomes a list: for the command line only. */
  readonly lenient: boolean
  /** What any child is that is no member. */
  readonly only?: PlannedMember | undefined
  /** Of the first child. */
  readonly memory: TagMemory
}

/** Which member the last child at a place was, by its tag. One tag means one member in one plan, so it is no guess. */
interface TagMemory {
  tag: XmlTag | undefined
  member: PlannedMember | undefined
}

export interface PlannedMember {
  readonly key: string
  readonly local: string
  readonly namespace: string
  readonly list: boolean
  readonly plan: Plan
  /** Among its siblings, from 0. */
  readonly place: number
  /** Of the child that follows. */
  readonly memory: TagMemory
  /** The next element of the same local name, in another namespace. */
  readonly also: PlannedMember | undefined
}

export interface PlannedAttributes {
  /** By local name. */
  readonly uses: ReadonlyMap<string, PlannedAttribute>
  /** xsd:anyAttribute: others are kept as text. */
  readonly any: boolean
}

interface PlannedAttribute {
  readonly key: string
  readonly namespace: string
  readonly parse: Parse
}

interface Subtype {
  readonly name: string
  readonly plan: Plan
}

interface PlanOptions {
  /** Leave out what is not known, and never ask for what is absent. */
  readonly lenient?: boolean
  /** In an encoded message every accessor may be left out (SOAP 1.1 §5.4.1). */
  readonly encoded?: boolean
}

const NO_SUBTYPES: ReadonlyMap<string, Subtype> = new Map()

/** Compiles plans; one compiler per contract shares what operations have in common. */
export class PlanCompiler {
  readonly #options: PlanOptions
  readonly #plans = new Map<Type, Plan>()
  /** What is left to fill in: types lie in each other deeper than calls may. */
  readonly #left: (() => void)[] = []
  #filling = false
  #encoded: PlanCompiler | undefined

  constructor(options: PlanOptions = {}) {
    this.#options = options
  }

  /** The compiler for messages of that use. */
  for(use: 'literal' | 'encoded'): PlanCompiler {
    if (use === 'literal' || this.#options.encoded === true) return this
    return (this.#encoded ??= new PlanCompiler({ ...this.#options, encoded: true }))
  }

  element(element: ElementDeclaration): PlannedMember {
    const member = this.#member(element)
    this.#fill()
    return member
  }

  #member(element: ElementDeclaration): PlannedMember {
    const { local, namespace } = element
    const plan = this.#plan(element.type())
    return {
      key: local,
      local,
      namespace,
      list: false,
      plan,
      place: 0,
      memory: noMemory(),
      also: undefined,
    }
  }

  /** The wrapper of an rpc answer: its only accessor may be called anything (SOAP 1.1 §7.1). */
  wrapper(element: ElementDeclaration): PlannedMember {
    const member = this.element(element)
    const { plan } = member
    if (plan.kind !== 'record' || plan.members.size !== 1) return member
    const [only] = plan.members.values()
    return { ...member, plan: { ...plan, only, memory: noMemory() } }
  }

  #fill(): void {
    if (this.#filling) return
    this.#filling = true
    try {
      for (let next = this.#left.pop(); next !== undefined; next = this.#left.pop()) next()
    } finally {
      this.#filling = false
    }
  }

  #plan(type: Type): Plan {
    const known = this.#plans.get(type)
    if (known !== undefined) return known
    if (type.kind === 'complex') return this.#complex(type)
    const plan: Plan =
      type.kind === 'simple'
        ? { kind: 'simple', parse: this.#parser(type), subtypes: NO_SUBTYPES }
        : { kind: 'anything', named: (key) => this.#named((each) => type.named(each), key) }
    this.#plans.set(type, plan)
    return plan
  }

  /** An answer may name any type of the contract; one that cannot be compiled is read as what it is on the wire. */
  #named(find: (key: string) => Type | undefined, key: string): Subtype | undefined {
    try {
      const type = find(key)
      if (type === undefined || type.kind === 'anything') return undefined
      const plan = this.#plan(type)
      this.#fill()
      return { name: type.local, plan }
    } catch (error) {
      if (error instanceof ContractError) return undefined
      throw error
    }
  }

  #complex(type: ComplexType): Plan {
    const subtypes = new Map<string, Subtype>()
    const { content } = type
    const plan =
      content.kind === 'elements' || content.kind === 'empty'
        ? this.#record(type, subtypes)
        : this.#textual(type, subtypes)
    this.#left.push(() => {
      const names = new Set<string>()
      for (const subtype of type.derived()) {
        const name = names.has(subtype.local) ? subtype.key : subtype.local
        names.add(subtype.local)
        subtypes.set(subtype.key, { name, plan: this.#plan(subtype) })
      }
    })
    return plan
  }

  #textual(type: ComplexType, subtypes: ReadonlyMap<string, Subtype>): Plan {
    const plan = this.#content(type, subtypes)
    this.#plans.set(type, plan)
    return plan
  }

  #content(type: ComplexType, subtypes: ReadonlyMap<string, Subtype>): Plan {
    const { content } = type
    if (content.kind === 'array') {
      let item: PlannedMember | undefined
      const { sizes } = content
      return { kind: 'array', item: () => (item ??= this.element(content.item)), sizes, subtypes }
    }
    const attributes = this.#attributes(type, toLayout(type))
    const parse = content.kind === 'text' ? this.#parser(content.type) : undefined
    if (parse === undefined) return { kind: 'raw', attributes, subtypes }
    if (isBare(type)) return { kind: 'simple', parse, subtypes }
    return { kind: 'text', parse, attributes, subtypes }
  }

  #record(type: ComplexType, subtypes: ReadonlyMap<string, Subtype>): Plan {
    const layout = toLayout(type)
    const members = new Map<string, PlannedMember>()
    const { lenient = false, encoded = false } = this.#options
    const entries = [...layout.members]
    const required = entries.filter(([, each]) => each.required && !each.list)
    const plan: RecordPlan = {
      kind: 'record',
      members,
      lists: entries.filter(([, each]) => each.list).map(([name]) => name),
      required: lenient || encoded ? [] : required.map(([name]) => name),
      attributes: this.#attributes(type, layout),
      wildcard: layout.wildcard,
      wildcardKey: layout.wildcardKey,
      lenient,
      subtypes,
      memory: noMemory(),
    }
    this.#plans.set(type, plan)
    this.#left.push(() => {
      for (const [place, [key, { element, list }]] of [...entries.entries()].toReversed()) {
        const also = members.get(element.local)
        const member = this.#member(element)
        members.set(element.local, { ...member, key: toPropertyKey(key), list, place, also })
      }
    })
    return plan
  }

  #attributes(type: ComplexType, layout: Layout): PlannedAttributes {
    const uses = [...layout.attributes].map(
      ([key, use]) => [use.local, this.#attribute(key, use)] as const,
    )
    return { uses: new Map(uses), any: type.anyAttribute }
  }

  #attribute(key: string, { namespace, type }: AttributeUse): PlannedAttribute {
    return { key, namespace, parse: this.#parser(type) }
  }

  /** For the command line nothing in the place of a number is nil, and an integer beyond its bounds is kept exactly: many systems write so. */
  #parser({ lexical, list }: SimpleType): Parse {
    const { lenient = false } = this.#options
    const parse: Parse = (text) => lexical.parse(text)
    const one: Parse = lenient ? (text) => parse(text) ?? loosely(text) : parse
    if (!list) return one
    return (text) => {
      const items: Value[] = []
      for (const item of text.split(/\s+/)) {
        if (item === '') continue
        const value = lexical.parse(item)
        if (value === undefined) return undefined
        items.push(value)
      }
      return items
    }
  }
}

function noMemory(): TagMemory {
  return { tag: undefined, member: undefined }
}

/** The text as the engine keeps names of properties; any other copy it would have to look up at every use. */
function toPropertyKey(text: string): string {
  return Object.keys({ [text]: 0 })[0] ?? text
}

function loosely(text: string): Value | undefined {
  const lexical = text.trim()
  if (lexical === '') return null
  return /^[+-]?\d+$/.test(lexical) ? lexical : undefined
}
