// One `@call`, checked against the contract. In: annotation and what may stand in `from`. Out: a call plan, or findings.

import type { Contract, OperationContract, Shape, Tree, Value } from '../../adapters/adapter.ts'
import { compileEncode, typeAfter } from '../../adapters/mapping/field.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import type { NormaliserName } from '../../adapters/mapping/normalisers.ts'
import { type TreePath, withValue } from '../../adapters/mapping/paths.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { isTree } from '../../adapters/tree.ts'
import { closest } from '../closest.ts'
import type { CallAnnotation, InputAnnotation, Report } from './annotations.ts'
import { compileKey, inputPlaceIn, type Place, placeIn } from './compile-value.ts'
import type { BatchPlan, CallPlan, InputPlan, ReadField } from './mapping.ts'

export interface CallScope {
  readonly contract: Contract
  readonly settings: SystemSettings
  readonly report: Report
  /** Names of the field's arguments. */
  readonly args: readonly string[]
  /** Names of fields of the record at hand. */
  readonly fields: readonly string[]
  /** Names of the key fields of the type around it. */
  readonly keys: readonly string[]
  /** The call stands in `type Mutation`. */
  readonly mutation: boolean
}

export function compileCall(call: CallAnnotation, scope: CallScope): CallPlan | undefined {
  const operation = operationOf(call, scope)
  if (operation === undefined) return undefined
  const selected = placeIn(call.select, operation.output, { node: call.node, report: scope.report })
  const items = call.batch && batchItems(call, operation, scope)
  const inputs = compileInputs(call, items?.shape ?? operation.input, scope)
  if (selected === undefined || inputs === undefined) return undefined
  const keys = inputs.plans.length
  const batch = items && compileBatch(call, { items: items.path, selected, keys }, scope)
  if (call.batch !== undefined && batch === undefined) return undefined
  return {
    operation: call.operation,
    mutation: scope.mutation,
    inputs: inputs.plans,
    build: inputs.build,
    select: selected.read,
    each: selected.each && batch === undefined,
    record: selected.shape,
    batch,
  }
}

function operationOf(
  { node, operation: name }: CallAnnotation,
  { contract, settings, report, mutation }: CallScope,
): OperationContract | undefined {
  const operation = contract.operations.get(name)
  if (operation === undefined) {
    report(node, `system.json has no operation ${closest(name, [...contract.operations.keys()])}`)
    return undefined
  }
  const kind = settings.operations[name]?.kind
  if (kind !== (mutation ? 'mutation' : 'query')) {
    report(node, `"${name}" is a ${kind}; it cannot be asked here`)
  }
  return operation
}

interface Inputs {
  readonly plans: readonly InputPlan[]
  readonly build: CallPlan['build']
}

interface Encoder {
  readonly path: TreePath
  readonly encode: (value: Scalar) => Value | undefined
  /** What is joined: places among the plans, and constants. */
  readonly parts: readonly (number | string)[]
}

function compileInputs(call: CallAnnotation, shape: Shape, scope: CallScope): Inputs | undefined {
  const plans: InputPlan[] = []
  const encoders: Encoder[] = []
  for (const input of call.input) {
    const parts = partsOf(input, call, { scope, plans })
    const place = compileEncoder(input, call, { shape, report: scope.report })
    if (parts !== undefined && place !== undefined) encoders.push({ ...place, parts })
  }
  if (encoders.length !== call.input.length) return undefined
  return { plans, build: (values) => buildInput(encoders, values) }
}

function buildInput(
  encoders: readonly Encoder[],
  values: readonly (Scalar | null)[],
): Value | undefined {
  let tree: Value = {}
  for (const { path, encode, parts } of encoders) {
    const ours = valueOf(parts, values)
    if (ours === null) continue
    const theirs = encode(ours)
    if (theirs === undefined) return undefined
    tree = withValue(tree, path, theirs)
  }
  return tree
}

/** One value as it is; several as one text, null when one of them is. */
function valueOf(
  parts: readonly (number | string)[],
  values: readonly (Scalar | null)[],
): Scalar | null {
  const found = parts.map((part) => (typeof part === 'string' ? part : (values[part] ?? null)))
  const [first = null] = found
  if (found.length === 1) return first
  return found.includes(null) ? null : found.join(' ')
}

/** Adds the plans of an input and says which of them it is made of; undefined when a name is unknown. */
function partsOf(
  { from }: InputAnnotation,
  call: CallAnnotation,
  { scope, plans }: { scope: CallScope; plans: InputPlan[] },
): readonly (number | string)[] | undefined {
  const words = from.match(/'[^']*'|\S+/g) ?? ['']
  const parts = words.map((word) => {
    if (word.startsWith("'")) return word.slice(1, -1)
    const plan = sourceOf(word, call, scope)
    return plan && plans.push(plan) - 1
  })
  return parts.every((part) => part !== undefined) ? parts : undefined
}

function sourceOf(
  from: string,
  { node }: CallAnnotation,
  { args, keys, fields, report }: CallScope,
): InputPlan | undefined {
  if (args.includes(from)) return { from, source: 'argument' }
  if (keys.includes(from)) return { from, source: 'key' }
  if (fields.includes(from)) return { from, source: 'field' }
  const known = [...args, ...keys, ...fields]
  report(node, `input from: there is no argument or field ${closest(from, known)}`)
  return undefined
}

function compileEncoder(
  { to, as }: InputAnnotation,
  { node }: CallAnnotation,
  { shape, report }: { shape: Shape; report: Report },
): Omit<Encoder, 'parts'> | undefined {
  const place = inputPlaceIn(to, shape, { node, report })
  if (place === undefined) return undefined
  if (place.path.each || place.shape.kind === 'object' || place.shape.kind === 'list') {
    report(node, `input to: "${to}" is not one value`)
    return undefined
  }
  const problem = place.shape.kind === 'scalar' ? backwards(place.shape, as) : undefined
  if (problem !== undefined) {
    report(node, `input to "${to}": ${problem}`)
    return undefined
  }
  return { path: place.path, encode: compileEncode(as, place.shape) }
}

/** Every normaliser must be able to read what it would write here. */
function backwards(
  shape: Shape & { kind: 'scalar' },
  as: readonly NormaliserName[],
): string | undefined {
  const after = typeAfter(shape.type, as, 'asking')
  return 'problem' in after ? after.problem : undefined
}

function forwards(
  shape: Shape & { kind: 'scalar' },
  as: readonly NormaliserName[],
): string | undefined {
  const after = typeAfter(shape.type, as)
  return 'problem' in after ? after.problem : undefined
}

function batchItems(
  call: CallAnnotation,
  operation: OperationContract,
  { report }: CallScope,
): { readonly path: TreePath; readonly shape: Shape } | undefined {
  const text = call.batch?.items ?? '.'
  const place = inputPlaceIn(text.endsWith('[]') ? text : `${text}[]`, operation.input, {
    node: call.node,
    report,
  })
  if (place === undefined) return undefined
  return { path: { ...place.path, each: false }, shape: place.shape }
}

function compileBatch(
  call: CallAnnotation,
  { items, selected, keys }: { items: TreePath; selected: Place; keys: number },
  { report }: CallScope,
): BatchPlan | undefined {
  if (call.batch === undefined) return undefined
  const paths = call.batch.key.trim().split(/\s+/)
  if (keys === 0 || keys !== paths.length || keys !== call.input.length) {
    report(call.node, `a batch is asked by its keys: ${keys} inputs, ${paths.length} paths of keys`)
    return undefined
  }
  if (!selected.each) {
    report(call.node, 'a batch gives many records: select must end with []')
    return undefined
  }
  const readers = paths.map((path, at) => {
    const as = keys === 1 ? (call.batch?.as ?? []) : (call.input[at]?.as ?? [])
    return batchKey(path, as, { call, selected, report })
  })
  const readKeys = readers.filter((each) => each !== undefined)
  if (readKeys.length < readers.length) return undefined
  return {
    max: call.batch.max,
    wrap: (values) => toTree(withValue({}, items, values)),
    readKeys,
  }
}

function batchKey(
  path: string,
  as: readonly NormaliserName[],
  { call, selected, report }: { call: CallAnnotation; selected: Place; report: Report },
): ReadField | undefined {
  const key = placeIn(path, selected.shape, { node: call.node, report })
  if (key === undefined) return undefined
  const problem = key.shape.kind === 'scalar' ? forwards(key.shape, as) : undefined
  if (problem !== undefined) report(call.node, `batch key: ${problem}`)
  return compileKey(key, as)
}

function toTree(value: Value): Tree {
  return isTree(value) ? value : {}
}
