// A supergraph and its subgraphs in, something that answers operations out: the pipeline with all its parts, without HTTP.

import type { GraphQLSchema } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import { toApiSchema } from '../schema/compose/api-schema.ts'
import { toFullSchema } from '../schema/compose/full-schema.ts'
import type { Answer, Ask, RequestContext } from '../schema/context.ts'
import type { Log } from '../schema/log.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { buildAccess } from './auth/access.ts'
import { buildExecuteOperation } from './execute/execute-operation.ts'
import { buildMeetsCondition } from './execute/types.ts'
import { buildCheckOperation } from './operation/check-operation.ts'
import type { OperationLimits, OperationRequest } from './operation/operation.ts'
import { type Accepts, ONE_ANSWER, runStages, type Stage, stagesOf, type Work } from './pipeline.ts'
import { openPlanner, type PlannerName } from './plan/open-planner.ts'
import { buildPlanOperation } from './plan/plan-operation.ts'
import type { SubgraphLink } from './subgraph-link/link.ts'
import { openLocalLink } from './subgraph-link/local.ts'

export interface EngineOptions {
  readonly supergraph: string
  readonly subgraphs: readonly Subgraph[]
  readonly limits: OperationLimits
  readonly mayIntrospect: (caller: Caller) => boolean
  /** The engine that plans. */
  readonly planner?: PlannerName | undefined
  readonly log?: Log | undefined
  /** Wraps each stage from outside. */
  readonly observe?: (stage: Stage) => Stage
  /** Wraps the way to each subgraph from outside. */
  readonly observeLink?: ((link: SubgraphLink) => SubgraphLink) | undefined
}

export interface Engine {
  readonly api: GraphQLSchema
  /** `readOnly` refuses mutations. Without `accepts` there is one whole answer, and no subscription. */
  run(
    request: OperationRequest,
    context: RequestContext,
    readOnly: boolean,
    accepts?: Accepts,
  ): Promise<Work>
  readonly ask: Ask
}

const REMEMBERED_OPERATIONS = 1000
const REMEMBERED_PLANS = 1000

export function buildEngine(options: EngineOptions): Engine {
  const {
    supergraph,
    subgraphs,
    limits,
    mayIntrospect,
    planner = 'hive',
    log,
    observe = (stage: Stage) => stage,
    observeLink = (link: SubgraphLink) => link,
  } = options
  const api = toApiSchema(supergraph)
  const full = toFullSchema(supergraph)
  const links = new Map(
    subgraphs.map((subgraph) => [subgraph.name, observeLink(openLocalLink(subgraph, log))]),
  )
  const stages = stagesOf({
    api,
    check: buildCheckOperation({
      schema: api,
      limits,
      remembered: REMEMBERED_OPERATIONS,
    }),
    access: buildAccess(full, api),
    plan: buildPlanOperation(openPlanner(supergraph, planner), REMEMBERED_PLANS),
    execute: buildExecuteOperation(api, { links, meets: buildMeetsCondition(full) }),
    mayIntrospect,
  }).map((stage) => observe(stage))
  return {
    api,
    run: (request, context, readOnly, accepts = ONE_ANSWER) =>
      runStages(stages, { request, context, trusted: false, readOnly, accepts }),
    ask: async (query, variables, context) => {
      const inner = { ...context, provenance: true }
      return answerOf(
        await runStages(stages, {
          request: { query, variables },
          context: inner,
          trusted: true,
          readOnly: true,
          accepts: ONE_ANSWER,
        }),
      )
    },
  }
}

/** The answer, or the refusal in the form of one. */
function answerOf({ answer, refusal }: Work): Answer {
  return answer ?? { errors: refusal?.errors ?? [] }
}
