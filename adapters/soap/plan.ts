// How to read a value of each type, compiled once per operation: layouts with their parsers, shared and recursive.
// What decode.ts walks along while events arrive.

import { isBare, toLayout, type Layout } from './layout.ts'
import type { ComplexType, ElementDeclaration, SimpleType, Type } from './model.ts'

export type Plan = SimplePlan | RecordPlan | TextPlan | RawPlan | AnythingPlan

interface SimplePlan {
  readonly kind: 'simple'
  readonly type: SimpleType
}

/** Text with attributes. */
interface TextPlan {
  readonly kind: 'text'
  readonly type: SimpleType
  readonly attributes: Layout['attributes']
}

/** Content that is kept as XML. */
interface RawPlan {
  readonly kind: 'raw'
  readonly attributes: Layout['attributes']
}

interface AnythingPlan {
  readonly kind: 'anything'
}

export interface RecordPlan {
  readonly kind: 'record'
  /** By local name; a holder, because recursive types meet themselves before they are done. */
  readonly members: ReadonlyMap<string, PlannedMember>
  readonly lists: readonly string[]
  readonly required: readonly string[]
  readonly attributes: Layout['attributes']
  readonly wildcard: Layout['wildcard']
  /** Derived types that xsi:type may name, by key. */
  readonly subtypes: ReadonlyMap<string, Subtype>
}

export interface PlannedMember {
  readonly local: string
  readonly namespace: string
  readonly list: boolean
  readonly plan: Plan
}

interface Subtype {
  readonly name: string
  readonly plan: Plan
}

/** Compiles plans; one compiler per contract shares what operations have in common. */
export class PlanCompiler {
  readonly #plans = new Map<Type, Plan>()

  element(element: ElementDeclaration): PlannedMember {
    const { local, namespace } = element
    return { local, namespace, list: false, plan: this.plan(element.type()) }
  }

  plan(type: Type): Plan {
    const known = this.#plans.get(type)
    if (known !== undefined) return known
    if (type.kind === 'complex' && !isBare(type)) return this.#complex(type)
    const plan = toPlain(type)
    this.#plans.set(type, plan)
    return plan
  }

  #complex(type: ComplexType): Plan {
    const layout = toLayout(type)
    const { attributes } = layout
    if (type.content.kind === 'text' || type.content.kind === 'raw') {
      const plan: Plan =
        type.content.kind === 'raw'
          ? { kind: 'raw', attributes }
          : { kind: 'text', type: type.content.type, attributes }
      this.#plans.set(type, plan)
      return plan
    }
    return this.#record(type, layout)
  }

  #record(type: ComplexType, layout: Layout): Plan {
    const members = new Map<string, PlannedMember>()
    const subtypes = new Map<string, Subtype>()
    const entries = [...layout.members]
    const plan: RecordPlan = {
      kind: 'record',
      members,
      lists: entries.filter(([, each]) => each.list).map(([name]) => name),
      required: entries.filter(([, each]) => each.required && !each.list).map(([name]) => name),
      attributes: layout.attributes,
      wildcard: layout.wildcard,
      subtypes,
    }
    this.#plans.set(type, plan)
    for (const [name, { element, list }] of entries) {
      members.set(name, { ...this.element(element), list })
    }
    for (const subtype of type.derived()) {
      subtypes.set(subtype.key, { name: subtype.local, plan: this.plan(subtype) })
    }
    return plan
  }
}

function toPlain(type: Type): Plan {
  if (type.kind === 'anything') return { kind: 'anything' }
  if (type.kind === 'simple') return { kind: 'simple', type }
  const { content } = type
  return content.kind === 'text'
    ? { kind: 'simple', type: content.type }
    : { kind: 'raw', attributes: new Map() }
}
