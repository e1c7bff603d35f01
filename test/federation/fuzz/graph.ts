// A universe made to run: its subgraphs behind an engine per planner, and the whole graph as one schema.

import {
  execute,
  type DocumentNode,
  type ExecutionResult,
  Kind,
  OperationTypeNode,
  print,
} from 'graphql'

import { buildEngine, type Engine } from '../../../gateway/engine.ts'
import type { OperationLimits } from '../../../gateway/operation/operation.ts'
import { compose } from '../../../schema/compose/compose.ts'
import type { Answer } from '../../../schema/context.ts'
import type { Subgraph } from '../../../schema/subgraph.ts'
import {
  contextOf,
  PLANNERS,
  type PlannerName,
  type Resolver,
  serve,
} from '../../gateway/support/federation.ts'
import type { Variables } from './random-operation.ts'
import { share } from './random.ts'
import { subgraphSdl } from './subgraph-sdl.ts'
import type { ObjectSpec, Universe } from './universe.ts'
import { World } from './world.ts'

export interface Graph {
  readonly universe: Universe
  readonly sdl: Readonly<Record<string, string>>
  readonly supergraph: string
  readonly engines: ReadonlyMap<PlannerName, Engine>
  readonly subgraphs: readonly Subgraph[]
  readonly api: Engine['api']
  /** What the whole graph answers. */
  whole(document: DocumentNode, variables: Variables): Outcome
  /** What the engine answers. */
  federated(planner: PlannerName, document: DocumentNode, variables: Variables): Promise<Outcome>
}

export interface Outcome {
  readonly data: unknown
  readonly errors: readonly { readonly path?: unknown; readonly message: string }[]
  /** The mutations in the order in which they were done. */
  readonly done: readonly string[]
}

/** Nothing that an operation of the fuzzer asks is too much. */
const MUCH = 1_000_000
export const NO_LIMITS: OperationLimits = {
  tokens: MUCH,
  depth: MUCH,
  aliases: MUCH,
  rootFields: MUCH,
  directives: MUCH,
  selections: MUCH,
  comparisons: MUCH,
  values: MUCH,
  cost: Number.MAX_SAFE_INTEGER,
  listSize: 1,
}

/** The graph, or why these subgraphs are none. */
export function openGraph(
  universe: Universe,
  planners: readonly PlannerName[] = PLANNERS,
): Graph | string {
  const done: string[] = []
  const sdl: Record<string, string> = {}
  for (let index = 0; index < universe.subgraphs; index++) {
    const printed = subgraphSdl(universe, index)
    if (printed !== undefined) sdl[`s${index}`] = printed
  }
  const subgraphs: Subgraph[] = []
  try {
    for (const [name, printed] of Object.entries(sdl)) {
      const world = new World(universe, done, Number(name.slice(1)))
      subgraphs.push(
        slowly(serve(name, { sdl: printed, resolvers: resolversOf(universe, world, printed) })),
      )
    }
  } catch (error) {
    return String(error)
  }
  const supergraph = composed(subgraphs)
  if (supergraph === undefined) return 'these subgraphs do not compose'
  const engines = new Map(
    planners.map((planner) => [
      planner,
      buildEngine({
        supergraph,
        subgraphs,
        planner,
        limits: NO_LIMITS,
        mayIntrospect: () => true,
      }),
    ]),
  )
  const [engine] = engines.values()
  if (engine === undefined) return 'no planner'
  const { api } = engine
  return {
    universe,
    sdl,
    supergraph,
    engines,
    subgraphs,
    api,
    whole(document, variableValues) {
      const order: string[] = []
      const world = new World(universe, order)
      const rootValue = isMutation(document) ? world.view('Mutation', 0) : world.view('Query', 0)
      const result = execute({ schema: api, document, rootValue, variableValues })
      if (result instanceof Promise) throw new TypeError('nothing in the whole graph waits')
      return outcomeOf(result, order)
    },
    async federated(planner, document, variables) {
      done.length = 0
      const one = engines.get(planner)
      if (one === undefined) throw new RangeError(planner)
      const { answer, refusal } = await one.run(
        { query: print(document), variables },
        contextOf(one),
        false,
      )
      const ended = [...done]
      return answer === undefined
        ? { data: 'refused', errors: refusal?.errors ?? [], done: ended }
        : outcomeOf(answer, ended)
    },
  }
}

/** Undefined for subgraphs that do not compose; composition does not end where fields require each other. */
function composed(subgraphs: readonly Subgraph[]): string | undefined {
  try {
    return compose(subgraphs).supergraph
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function outcomeOf(
  { data, errors = [] }: Answer | ExecutionResult,
  done: readonly string[],
): Outcome {
  return { data, errors: errors.map(({ path, message }) => ({ path, message })), done }
}

function isMutation({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION,
  )
}

type Resolvers = Record<string, Record<string, Resolver>>

function resolversOf(universe: Universe, world: World, sdl: string): Resolvers {
  const resolvers: Resolvers = {}
  const behind = (given: Readonly<Record<string, unknown>>) => world.findBehind(given)
  for (const object of universe.objects) {
    if (object.kind === 'facade') resolvers[object.name] = { __resolveReference: behind }
    if (!sdl.includes(`type ${object.name} `)) continue
    if (object.kind === 'entity') {
      resolvers[object.name] = {
        __resolveReference: (given: Readonly<Record<string, unknown>>) =>
          world.find(object.name, given),
      }
    } else if (object.kind === 'root') resolvers[object.name] = rootResolvers(object, world, sdl)
  }
  return resolvers
}

function rootResolvers(object: ObjectSpec, world: World, sdl: string) {
  const declared = object.fields.filter(({ name }) => new RegExp(`\\n  ${name}[(:]`).test(sdl))
  return Object.fromEntries(
    declared.map(({ name }) => [
      name,
      (_source: unknown, args: object) => {
        const field = world.view(object.name, 0)[name]
        return typeof field === 'function' ? field(args) : undefined
      },
    ]),
  )
}

/** Answers come in any order: which call overtakes which depends on what is asked. */
function slowly(subgraph: Subgraph): Subgraph {
  return {
    ...subgraph,
    async execute(request) {
      const turns = Math.floor(
        share(subgraph.name, JSON.stringify(request.variables), print(request.document)) * 4,
      )
      for (let turn = 0; turn < turns; turn++) {
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
      }
      return subgraph.execute(request)
    },
  }
}
