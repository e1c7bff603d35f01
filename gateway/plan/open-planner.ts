// Which engine plans what. Hive's does by default: it needs fewer calls and a fortieth of the time. What it cannot plan,
// and `@defer`, which it overlooks, Apollo's does (docs/decisions/0004).

import { type DocumentNode, print } from 'graphql'

import { CallerError, ServiceError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import { defers } from './defers.ts'
import { labelsOf, percentageOf } from './override-labels.ts'
import { NO_OVERRIDES, type Overrides, type Planner, type PlanNode } from './plan.ts'
import { type PlanOutcome, PlannerProcess } from './planner-process.ts'
import type { EngineName } from './planning-messages.ts'

export type PlannerName = EngineName

/** Longer than any operation within the limits was seen to take (docs/decisions/0004). */
const LONGEST_MS = 5000

/** One for all supergraphs of this process: a process of its own for each would only take memory. */
let shared: PlannerProcess | undefined

export function openPlanner(supergraph: string, name: PlannerName, log?: Log): Planner {
  shared ??= new PlannerProcess(LONGEST_MS)
  return new TwoEngines(supergraph, name, { process: shared, log })
}

interface Surroundings {
  readonly process: PlannerProcess
  readonly log: Log | undefined
}

class TwoEngines implements Planner {
  readonly percentages: readonly number[]
  readonly #first: EngineName
  readonly #process: PlannerProcess
  readonly #supergraph: number
  readonly #log: Log | undefined

  constructor(supergraph: string, name: PlannerName, { process, log }: Surroundings) {
    this.percentages = labelsOf(supergraph)
      .map(percentageOf)
      .filter((share) => share !== undefined)
    this.#first = usesContext(supergraph) ? 'apollo' : name
    this.#process = process
    this.#supergraph = process.open(supergraph)
    this.#log = log
  }

  async plan(document: DocumentNode, overrides: Overrides = NO_OVERRIDES): Promise<PlanNode> {
    const text = print(document)
    if (this.#first === 'hive' && !defers(document)) {
      const outcome = await this.#ask('hive', text, overrides)
      if (outcome.plan !== undefined) return outcome.plan
      if (outcome.failure === 'late') throw tooCostly()
      this.#tell(outcome.failure)
    }
    const outcome = await this.#ask('apollo', text, overrides)
    if (outcome.plan !== undefined) return outcome.plan
    if (outcome.failure === 'late') throw tooCostly()
    throw new ServiceError('INTERNAL', 'there is no plan for this operation', {
      detail: { reason: outcome.failure },
    })
  }

  close(): void {
    this.#process.close(this.#supergraph)
  }

  #ask(engine: EngineName, text: string, overrides: Overrides): Promise<PlanOutcome> {
    return this.#process.plan(engine, this.#supergraph, text, overrides)
  }

  /** Never the document, which may hold what is personal. */
  #tell(failure: NonNullable<PlanOutcome['failure']>): void {
    const hint = failure === 'absent' ? { hint: 'PANJAREH_PLANNER=apollo asks it first' } : {}
    this.#log?.warn({ failure, ...hint }, 'planned by the other engine')
  }
}

function tooCostly(): CallerError {
  return new CallerError('OPERATION_TOO_COSTLY', 'The operation takes too long to plan.')
}

/** Only Apollo's engine plans `@fromContext`. */
function usesContext(supergraph: string): boolean {
  return supergraph.includes('specs.apollo.dev/context/')
}
