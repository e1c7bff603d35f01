// A choice (`oneOf`, `anyOf`) as one static shape: forms that are one, or objects whose members can stand side by side.

import type { Member, Model, ModelKind, Scalar } from './model.ts'

const ANY: Model = { nullable: true, kind: { is: 'any' } }

/** One model of two forms; undefined where no static shape holds both. */
export function merge(one: Model | undefined, other: Model): Model | undefined {
  if (one === undefined) return undefined
  const kind = mergeKinds(one.kind, other.kind)
  const only = one.only && other.only && new Set([...one.only, ...other.only])
  return kind && { ...one, only, kind }
}

function mergeKinds(a: ModelKind, b: ModelKind): ModelKind | undefined {
  if (a.is === 'any') return b.is === 'any' ? a : undefined
  if (a.is === 'scalar') return b.is === 'scalar' && isSame(a, b) ? a : undefined
  if (a.is === 'object') return b.is === 'object' ? mergeObjects(a, b) : undefined
  const of = b.is === 'list' ? merge(a.of, b.of) : undefined
  return of && { is: 'list', of }
}

function isSame(a: Scalar, b: Scalar): boolean {
  return a.type === b.type && a.whole === b.whole
}

type ObjectKind = ModelKind & { readonly is: 'object' }

function mergeObjects(a: ObjectKind, b: ObjectKind): ObjectKind {
  const members = new Map<string, Member>()
  for (const name of new Set([...a.members.keys(), ...b.members.keys()])) {
    members.set(name, mergeMembers(a.members.get(name), b.members.get(name)))
  }
  return { is: 'object', members, closed: a.closed && b.closed }
}

/** A member of one form only is absent in the other. */
function mergeMembers(a: Member | undefined, b: Member | undefined): Member {
  if (a === undefined || b === undefined) {
    const only = a ?? b
    return { model: only?.model ?? ANY, required: false }
  }
  const model = merge(a.model, b.model)
  if (model === undefined) return { model: ANY, required: false }
  const nullable = a.model.nullable || b.model.nullable
  return { model: { ...model, nullable }, required: a.required && b.required }
}
