// Calls of one request. A read that asks the same of the same subgraph as an earlier one is not sent again.

import type { Answer, RequestContext } from '../../schema/context.ts'
import { invariant } from '../../schema/errors.ts'
import type { Entities, Fetch, PlanNode, SubgraphCall } from '../plan/plan.ts'
import type { LinkRequest, Representations, SubgraphLink } from '../subgraph-link/link.ts'
import { setValue, valueAt } from './tree.ts'

/** A call as compiled. */
export interface Call {
  readonly operation: SubgraphCall
  /** Is there another call of the plan that could turn out to be the same? */
  readonly repeats: boolean
}

interface Given {
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({})

export class Sent {
  readonly #given: Given
  readonly #links: ReadonlyMap<string, SubgraphLink>
  readonly #answers = new Map<string, Promise<Answer>>()

  constructor(given: Given, links: ReadonlyMap<string, SubgraphLink>) {
    this.#given = given
    this.#links = links
  }

  /** `told`: variables that are not the client's. */
  request(
    operation: SubgraphCall,
    representations: readonly Representations[],
    told?: LinkRequest['variables'],
  ): LinkRequest {
    const own = pick(operation.variables, this.#given.variables)
    const variables = told === undefined ? own : { ...own, ...told }
    return { operation, variables, representations, context: this.#given.context }
  }

  link({ subgraph }: SubgraphCall): SubgraphLink {
    const link = this.#links.get(subgraph)
    invariant(link !== undefined, `a plan names the unknown subgraph "${subgraph}"`)
    return link
  }

  send(
    { operation, repeats }: Call,
    asked: readonly Representations[],
    told?: LinkRequest['variables'],
  ): Promise<Answer> {
    const link = this.link(operation)
    const request = this.request(operation, asked, told)
    if (!repeats) return link.send(request)
    const key = keyOf(request, operation.subgraph)
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const answer = link.send(request)
    this.#answers.set(key, answer)
    return answer
  }
}

function keyOf({ operation, variables, representations }: LinkRequest, subgraph: string): string {
  const asked = representations.map(({ variable, texts }) => [variable, texts])
  return JSON.stringify([subgraph, operation.text, variables, asked])
}

function pick(
  names: readonly string[],
  from: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (names.length === 0) return NO_VARIABLES
  const picked: Record<string, unknown> = {}
  for (const name of names) {
    const value = valueAt(from, name)
    if (value !== undefined) setValue(picked, name, value)
  }
  return picked
}

/** Reads that the plan holds more than once, word for word; beside mutations none, as the same read then tells of a change. */
export function repeatedCalls(plan: PlanNode): ReadonlySet<SubgraphCall> {
  const first = new Map<string, SubgraphCall>()
  const repeated = new Set<SubgraphCall>()
  const calls = callsOf(plan)
  if (calls.some(({ mutates }) => mutates)) return repeated
  for (const call of calls) {
    const key = JSON.stringify([call.subgraph, call.text])
    const known = first.get(key)
    if (known === undefined) first.set(key, call)
    else repeated.add(known).add(call)
  }
  return repeated
}

export function callsOf(node: PlanNode | undefined): readonly (Fetch | Entities)[] {
  switch (node?.kind) {
    case undefined:
      return []
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(callsOf)
    case 'condition':
      return [...callsOf(node.whenTrue), ...callsOf(node.whenFalse)]
    case 'defer':
      return [node.primary, ...node.deferred.map((part) => part.node)].flatMap(callsOf)
    case 'subscription':
      return callsOf(node.rest)
    case 'fetch':
    case 'entities':
      return [node]
  }
}
