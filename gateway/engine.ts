// A supergraph and its subgraphs in, something that answers operations out: the pipeline with all its parts, without HTTP.

import { type GraphQLSchema, isEnumType, Kind } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import type { FindCase } from '../schema/case.ts'
import { toApiSchema } from '../schema/compose/api-schema.ts'
import { refuseUnservable, SupergraphError } from '../schema/compose/check-supergraph.ts'
import { toFullSchema } from '../schema/compose/full-schema.ts'
import type { Answer, Ask, RequestContext } from '../schema/context.ts'
import type { ManifestOperation } from '../schema/document-manifest.ts'
import type { Log } from '../schema/log.ts'
import type { FindMandate } from '../schema/mandate.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { buildAccess } from './auth/access.ts'
import type { AssuranceLevels } from './auth/assurance.ts'
import { checkAccess } from './auth/check-access.ts'
import { knownPurposes } from './auth/known-purposes.ts'
import { buildPersonalFields, type FindPersonalFields } from './auth/personal-fields.ts'
import { buildRefuseObjects, subjectsOfCases } from './auth/subjects.ts'
import { buildExecuteOperation } from './execute/execute-operation.ts'
import { buildSubscribeOperation } from './execute/subscribe-operation.ts'
import { buildMeetsCondition } from './execute/types.ts'
import { buildCheckOperation } from './operation/check-operation.ts'
import { buildCoerceVariables } from './operation/coerce-variables.ts'
import { buildCostSchema, type CallCosts } from './operation/cost/cost-schema.ts'
import type { OperationLimits, OperationRequest } from './operation/operation.ts'
import { buildTrustedDocuments } from './operation/trusted-documents.ts'
import {
  type Accepts,
  type Asked,
  ONE_ANSWER,
  type Parts,
  runStages,
  type Stage,
  stagesOf,
  warmUp,
  type Work,
} from './pipeline.ts'
import { askedByType } from './plan/asked-by-type.ts'
import { openPlanner, type PlannerName } from './plan/open-planner.ts'
import { buildPlanOperation } from './plan/plan-operation.ts'
import type { Planner } from './plan/plan.ts'
import { buildShareAnswers } from './share-answers.ts'
import type { SubgraphLink } from './subgraph-link/link.ts'
import { openLocalLink } from './subgraph-link/local.ts'

export interface EngineOptions {
  readonly supergraph: string
  /** The same supergraph, read before: reading takes so long that requests should come in between. */
  readonly schemas?: Schemas | undefined
  /** Those in this process. */
  readonly subgraphs: readonly Subgraph[]
  /** The ways to all others. */
  readonly links?: readonly SubgraphLink[]
  readonly limits: OperationLimits
  readonly mayIntrospect: (caller: Caller) => boolean
  /** Names of the levels of assurance, lowest first. */
  readonly levels?: AssuranceLevels | undefined
  /** Is an operation refused as a whole because of one field that its caller may not read? */
  readonly rejects?: boolean | undefined
  /** Whose case a request names; absent: no case is known here. */
  readonly findCase?: FindCase | undefined
  /** By what right one acts for another; absent: nobody does. */
  readonly findMandate?: FindMandate | undefined
  /** Are equal queries in flight answered once? */
  readonly shareQueries?: boolean | undefined
  /** Documents that clients may name by their hash. */
  readonly documents?: readonly ManifestOperation[] | undefined
  /** May this caller send only those? Absent: everybody may send texts. */
  readonly documentsOnly?: ((caller: Caller) => boolean) | undefined
  /** The engine that is asked for plans first. */
  readonly planner?: PlannerName | undefined
  /** Labels of progressive overrides that are followed, beside `percent(x)`. */
  readonly overrides?: readonly string[] | undefined
  readonly log?: Log | undefined
  /** Wraps each stage from outside. */
  readonly observe?: (stage: Stage) => Stage
  /** Wraps the way to each subgraph from outside. */
  readonly observeLink?: ((link: SubgraphLink) => SubgraphLink) | undefined
  /** Called when the engine is closed: nobody needs its links any more. */
  readonly released?: (() => Promise<void>) | undefined
}

export interface Schemas {
  readonly api: GraphQLSchema
  readonly full: GraphQLSchema
}

export interface Engine {
  readonly api: GraphQLSchema
  /** `readOnly` refuses mutations. Without `accepts` there is one whole answer, and no subscription. */
  run(request: Asked, context: RequestContext, readOnly: boolean, accepts?: Accepts): Promise<Work>
  /** The answer of an equal query under way, if one is known by the request's text. */
  join(text: string, context: RequestContext, accepts: Accepts): Promise<Work> | undefined
  readonly ask: Ask
  /** What something of the graph can be asked for. */
  readonly purposes: ReadonlySet<string>
  /** What of a document is about persons, for the audit. */
  readonly personalFields: FindPersonalFields
  /** Settled when the first request finds all that it needs. Never rejects. */
  readonly ready: Promise<void>
  /** Those that the supergraph names and to which there is no way. */
  readonly unlinked: readonly string[]
  /** Checks and plans an operation as far as it can be without variables, so that its first request finds it done. */
  warm(request: OperationRequest, caller: Caller): Promise<void>
  /** When its last request is done. The subgraphs are not its own. */
  close(): Promise<void>
}

/** Of the realm (docs/access.md). */
const ASSURANCE_LEVELS: AssuranceLevels = ['low', 'substantial', 'high']

const REMEMBERED_OPERATIONS = 1000
const REMEMBERED_PLANS = 1000

/** Throws SupergraphError for a supergraph that cannot be served, DocumentsError if the schema breaks a known document. */
export function buildEngine(options: EngineOptions): Engine {
  const {
    supergraph,
    subgraphs,
    links: others = [],
    limits,
    mayIntrospect,
    documentsOnly = () => false,
    shareQueries = false,
    planner: engine = 'hive',
    overrides: labels,
    log,
    observe = (stage: Stage) => stage,
    observeLink = (link: SubgraphLink) => link,
  } = options
  refuseUnservable(supergraph)
  const { api, full } = options.schemas ?? readSchemas(supergraph)
  const { refuseObjects, purposes, ...guard } = guardOf(options, full, api)
  const local = subgraphs.map((subgraph) => openLocalLink(subgraph, log))
  const links = new Map([...local, ...others].map((link) => [link.name, observeLink(link)]))
  const planner = openPlanner(supergraph, engine, log)
  const sources = { links, meets: buildMeetsCondition(full), refuseObjects }
  const parts: Parts = {
    check: checkOperationOf(options, api, full),
    coerce: buildCoerceVariables({ schema: api, most: limits.values }),
    ...guard,
    rejects: options.rejects,
    plan: planOperationOf(planner, { api, full }, labels),
    execute: buildExecuteOperation(api, sources),
    subscribe: buildSubscribeOperation(api, sources),
    mayIntrospect,
    documentsOnly,
  }
  const stages = stagesOf(parts).map((stage) => observe(stage))
  const sharing = shareQueries ? buildShareAnswers(stages) : undefined
  const runAll = sharing?.run ?? ((work: Work) => runStages(stages, work))
  const ask = buildAsk(stages)
  return {
    api,
    // What a request asks of the graph itself is answered by the engine that it began with.
    run: (request, context, readOnly, accepts = ONE_ANSWER) =>
      runAll({ request, context: counted({ ...context, ask }), trusted: false, readOnly, accepts }),
    join: (text, context, accepts) => sharing?.join(text, { context: counted(context), accepts }),
    ask,
    purposes,
    personalFields: buildPersonalFields(full, api),
    ready: planner.ready,
    unlinked: namesOf(full).filter((name) => !links.has(name)),
    warm: (request, caller) => warmUp(parts, request, caller),
    close: () => {
      planner.close()
      return options.released?.() ?? Promise.resolve()
    },
  }
}

function counted(context: RequestContext): RequestContext {
  return { ...context, tally: { fetches: 0, shared: 0 } }
}

function planOperationOf(
  planner: Planner,
  { api: schema, full }: Schemas,
  labels: EngineOptions['overrides'],
): Parts['plan'] {
  const byType = askedByType(full)
  return buildPlanOperation({ planner, schema, byType, remembered: REMEMBERED_PLANS, labels })
}

/** Without applications there is no case, and what is for a case only is refused to everybody but the person. */
function findNoCase(full: GraphQLSchema, log: Log | undefined): FindCase {
  const types = [...subjectsOfCases(full).keys()]
  if (types.length > 0) log?.warn({ types }, 'no applications: agencies reach nothing of cases')
  return () => Promise.resolve(undefined)
}

/** Throws SupergraphError for demands that nobody could read. */
function guardOf(
  { levels = ASSURANCE_LEVELS, findCase, findMandate, log }: EngineOptions,
  full: GraphQLSchema,
  api: GraphQLSchema,
) {
  const wrong = checkAccess(full, levels)
  if (wrong.length > 0) throw new SupergraphError(wrong)
  return {
    access: buildAccess({ supergraph: full, api, levels }),
    refuseObjects: buildRefuseObjects(full),
    purposes: knownPurposes(full, levels),
    levels,
    findCase: findCase ?? findNoCase(full, log),
    findMandate,
  }
}

function readSchemas(supergraph: string): Schemas {
  return { api: toApiSchema(supergraph), full: toFullSchema(supergraph) }
}

function checkOperationOf(
  { subgraphs, limits, documents = [] }: EngineOptions,
  api: GraphQLSchema,
  full: GraphQLSchema,
): Parts['check'] {
  const costs = { calls: callCostsOf(subgraphs), listSize: limits.listSize }
  const checking = { schema: api, limits, costs: buildCostSchema(full, costs) }
  return buildCheckOperation({
    ...checking,
    documents: buildTrustedDocuments(documents, checking),
    remembered: REMEMBERED_OPERATIONS,
  })
}

function buildAsk(stages: readonly Stage[]): Ask {
  return async (query, variables, context) => {
    const work = await runStages(stages, {
      request: { query, variables },
      // Whoever asks may have named another case than the request did.
      context: { ...context, caseOf: undefined, provenance: true },
      trusted: true,
      readOnly: true,
      accepts: ONE_ANSWER,
    })
    return answerOf(work)
  }
}

function callCostsOf(subgraphs: readonly Subgraph[]): CallCosts {
  const costs = new Map<string, ReadonlyMap<string, number>>()
  for (const { name, callCosts } of subgraphs) {
    if (callCosts !== undefined) costs.set(name, callCosts)
  }
  return costs
}

/** The subgraphs of a supergraph (join spec v0.3 §join__graph). */
function namesOf(full: GraphQLSchema): readonly string[] {
  const graphs = full.getType('join__Graph')
  if (!isEnumType(graphs)) return []
  return graphs.getValues().map(({ name, astNode }) => {
    const given = astNode?.directives?.flatMap((directive) => directive.arguments ?? [])
    const value = given?.find((argument) => argument.name.value === 'name')?.value
    return value?.kind === Kind.STRING ? value.value : name
  })
}

/** The answer, or the refusal in the form of one. */
function answerOf({ answer, refusal }: Work): Answer {
  return answer ?? { errors: refusal?.errors ?? [] }
}
