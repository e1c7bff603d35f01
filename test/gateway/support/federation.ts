// Subgraphs made in a test, and the whole pipeline over them.

import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  print,
  validate,
} from 'graphql'

import { buildEngine, type Engine } from '../../../gateway/engine.ts'
import type { OperationLimits } from '../../../gateway/operation/operation.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { FindCase } from '../../../schema/case.ts'
import { accessPrelude } from '../../../schema/compose/access-directives.ts'
import { compose } from '../../../schema/compose/compose.ts'
import type { Answer, AnswerError, RequestContext } from '../../../schema/context.ts'
import { toPublicError } from '../../../schema/errors.ts'
import type { FindMandate } from '../../../schema/mandate.ts'
import type { ProvenanceEntry } from '../../../schema/provenance.ts'
import type { Subgraph, SubgraphRequest } from '../../../schema/subgraph.ts'

export const LIMITS: OperationLimits = {
  tokens: 2000,
  depth: 12,
  aliases: 15,
  rootFields: 10,
  directives: 10,
  selections: 5000,
  comparisons: 10_000,
  values: 10_000,
  cost: 10_000,
  listSize: 5,
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag",
  "@interfaceObject", "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext",
  "@composeDirective"])\n`

/** The planning engines; every federation case is tested on each. */
export const PLANNERS = ['hive', 'apollo'] as const
export type PlannerName = (typeof PLANNERS)[number]

export type Resolver =
  | GraphQLFieldResolver<never, RequestContext>
  | ((reference: never, context: RequestContext) => unknown)

export interface SubgraphSource {
  readonly sdl: string
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, Resolver>>>>
  /** What this subgraph says of the origin of an answer's values. */
  readonly provenance?: (request: SubgraphRequest) => readonly ProvenanceEntry[]
  /** Replaces execution: a subgraph that does not answer as it should. */
  readonly execute?: (request: SubgraphRequest) => Promise<Answer>
  readonly subscribe?: (request: SubgraphRequest) => AsyncIterable<Answer>
}

export interface Sent {
  readonly subgraph: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** A subgraph over a graphql-js schema; `sent` records what reaches it. */
export function serve(name: string, source: SubgraphSource, sent: Sent[] = []): Subgraph {
  const sdl = LINK + preludeOf(source.sdl) + source.sdl
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- resolvers of a test name what their own SDL gives them
  const resolvers = (source.resolvers ?? {}) as never
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])
  return {
    name,
    sdl,
    async execute(request) {
      sent.push({ subgraph: name, variables: request.variables })
      if (source.execute !== undefined) return frozen(await source.execute(request))
      refuseInvalid(schema, request.document)
      const { data, errors } = await execute({
        schema,
        document: request.document,
        operationName: request.operationName,
        variableValues: request.variables,
        contextValue: request.context,
      })
      const shown: AnswerError[] = (errors ?? []).map((error) => ({
        ...toPublicError(error.originalError, request.context.requestId),
        path: error.path,
      }))
      const provenance = source.provenance?.(request)
      return frozen({
        data: structuredClone(data ?? null),
        ...(shown.length > 0 ? { errors: shown } : {}),
        ...(provenance === undefined ? {} : { extensions: { provenance } }),
      })
    },
    ...(source.subscribe === undefined ? {} : { subscribe: source.subscribe }),
    health: () => undefined,
    close: () => Promise.resolve(),
  }
}

function preludeOf(sdl: string): string {
  const used = [...sdl.matchAll(/@(?<name>\w+)/g)].map(({ groups }) => groups?.['name'] ?? '')
  return `${accessPrelude(parse(sdl), new Set(used))}\n`
}

/** Others may be given the same answer: whoever changes it fails here. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const below of Object.values(value)) frozen(below)
  return value
}

const valid = new WeakSet<DocumentNode>()

/** A subgraph behind a network validates what it is asked; a planner that errs must not pass here. */
function refuseInvalid(schema: GraphQLSchema, document: DocumentNode): void {
  if (valid.has(document)) return
  const errors = validate(schema, document)
  if (errors.length > 0) {
    throw new Error(`${errors.map(({ message }) => message).join(' ')}\n${print(document)}`)
  }
  valid.add(document)
}

export interface Federation {
  readonly engine: Engine
  readonly sent: Sent[]
  readonly supergraph: string
  readonly ask: (query: string, options?: AskOptions) => Promise<Answer>
}

interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>
  readonly caller?: Caller
  readonly signal?: AbortSignal
  readonly purpose?: string
  readonly issue?: string
}

export type Sources = Readonly<Record<string, SubgraphSource>>
export type Federate = (sources: Sources, options?: FederateOptions) => Federation

interface FederateOptions {
  readonly rejects?: boolean
  readonly levels?: readonly string[]
  readonly findCase?: FindCase
  readonly findMandate?: FindMandate
  /** What composition made, made worse. */
  readonly altered?: (supergraph: string) => string
}

export function federate(
  sources: Sources,
  planner: PlannerName = 'hive',
  { altered = (supergraph) => supergraph, ...more }: FederateOptions = {},
): Federation {
  const sent: Sent[] = []
  const subgraphs = Object.entries(sources).map(([name, source]) => serve(name, source, sent))
  const supergraph = altered(supergraphOf(subgraphs))
  const engine = buildEngine({
    supergraph,
    subgraphs,
    limits: LIMITS,
    mayIntrospect: () => true,
    planner,
    ...more,
  })
  return {
    engine,
    sent,
    supergraph,
    async ask(query, { variables, caller = ANONYMOUS, signal, purpose, issue } = {}) {
      const context = { ...contextOf(engine, caller, signal), purpose, issue }
      const { answer, refusal } = await engine.run({ query, variables }, context, false)
      return structuredClone(answer ?? { errors: refusal?.errors ?? [] })
    },
  }
}

/** By the subgraphs' schemas: composing takes longer than all else in a small test, and most tests of a file share theirs. */
const composed = new Map<string, string>()

function supergraphOf(subgraphs: readonly Subgraph[]): string {
  const key = JSON.stringify(subgraphs.map(({ name, sdl }) => [name, sdl]))
  const known = composed.get(key)
  if (known !== undefined) return known
  const { supergraph, findings } = compose(subgraphs)
  if (supergraph === undefined) throw new Error(JSON.stringify(findings, undefined, 1))
  composed.set(key, supergraph)
  return supergraph
}

export function contextOf(
  engine: Engine,
  caller: Caller = ANONYMOUS,
  signal: AbortSignal = new AbortController().signal,
): RequestContext {
  return {
    requestId: 'r1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    caller,
    signal,
    provenance: false,
    ask: engine.ask,
  }
}

export function callerWith(roles: readonly string[], kind: Caller['kind'] = 'citizen'): Caller {
  return { ...ANONYMOUS, kind, subject: 's', roles: new Set(roles) }
}
