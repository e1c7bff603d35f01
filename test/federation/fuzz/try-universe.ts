// One seed: a graph, operations on it, what differs; and a failure made small.

import { type DocumentNode, GraphQLError, parse, print, validate, visit } from 'graphql'

import { CallerError } from '../../../schema/errors.ts'
import { PLANNERS, type PlannerName } from '../../gateway/support/federation.ts'
import { differenceOf } from './difference.ts'
import { type Graph, openGraph } from './graph.ts'
import { makeOperation, type Variables } from './random-operation.ts'
import { makeUniverse, type Universe } from './universe.ts'

export interface Failure {
  readonly seed: number
  readonly planner: PlannerName
  readonly universe: Universe
  readonly document: DocumentNode
  readonly variables: Variables
  readonly difference: string
}

interface Tried {
  readonly composed: boolean
  /** Answers compared. */
  readonly tried: number
  readonly failures: readonly Failure[]
}

const ATTEMPTS = 12
const OPERATIONS = 16

/** Universes whose subgraphs do not compose are passed over; each seed has a few attempts. */
export async function tryUniverse(
  seed: number,
  { planners = PLANNERS }: { planners?: readonly PlannerName[] | undefined } = {},
): Promise<Tried> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const graph = openGraph(makeUniverse(seed * ATTEMPTS + attempt), planners)
    if (typeof graph === 'string') continue
    return { composed: true, ...(await tryGraph(graph, seed, planners)) }
  }
  return { composed: false, tried: 0, failures: [] }
}

async function tryGraph(graph: Graph, seed: number, planners: readonly PlannerName[]) {
  const { universe } = graph
  const asked = Array.from({ length: OPERATIONS }, (_, index) => {
    const operation = makeOperation(graph.api, seed * OPERATIONS + index)
    const { document, variables = [] } = operation ?? {}
    return document === undefined ? [] : variables.map((one) => ({ document, variables: one }))
  }).flat()
  const failures: Failure[] = []
  for (const one of asked) {
    for (const planner of planners) {
      const difference = await differ(graph, planner, one)
      if (difference !== undefined) failures.push({ seed, planner, universe, ...one, difference })
    }
  }
  return { tried: asked.length * planners.length, failures }
}

async function differ(
  graph: Graph,
  planner: PlannerName,
  { document, variables }: { document: DocumentNode; variables: Variables },
): Promise<string | undefined> {
  const whole = graph.whole(document, variables)
  // What is wrong with the request itself is nothing for a subgraph.
  if (whole.data === undefined) return undefined
  try {
    return differenceOf(whole, await graph.federated(planner, document, variables))
  } catch (error) {
    if (isTooLong(error)) return undefined
    return `thrown: ${error instanceof Error ? error.stack : String(error)}`
  }
}

/** No wrong answer: an engine may search for a plan without end, and the gateway then says so. */
function isTooLong(error: unknown): boolean {
  return error instanceof CallerError && error.code === 'OPERATION_TOO_COSTLY'
}

/** The same difference with fewer selections, then in a smaller graph, as long as there is some difference. */
export async function shrink(failure: Failure): Promise<Failure> {
  const graph = openGraph(failure.universe, [failure.planner])
  if (typeof graph === 'string') return failure
  const smaller = await shrinkUniverse(await shrinkDocument(failure, graph))
  const again = openGraph(smaller.universe, [failure.planner])
  return typeof again === 'string' ? smaller : shrinkDocument(smaller, again)
}

/** Without what is particular to this operation. */
export function kindOf(difference: string): string {
  const [first = '', ...rest] = difference.split('\n')
  const refused = rest.some((line) => line.endsWith('"refused"')) ? ' (refused)' : ''
  return first.replace(/\[.*\]/, '[…]').slice(0, 80) + refused
}

async function shrinkDocument(failure: Failure, graph: Graph): Promise<Failure> {
  let best = failure
  for (let index = 0; ; index++) {
    const candidate = without(best.document, index)
    if (candidate === undefined) return best
    const document = tidied(candidate)
    if (!isValid(graph, document)) continue
    const difference = await differ(graph, best.planner, { ...best, document })
    if (difference === undefined || kindOf(difference) !== kindOf(best.difference)) continue
    best = { ...best, document, difference }
    index = -1
  }
}

/** Also as text: without its last selection a field asks for nothing. */
function isValid({ api }: Graph, document: DocumentNode): boolean {
  try {
    return validate(api, parse(print(document))).length === 0
  } catch (error) {
    if (error instanceof GraphQLError) return false
    throw error
  }
}

/** Without the selection or directive of that number; undefined if there are not so many. */
function without(document: DocumentNode, index: number): DocumentNode | undefined {
  let count = -1
  const hit = () => {
    count += 1
    return count === index
  }
  const smaller: DocumentNode = visit(document, {
    Field: { enter: () => (hit() ? null : undefined) },
    InlineFragment: { enter: () => (hit() ? null : undefined) },
    FragmentSpread: { enter: () => (hit() ? null : undefined) },
    Directive: { enter: () => (hit() ? null : undefined) },
  })
  return index <= count ? smaller : undefined
}

/** Takes out what nothing uses any more. */
function tidied(document: DocumentNode): DocumentNode {
  const text = JSON.stringify(document)
  return visit(document, {
    FragmentDefinition: ({ name }) =>
      text.includes(`{"kind":"FragmentSpread","name":{"kind":"Name","value":"${name.value}"}`)
        ? undefined
        : null,
    VariableDefinition: ({ variable }) =>
      text.split(`{"kind":"Variable","name":{"kind":"Name","value":"${variable.name.value}"}}`)
        .length > 2
        ? undefined
        : null,
  })
}

async function shrinkUniverse(failure: Failure): Promise<Failure> {
  let best = failure
  for (const object of failure.universe.objects) {
    for (const field of object.fields) {
      const universe = withoutField(best.universe, object.name, field.name)
      const graph = openGraph(universe, [best.planner])
      if (typeof graph === 'string' || !isValid(graph, best.document)) continue
      const difference = await differ(graph, best.planner, best)
      if (difference === undefined || kindOf(difference) !== kindOf(best.difference)) continue
      best = { ...best, universe, difference }
    }
  }
  return best
}

function withoutField(universe: Universe, type: string, name: string): Universe {
  const objects = universe.objects.map((object) =>
    object.name === type
      ? { ...object, fields: object.fields.filter((field) => field.name !== name) }
      : object,
  )
  return { ...universe, objects }
}

export function printFailure(failure: Failure): string {
  const { seed, planner, universe, document, variables, difference } = failure
  const graph = openGraph(universe, [planner])
  const sdl = typeof graph === 'string' ? {} : graph.sdl
  const parts = Object.entries(sdl).map(
    ([name, text]) => `# ${name}${text.split('scalar Json').at(-1)}`,
  )
  return [
    `===== seed ${seed}, planned by ${planner}: ${difference}`,
    print(document),
    JSON.stringify(variables),
    ...parts,
  ].join('\n')
}
