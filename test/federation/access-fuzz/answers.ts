// What the gateway answers beside what the whole graph says to one to whom some fields of the operation are closed.

import {
  defaultFieldResolver,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql'

import type { Engine } from '../../../gateway/engine.ts'
import { ONE_ANSWER } from '../../../gateway/pipeline.ts'
import type { Answer, AnswerError, LaterPart } from '../../../schema/context.ts'
import { ServiceError } from '../../../schema/errors.ts'
import { contextOf, type PlannerName } from '../../gateway/support/federation.ts'
import { differenceOf } from '../fuzz/difference.ts'
import type { Graph } from '../fuzz/graph.ts'
import type { Variables } from '../fuzz/random-operation.ts'
import { World } from '../fuzz/world.ts'
import type { Asker } from './askers.ts'
import type { Expected } from './expected.ts'
import { leakOf, lenient } from './leak.ts'

export interface Case {
  readonly document: DocumentNode
  /** The same with parts put off. */
  readonly deferred: DocumentNode
  readonly variables: Variables
  readonly asker: Asker
  readonly expected: Expected
}

export interface Answering {
  readonly graph: Graph
  readonly engine: Engine
  readonly planner: PlannerName
  /** Is an operation refused as a whole for one field? */
  readonly rejects: boolean
}

/** Undefined: it is as it must be. */
export async function differenceOfAnswer(
  one: Case,
  answering: Answering,
): Promise<string | undefined> {
  try {
    return await differenceOfWhole(one, answering)
  } catch (error) {
    // An engine may find no plan, or none in time, and the gateway then says so: nobody is told anything.
    if (error instanceof ServiceError) return undefined
    return `thrown: ${error instanceof Error ? error.stack : String(error)}`
  }
}

async function differenceOfWhole(one: Case, answering: Answering): Promise<string | undefined> {
  const { document, variables, asker, expected } = one
  const { graph, engine } = answering
  const context = { ...contextOf(engine, asker.caller), purpose: asker.purpose }
  const asked = { query: print(document), variables }
  const { answer, refusal } = await engine.run(asked, context, false)
  if (mustRefuse(one, answering)) return differenceOfRefusal(expected, refusal?.errors)
  if (answer === undefined) return `refused: ${JSON.stringify(refusal)}`
  const whole = wholeAnswer(one, graph, graph.api)
  const difference = differenceOf(whole, outcomeOf(answer))
  if (difference === undefined) {
    return differenceOfCodes(expected, whole.codes, answer.errors ?? [])
  }
  if (!(await isAnsweredElse(one, answering))) return undefined
  // Where nothing else is read of an object than what is closed, its type is not asked for, and its interface may be kinder.
  return expected.isAbstract ? leak(one, graph, answer.data) : difference
}

function mustRefuse({ document, expected }: Case, { rejects }: Answering): boolean {
  const wantsMore = expected.refused.some(
    ({ reason }) => reason.code === 'INSUFFICIENT_AUTHENTICATION',
  )
  return expected.refused.length > 0 && (rejects || (isMutation(document) && wantsMore))
}

const MOST_TOLD = 100

function differenceOfRefusal(
  { refused }: Expected,
  errors: readonly AnswerError[] = [],
): string | undefined {
  const wanted = refused.slice(0, MOST_TOLD).map(({ path, reason }) => `${path}:${reason.code}`)
  const got = errors.map((one) => `${one.path?.join('.')}:${String(one.extensions?.['code'])}`)
  if (wanted.join('\n') === got.join('\n')) return undefined
  return `refusals differ\n  expected ${wanted.join(' ')}\n  got      ${got.join(' ')}`
}

function outcomeOf({ data, errors = [] }: Answer) {
  return { data, errors: errors.map(({ path, message }) => ({ path, message })), done: [] }
}

function isMutation({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION,
  )
}

/** Is what is left of it answered as it should be where nobody is denied anything? Else access is not to blame. */
async function isAnsweredElse(
  { variables, expected }: Case,
  { graph, planner }: Answering,
): Promise<boolean> {
  const left: DocumentNode = visit(expected.expanded, {
    Field: (node) => (expected.removed.has(node) ? null : undefined),
    SelectionSet: { leave: (node) => (node.selections.length > 0 ? undefined : TYPE_NAME) },
  })
  const document = parse(print(left))
  try {
    const got = await graph.federated(planner, document, variables)
    return differenceOf(graph.whole(document, variables), got) === undefined
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}

const TYPE_NAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
}

/** What comes later says no more, either. */
export async function leakOfDeferred(one: Case, answering: Answering): Promise<string | undefined> {
  const found = await leakOfLater(one, answering)
  // Whatever is put off is planned by this one.
  const isBlamed =
    found !== undefined && (await isAnsweredElse(one, { ...answering, planner: 'apollo' }))
  return isBlamed ? found : undefined
}

async function leakOfLater(one: Case, answering: Answering): Promise<string | undefined> {
  const { deferred, variables, asker } = one
  const { graph, engine } = answering
  if (deferred === one.document || mustRefuse(one, answering)) return undefined
  const context = { ...contextOf(engine, asker.caller), purpose: asker.purpose }
  const asked = { query: print(deferred), variables }
  const work = await engine
    .run(asked, context, false, { ...ONE_ANSWER, later: true })
    .catch(unlessPlanned)
  if (work === undefined) return undefined
  const { answer, later } = work
  const data: unknown = structuredClone(answer?.data)
  const found = leak(one, graph, data)
  if (found !== undefined || later === undefined) return found
  const whole: unknown = wholeAnswer(one, graph, lenientOf(graph)).data
  for await (const { path, data: part } of later) {
    const more = leakOf(part, at(whole, path), path?.join('.'))
    if (more !== undefined) return `later says more at ${more}\n${print(deferred)}`
  }
  return undefined
}

/** Who is answered nothing is told nothing. */
function unlessPlanned(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error
}

function at(data: unknown, path: LaterPart['path'] = []): unknown {
  let found = data
  for (const key of path) {
    found = Object.hasOwn(Object(found), key) ? Reflect.get(Object(found), key) : undefined
  }
  return found
}

function leak(one: Case, graph: Graph, data: unknown): string | undefined {
  const found = leakOf(data, wholeAnswer(one, graph, lenientOf(graph)).data)
  return found && `says more at ${found}: ${JSON.stringify(data)}`
}

const lenients = new WeakMap<Graph, GraphQLSchema>()

function lenientOf(graph: Graph): GraphQLSchema {
  const known = lenients.get(graph) ?? lenient(graph.api)
  lenients.set(graph, known)
  return known
}

function wholeAnswer({ expected, variables, document }: Case, graph: Graph, schema: GraphQLSchema) {
  const { expanded, removed } = expected
  const world = new World(graph.universe, [])
  const rootValue = world.view(isMutation(document) ? 'Mutation' : 'Query', 0)
  const codes = new Map<string, ReadonlySet<string>>()
  const result = execute({
    schema,
    document: expanded,
    rootValue,
    variableValues: variables,
    fieldResolver: (source: unknown, args, context: unknown, info) => {
      const reasons = info.fieldNodes.map((node) => removed.get(node)?.code)
      if (reasons.includes(undefined)) return defaultFieldResolver(source, args, context, info)
      const path: (string | number)[] = []
      for (let up: typeof info.path | undefined = info.path; up; up = up.prev) path.unshift(up.key)
      codes.set(JSON.stringify(path), new Set(reasons.map(String)))
      throw new GraphQLError('denied')
    },
  })
  if (result instanceof Promise) throw new TypeError('nothing in the whole graph waits')
  return { ...outcomeOf(result), codes }
}

const OF_ACCESS: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'PURPOSE_REQUIRED',
  'INSUFFICIENT_AUTHENTICATION',
  'CASE_REQUIRED',
])

/** Of several fields that null their object graphql-js tells one. */
function differenceOfCodes(
  { removed }: Expected,
  codes: ReadonlyMap<string, ReadonlySet<string>>,
  errors: readonly AnswerError[],
): string | undefined {
  for (const { path, extensions } of errors) {
    const wanted = codes.get(JSON.stringify(path)) ?? codesAt(removed, path)
    const code = String(extensions?.['code'])
    if (wanted?.has(code) ?? !OF_ACCESS.has(code)) continue
    return `code ${code} at ${JSON.stringify(path)}, expected ${[...(wanted ?? ['none'])].join(' or ')}`
  }
  return undefined
}

function codesAt(
  removed: Expected['removed'],
  path: AnswerError['path'] = [],
): ReadonlySet<string> | undefined {
  const key = path.filter((step) => typeof step === 'string').join('.')
  const found = [...removed.values()].filter((one) => one.at === key).map(({ code }) => code)
  return found.length === 0 ? undefined : new Set(found)
}
