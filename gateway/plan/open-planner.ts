// Which engine plans what. Hive's does by default: it needs fewer calls and a tenth of the time. What it cannot plan,
// and `@defer`, which it overlooks, Apollo's does (docs/decisions/0004).

import { type DocumentNode, print } from 'graphql'

import { CallerError, ServiceError, SystemError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import { defers } from './defers.ts'
import { labelsOf, percentageOf } from './override-labels.ts'
import { NO_OVERRIDES, type Planner, type PlanningOptions, type PlanNode } from './plan.ts'
import { PlannerLanes, type PlanOutcome } from './planner-lanes.ts'
import type { EngineName } from './planning-messages.ts'
import { buildIsRefused, type IsRefused } from './refused-calls.ts'
import { type Separated, separateRequired } from './required-arguments.ts'
import { restoreRequired } from './restore-required.ts'

export type PlannerName = EngineName

/** Longer than any operation within the limits was seen to take (docs/decisions/0004). */
const LONGEST_MS = 5000

/** Many times what an ordinary plan takes, and hardly noticed by whoever waits behind it. */
const QUICK_MS = 150

const IDLE_MS = 30_000

const FREE_LOSSES = 10

const TELL_MS = 1000

/**
 * Those of each engine are for all supergraphs of this process, because each takes memory. Each engine has its own, because the
 * loss of one is no reason to build the other engine's search graph anew.
 */
const engines = new Map<EngineName, PlannerLanes>()

function lanesOf(engine: EngineName): PlannerLanes {
  const known = engines.get(engine)
  if (known !== undefined) return known
  const lanes = new PlannerLanes({
    engine,
    longestMs: LONGEST_MS,
    quickMs: QUICK_MS,
    idleMs: IDLE_MS,
    freeLosses: FREE_LOSSES,
  })
  engines.set(engine, lanes)
  return lanes
}

export function openPlanner(supergraph: string, name: PlannerName, log?: Log): Planner {
  return new TwoEngines(supergraph, name, log)
}

class TwoEngines implements Planner {
  readonly percentages: readonly number[]
  readonly ready: Promise<void>
  readonly #separated: Separated
  readonly #log: Log | undefined
  readonly #isRefused: IsRefused
  readonly #hive: Opened | undefined
  #apollo: Opened | undefined
  #toldAt = -Infinity
  #untold = 0

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
    this.ready = this.#openFirst()
  }

  async plan(document: DocumentNode, options: PlanningOptions = {}): Promise<PlanNode> {
    const text = print(document)
    let isResting = false
    if (this.#hive !== undefined && !defers(document)) {
      const { plan, failure } = await this.#made(this.#hive, text, options)
      if (plan !== undefined && !this.#isRefused(plan)) return plan
      if (failure === 'late' || failure === 'busy') throw errorOf(failure)
      this.#tell(failure ?? 'refused')
      isResting = failure === 'resting'
    }
    const { plan, failure } = await this.#made(this.#opensApollo(), text, options)
    if (plan !== undefined) return plan
    // The engine that would have been asked may know one in a moment.
    throw errorOf(isResting ? 'resting' : failure)
  }

  close(): void {
    this.#hive?.close()
    this.#apollo?.close()
  }

  async #openFirst(): Promise<void> {
    const failure = await this.#hive?.opened
    if (this.#hive === undefined || failure !== undefined) await this.#opensApollo().opened
  }

  #opensApollo(): Opened {
    return (this.#apollo ??= new Opened('apollo', this.#separated.supergraph))
  }

  async #made(engine: Opened, text: string, options: PlanningOptions): Promise<PlanOutcome> {
    const { plan, failure } = await engine.plan(text, options)
    return plan === undefined ? { failure } : { plan: restoreRequired(plan, this.#separated) }
  }

  /** Never the document, which may hold what is personal. One line stands for all of a second. */
  #tell(failure: NonNullable<PlanOutcome['failure']> | 'refused'): void {
    this.#untold += 1
    const now = performance.now()
    if (now - this.#toldAt < TELL_MS) return
    const hint = failure === 'absent' ? { hint: 'PANJAREH_PLANNER=apollo asks it first' } : {}
    const facts = { failure, documents: this.#untold, ...hint }
    this.#log?.warn(facts, 'planned by the other engine')
    this.#toldAt = now
    this.#untold = 0
  }
}

/** A supergraph in an engine. */
class Opened {
  readonly opened: Promise<PlanOutcome['failure']>
  readonly #lanes: PlannerLanes
  readonly #number: number

  constructor(engine: EngineName, sdl: string) {
    this.#lanes = lanesOf(engine)
    const { supergraph, opened } = this.#lanes.open(sdl)
    this.#number = supergraph
    this.opened = opened
  }

  plan(text: string, options: PlanningOptions): Promise<PlanOutcome> {
    const { overrides = NO_OVERRIDES, isWanted = always } = options
    return this.#lanes.plan(this.#number, text, { overrides, isWanted })
  }

  close(): void {
    this.#lanes.close(this.#number)
  }
}

function always(): boolean {
  return true
}

function errorOf(failure: NonNullable<PlanOutcome['failure']>): ServiceError {
  const detail = { reason: failure }
  switch (failure) {
    case 'late':
      return new CallerError('OPERATION_TOO_COSTLY', 'The operation takes too long to plan.')
    case 'busy':
    case 'resting':
      return new SystemError('SYSTEM_BUSY', 'gateway', { detail })
    case 'absent':
    case 'unplanned':
    case 'lost':
      return new ServiceError('INTERNAL', 'there is no plan for this operation', { detail })
  }
}

/** Only Apollo's engine plans `@fromContext`. */
function usesContext(supergraph: string): boolean {
  return supergraph.includes('specs.apollo.dev/context/')
}
