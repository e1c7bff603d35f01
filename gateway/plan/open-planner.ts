// Which engine plans what. Hive's does by default: it needs fewer calls and a tenth of the time. What it cannot plan,
// and `@defer`, which it overlooks, Apollo's does (docs/decisions/0004).

import { type DocumentNode, print } from 'graphql'

import { CallerError, ServiceError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import { defers } from './defers.ts'
import { labelsOf, percentageOf } from './override-labels.ts'
import { NO_OVERRIDES, type Overrides, type Planner, type PlanNode } from './plan.ts'
import { type PlanOutcome, PlannerProcess } from './planner-process.ts'
import type { EngineName } from './planning-messages.ts'
import { buildIsRefused, type IsRefused } from './refused-calls.ts'
import { type Separated, separateRequired } from './required-arguments.ts'
import { restoreRequired } from './restore-required.ts'

export type PlannerName = EngineName

/** Longer than any operation within the limits was seen to take (docs/decisions/0004). */
const LONGEST_MS = 5000

/**
 * One of each engine for all supergraphs of this process, because each takes memory. Two, because the loss of one is no
 * reason to build the other engine's search graph anew.
 */
const processes = new Map<EngineName, PlannerProcess>()

function processOf(engine: EngineName): PlannerProcess {
  const known = processes.get(engine)
  if (known !== undefined) return known
  const process = new PlannerProcess({ engine, longestMs: LONGEST_MS })
  processes.set(engine, process)
  return process
}

export function openPlanner(supergraph: string, name: PlannerName, log?: Log): Planner {
  return new TwoEngines(supergraph, name, log)
}

class TwoEngines implements Planner {
  readonly percentages: readonly number[]
  readonly #separated: Separated
  readonly #log: Log | undefined
  readonly #isRefused: IsRefused
  readonly #hive: Opened | undefined
  #apollo: Opened | undefined

  constructor(supergraph: string, name: PlannerName, log: Log | undefined) {
    this.percentages = labelsOf(supergraph)
      .map(percentageOf)
      .filter((share) => share !== undefined)
    this.#separated = separateRequired(supergraph)
    const { supergraph: separated } = this.#separated
    this.#log = log
    this.#isRefused = buildIsRefused(supergraph)
    if (name === 'hive' && !usesContext(supergraph)) this.#hive = new Opened('hive', separated)
    else this.#apollo = new Opened('apollo', separated)
  }

  async plan(document: DocumentNode, overrides: Overrides = NO_OVERRIDES): Promise<PlanNode> {
    const text = print(document)
    if (this.#hive !== undefined && !defers(document)) {
      const { plan, failure } = await this.#made(this.#hive, text, overrides)
      if (plan !== undefined && !this.#isRefused(plan)) return plan
      if (failure === 'late') throw tooCostly()
      this.#tell(failure ?? 'refused')
    }
    this.#apollo ??= new Opened('apollo', this.#separated.supergraph)
    const { plan, failure } = await this.#made(this.#apollo, text, overrides)
    if (plan !== undefined) return plan
    if (failure === 'late') throw tooCostly()
    const detail = { reason: failure }
    throw new ServiceError('INTERNAL', 'there is no plan for this operation', { detail })
  }

  close(): void {
    this.#hive?.close()
    this.#apollo?.close()
  }

  async #made(engine: Opened, text: string, overrides: Overrides): Promise<PlanOutcome> {
    const { plan, failure } = await engine.plan(text, overrides)
    return plan === undefined ? { failure } : { plan: restoreRequired(plan, this.#separated) }
  }

  /** Never the document, which may hold what is personal. */
  #tell(failure: NonNullable<PlanOutcome['failure']> | 'refused'): void {
    const hint = failure === 'absent' ? { hint: 'PANJAREH_PLANNER=apollo asks it first' } : {}
    this.#log?.warn({ failure, ...hint }, 'planned by the other engine')
  }
}

/** A supergraph in an engine's process. */
class Opened {
  readonly #process: PlannerProcess
  readonly #number: number

  constructor(engine: EngineName, supergraph: string) {
    this.#process = processOf(engine)
    this.#number = this.#process.open(supergraph)
  }

  plan(text: string, overrides: Overrides): Promise<PlanOutcome> {
    return this.#process.plan(this.#number, text, overrides)
  }

  close(): void {
    this.#process.close(this.#number)
  }
}

function tooCostly(): CallerError {
  return new CallerError('OPERATION_TOO_COSTLY', 'The operation takes too long to plan.')
}

/** Only Apollo's engine plans `@fromContext`. */
function usesContext(supergraph: string): boolean {
  return supergraph.includes('specs.apollo.dev/context/')
}
