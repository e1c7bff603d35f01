// A plan made something that runs: conditions are decided, calls know their positions, and what has no part in it is gone.

import type { Answer } from '../../schema/context.ts'
import { invariant } from '../../schema/errors.ts'
import type { Deferred, Entities, EntityPart, Fetch, PlanNode, SubgraphCall } from '../plan/plan.ts'
import type { IsTrue } from './conditions.ts'
import { keepApart, type Telling, tellings } from './context.ts'
import { type CompiledPart, Wanted } from './entity-part.ts'
import { isReporting, type Placement, placeReports } from './place-reports.ts'
import { Position } from './position.ts'
import { compileWay } from './reach.ts'
import { compileRepresentation } from './representation.ts'
import { rewritten } from './rewrite.ts'
import { noReports, type Reports, type Run } from './run.ts'
import { type Call, repeatedCalls } from './send.ts'
import { renamedBy, surveyFetch, surveyPart } from './survey.ts'
import { isTree } from './tree.ts'
import type { MeetsCondition } from './types.ts'
import { withhold } from './withhold.ts'

/** Runs to the end; what subgraphs report goes to `reports`. */
type Step = (run: Run, reports: Reports) => Promise<void>

export interface CompiledPlan {
  readonly root: Position
  readonly run: Step
  /** Of a subscription: the call that gives the events. */
  readonly source: SourceStep | undefined
}

export interface SourceStep {
  readonly fetch: Fetch
  /** Puts one event into the data. */
  readonly take: (run: Run, event: Answer, reports: Reports) => void
}

export interface PlanSource {
  readonly plan: PlanNode
  /** Values of the Boolean variables by which the plan decides. */
  readonly isTrue: IsTrue
  readonly meets: MeetsCondition
}

export function compilePlan(source: PlanSource): CompiledPlan {
  const compiling = new Compiling(source)
  const { plan } = source
  const events = plan.kind === 'subscription' ? compiling.events(plan.source) : undefined
  const step = compiling.step(plan.kind === 'subscription' ? plan.rest : plan)
  return { root: compiling.root, run: step ?? nothing, source: events }
}

async function nothing(): Promise<void> {}

class Compiling {
  readonly root = new Position()
  readonly #source: PlanSource
  readonly #repeated: ReadonlySet<SubgraphCall>
  /** Ids of the calls that are made: a condition may have left out one that a later part names. */
  readonly #made = new Set<string>()
  #joints = 1

  constructor(source: PlanSource) {
    this.#source = source
    this.#repeated = repeatedCalls(source.plan)
    this.root.joint = 0
    keepApart(source.plan, this.root)
  }

  step(node: PlanNode | undefined): Step | undefined {
    switch (node?.kind) {
      case undefined:
        return undefined
      case 'sequence':
        return inSequence(this.#steps(node.nodes))
      case 'parallel':
        return inParallel(this.#steps(node.nodes))
      case 'condition':
        return this.step(this.#source.isTrue(node.variable) ? node.whenTrue : node.whenFalse)
      case 'fetch':
        return this.#marked(node, this.#fetch(node))
      case 'entities':
        return this.#marked(node, this.#entities(node))
      case 'defer': {
        const later = node.deferred.map((deferred) => ({
          deferred,
          step: this.step(deferred.node) ?? nothing,
        }))
        return this.#beginning(this.step(node.primary) ?? nothing, later)
      }
      case 'subscription':
        invariant(false, 'a subscription is a whole plan')
    }
  }

  #steps(nodes: readonly PlanNode[]): readonly Step[] {
    return nodes.map((node) => this.step(node)).filter((step) => step !== undefined)
  }

  #call(operation: SubgraphCall): Call {
    return { operation, repeats: this.#repeated.has(operation) }
  }

  events(fetch: Fetch): SourceStep {
    return { fetch, take: this.#takeRoot(fetch) }
  }

  #fetch(fetch: Fetch): Step {
    const call = this.#call(fetch)
    const take = this.#takeRoot(fetch)
    return async (run, reports) => take(run, await run.sent.send(call, []), reports)
  }

  #takeRoot(fetch: Fetch): SourceStep['take'] {
    const { root } = this
    const { meets } = this.#source
    const { fills, outputRewrites, subgraph } = fetch
    surveyFetch(root, fetch)
    const placement: Placement = {
      fills,
      renamed: renamedBy(outputRewrites),
      key: undefined,
      targets: [[{ path: [], type: undefined }]],
    }
    return (run, answer, reports) => {
      if (isReporting(answer, run.reporting)) {
        placeReports(answer, [placement], { ...run.reporting, subgraph, meets }, reports)
      }
      if (!isTree(answer.data)) return
      run.overlay.attach(
        root,
        run.overlay.root,
        outputRewrites.length === 0 ? answer.data : rewritten(outputRewrites, answer.data, meets),
      )
    }
  }

  #entities(entities: Entities): Step {
    const { meets } = this.#source
    const { subgraph } = entities
    const call = this.#call(entities)
    const parts = entities.parts.map((part) => this.#part(part, entities))
    const isTold = parts.some(({ part }) => part.context !== undefined)
    const ask = async (run: Run, reports: Reports, { wanted, told }: Asking) => {
      if (wanted.every(({ texts }) => texts.length === 0)) return
      const answer = await sendAllowed(run, call, wanted, told)
      if (isReporting(answer, run.reporting)) {
        const placements = wanted.map((one) => one.placement())
        placeReports(answer, placements, { ...run.reporting, subgraph, meets }, reports)
      }
      if (!isTree(answer.data)) return
      const failed = (answer.errors?.length ?? 0) > 0
      for (const one of wanted) one.complete(answer.data, failed)
    }
    return async (run, reports) => {
      if (!isTold) {
        const wanted = parts.map((part) => new Wanted(part, run.overlay))
        return ask(run, reports, { wanted })
      }
      const all = tellings(parts, run.overlay)
      await Promise.all(all.map((telling) => ask(run, reports, telling)))
    }
  }

  #part(part: EntityPart, { document }: Entities): CompiledPart {
    const { meets } = this.#source
    const places = part.paths.map((path) => {
      const way = compileWay(this.root, path)
      way.to.joint ??= this.#joints++
      surveyPart(way.to, part, document)
      return { way, representation: compileRepresentation(part, way.to, this.#source) }
    })
    return { part, places, meets }
  }

  /** Waits for the primary part alone; each later part begins as soon as what it waits for is answered. */
  #beginning(primary: Step, later: readonly LaterStep[]): Step {
    return async (run, reports) => {
      const answered = primary(run, reports)
      for (const { deferred, step } of later) {
        const own = noReports()
        const waits = deferred.after.filter((id) => this.#made.has(id))
        const ready = Promise.all(waits.map((id) => run.answered(id).promise))
        const done = ready.then(() => step(run, own))
        // Whoever waits for the part learns of it; by then it may be too late for the process.
        done.catch(() => {})
        run.begun.push({ deferred, reports: own, done })
      }
      await answered
    }
  }

  /** Later parts learn that the call is answered, whatever came of it. */
  #marked({ id }: SubgraphCall, step: Step): Step {
    if (id === undefined) return step
    this.#made.add(id)
    return async (run, reports) => {
      try {
        await step(run, reports)
      } finally {
        run.answered(id).resolve()
      }
    }
  }
}

/** Without the objects that the caller may not ask for. */
async function sendAllowed(
  run: Run,
  call: Call,
  wanted: readonly Wanted[],
  told: Telling['told'] | undefined,
): Promise<Answer> {
  const { refuseObject } = run
  const withheld = refuseObject && withhold(wanted, refuseObject)
  if (withheld === undefined) return run.sent.send(call, wanted, told)
  const isAll = withheld.asked.every(({ texts }) => texts.length === 0)
  return withheld.restore(isAll ? NO_DATA : await run.sent.send(call, withheld.asked, told))
}

const NO_DATA: Answer = {}

function inSequence(steps: readonly Step[]): Step | undefined {
  if (steps.length < 2) return steps[0]
  return async (run, reports) => {
    for (const step of steps) await step(run, reports)
  }
}

function inParallel(steps: readonly Step[]): Step | undefined {
  if (steps.length < 2) return steps[0]
  return async (run, reports) => {
    await Promise.all(steps.map((step) => step(run, reports)))
  }
}

type Asking = Pick<Telling, 'wanted'> & Partial<Telling>

interface LaterStep {
  readonly deferred: Deferred
  readonly step: Step
}
