// A document in, its plan out. Plans are kept in a bounded cache under a key that names what is left of the document
// after access, so no caller gets another caller's plan.

import { type DocumentNode, type GraphQLSchema, Kind, type SelectionSetNode } from 'graphql'

import { SystemError } from '../../schema/errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { defers } from './defers.ts'
import { fieldByField } from './field-by-field.ts'
import { normalise, type Operation } from './normalise.ts'
import { buildChooseOverrides } from './overrides.ts'
import { NOTHING, type Planner, type PlanningOptions, type PlanNode } from './plan.ts'

/** At once if the plan is known. */
export type PlanOperation = (
  document: DocumentNode,
  key: string,
  /** When the one who asks has gone; absent: he stays. */
  signal?: AbortSignal,
) => PlanNode | Promise<PlanNode>

export interface PlanOptions {
  readonly planner: Planner
  /** What clients see. */
  readonly schema: GraphQLSchema
  /** Fields of interfaces that are asked of each type by itself (asked-by-type.ts). */
  readonly byType?: ReadonlySet<string> | undefined
  /** Plans remembered, if none is long; a long one takes the place of several. */
  readonly remembered: number
  /** Progressive overrides by name that are followed; shares of all requests always are. */
  readonly labels?: readonly string[] | undefined
  /** A request's place among all, 0 to 100, drawn anew for each. */
  readonly draw?: (() => number) | undefined
}

/** What it gives throws what the planner throws. Equal documents that come at once are planned once. */
export function buildPlanOperation(options: PlanOptions): PlanOperation {
  const { planner, schema, byType, remembered, labels = [], draw = drawEvenly } = options
  const plans = new BoundedCache<string, PlanNode | Awaited>(remembered, weightOf)
  const choose = buildChooseOverrides(planner.percentages, new Set(labels), draw)
  return (document, key, signal) => {
    const { overrides, variant } = choose()
    const own = variant === '' ? key : `${key} ${variant}`
    const known = plans.get(own)
    if (known !== undefined) return known instanceof Awaited ? known.join(signal) : known
    const awaited = new Awaited(signal, (isWanted) =>
      planOf(normalise(document, schema, byType), planner, { overrides, isWanted }),
    )
    plans.set(own, awaited)
    awaited.planned.then(
      (plan) => plans.set(own, plan),
      (error: unknown) => {
        if (saysNothing(error)) plans.delete(own)
        else setTimeout(() => plans.delete(own), FAILED_MS).unref()
      },
    )
    return awaited.planned
  }
}

/** A plan that is being made, or was found to be none, and those who wait for it. */
class Awaited {
  readonly planned: Promise<PlanNode>
  #signals: (AbortSignal | undefined)[] | undefined

  constructor(
    signal: AbortSignal | undefined,
    plan: (isWanted: () => boolean) => Promise<PlanNode>,
  ) {
    this.#signals = [signal]
    this.planned = plan(() => this.#signals?.some((one) => one?.aborted !== true) === true)
    void this.#forgetWhenDone()
  }

  async #forgetWhenDone(): Promise<void> {
    await Promise.allSettled([this.planned])
    this.#signals = undefined
  }

  join(signal: AbortSignal | undefined): Promise<PlanNode> {
    this.#signals?.push(signal)
    return this.planned
  }
}

/** Of the document, that is: there was no time for it. */
function saysNothing(error: unknown): boolean {
  return error instanceof SystemError && error.code === 'SYSTEM_BUSY'
}

/** How long it is remembered that there is no plan: looking for one may have taken long. */
const FAILED_MS = 30_000

/** Characters of its calls that a plan has in one place of the cache; most have fewer. */
const PLACE = 8192

function weightOf(plan: PlanNode | Awaited): number {
  return plan instanceof Awaited ? 1 : Math.ceil((1 + lengthOf(plan)) / PLACE)
}

function lengthOf(node: PlanNode | undefined): number {
  if (node === undefined) return 0
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.reduce((sum, next) => sum + lengthOf(next), 0)
    case 'condition':
      return lengthOf(node.whenTrue) + lengthOf(node.whenFalse)
    case 'defer':
      return node.deferred.reduce((sum, part) => sum + lengthOf(part.node), lengthOf(node.primary))
    case 'subscription':
      return node.source.text.length + lengthOf(node.rest)
    case 'fetch':
    case 'entities':
      return node.text.length
  }
}

function drawEvenly(): number {
  return Math.random() * 100
}

async function planOf(
  operation: Operation,
  planner: Planner,
  options: PlanningOptions,
): Promise<PlanNode> {
  if (asksOnlyTypename(operation.selectionSet)) return NOTHING
  const document = toDocument(operation)
  const whole = await planner.plan(document, options)
  if (whole.kind === 'fetch' || defers(document)) return whole
  const fields = fieldByField(operation)
  if (fields.length === 0) return whole
  const plans = fields.map((field) => planner.plan(toDocument(field), options))
  return { kind: 'sequence', nodes: await Promise.all(plans) }
}

function toDocument(operation: Operation): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: [operation] }
}

function asksOnlyTypename({ selections }: SelectionSetNode): boolean {
  return selections.every((node) => {
    if (node.kind === Kind.FIELD) return node.name.value === '__typename'
    return node.kind === Kind.INLINE_FRAGMENT && asksOnlyTypename(node.selectionSet)
  })
}
