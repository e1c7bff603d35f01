// One `@call`, checked against the contract. In: annotation and what may stand in `from`. Out: a call plan, or findings.

import type { Contract, OperationContract, Shape, Tree, Value } from '../../adapters/adapter.ts'
import { compileEncode, typeAfter } from '../../adapters/mapping/field.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import type { NormaliserName } from '../../adapters/mapping/normalisers.ts'
import { compileRead, type TreePath, withValue } from '../../adapters/mapping/paths.ts'
import type { SystemSettings } from '../../adapters/settings.ts'
import { isTree } from '../../adapters/tree.ts'
import { closest } from '../closest.ts'
import type { CallAnnotation, InputAnnotation, Report } from './annotations.ts'
import { compileKey, type Place, placeIn } from './compile-value.ts'
import type { BatchPlan, CallPlan, InputPlan } from './mapping.ts'

export interface CallScope {
  readonly contract: Contract
  readonly settings: SystemSettings
  readonly report: Report
  /** Names of the field's arguments. */
  readonly args: readonly string[]
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
  const batch = items && compileBatch(call, { items: items.path, selected }, scope)
  if (call.batch !== undefined && batch === undefined) return undefined
  return {
    operation: call.operation,
    mutation: scope.mutation,
    inputs: inputs.plans,
    build: inputs.build,
    select: compileRead(selected.path),
    each: selected.path.each && batch === undefined,
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
}

function compileInputs(call: CallAnnotation, shape: Shape, scope: CallScope): Inputs | undefined {
  const plans: InputPlan[] = []
  const encoders: Encoder[] = []
  for (const input of call.input) {
    const plan = sourceOf(input, call, scope)
    const encoder = compileEncoder(input, call, { shape, report: scope.report })
    if (plan === undefined || encoder === undefined) continue
    plans.push(plan)
    encoders.push(encoder)
  }
  if (plans.length !== call.input.length) return undefined
  return { plans, build: (values) => buildInput(encoders, values) }
}

function buildInput(
  encoders: readonly Encoder[],
  values: readonly (Scalar | null)[],
): Value | undefined {
  let tree: Value = {}
  for (const [place, { path, encode }] of encoders.entries()) {
    const ours = values[place] ?? null
    if (ours === null) continue
    const theirs = encode(ours)
    if (theirs === undefined) return undefined
    tree = withValue(tree, path, theirs)
  }
  return tree
}

function sourceOf(
  { from }: InputAnnotation,
  { node }: CallAnnotation,
  { args, keys, report }: CallScope,
): InputPlan | undefined {
  if (args.includes(from)) return { from, source: 'argument' }
  if (keys.includes(from)) return { from, source: 'key' }
  report(node, `input from: there is no argument or key field ${closest(from, [...args, ...keys])}`)
  return undefined
}

function compileEncoder(
  { to, as }: InputAnnotation,
  { node }: CallAnnotation,
  { shape, report }: { shape: Shape; report: Report },
): Encoder | undefined {
  const place = placeIn(to, shape, { node, report })
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
  const place = placeIn(text.endsWith('[]') ? text : `${text}[]`, operation.input, {
    node: call.node,
    report,
  })
  if (place === undefined) return undefined
  return { path: { ...place.path, each: false }, shape: place.shape }
}

function compileBatch(
  call: CallAnnotation,
  { items, selected }: { items: TreePath; selected: Place },
  { report }: CallScope,
): BatchPlan | undefined {
  if (call.batch === undefined) return undefined
  if (call.input.length !== 1) {
    report(call.node, 'a batch is asked by exactly one key: one input')
    return undefined
  }
  if (!selected.path.each) {
    report(call.node, 'a batch gives many records: select must end with []')
    return undefined
  }
  const key = placeIn(call.batch.key, selected.shape, { node: call.node, report })
  if (key === undefined) return undefined
  const problem = key.shape.kind === 'scalar' ? forwards(key.shape, call.batch.as) : undefined
  if (problem !== undefined) report(call.node, `batch key: ${problem}`)
  return {
    max: call.batch.max,
    wrap: (values) => toTree(withValue({}, items, values)),
    readKey: compileKey(key, call.batch.as),
  }
}

function toTree(value: Value): Tree {
  return isTree(value) ? value : {}
}
