// Plans, links and executions made by hand.

import { Kind, OperationTypeNode, parse } from 'graphql'

import type { Execution } from '../../../gateway/execute/execution.ts'
import type {
  EntityPart,
  Entities,
  Fetch,
  PlanPath,
  Selection,
} from '../../../gateway/plan/plan.ts'
import type { LinkRequest, SubgraphLink } from '../../../gateway/subgraph-link/link.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { Answer } from '../../../schema/context.ts'
import { invariant } from '../../../schema/errors.ts'

export const MEETS = (name: string, condition: string) => name === condition

export function field(name: string, selections?: readonly Selection[]): Selection {
  return { kind: 'field', from: name, name, selections }
}

export function fragment(type: string, ...selections: readonly Selection[]): Selection {
  return { kind: 'fragment', type, selections }
}

/** `a.b` with lists wherever they are. */
export function pathTo(keys: string): PlanPath {
  return keys.split('.').map((name) => ({ kind: 'key', name }))
}

export function fetch(subgraph: string, text: string, more: Partial<Fetch> = {}): Fetch {
  return { kind: 'fetch', ...call(subgraph, text), outputRewrites: [], fills: [], ...more }
}

/** `selection`: of the entities, all of one type. */
export function entities(
  subgraph: string,
  [type, selection]: readonly [string, string],
  part: Pick<EntityPart, 'paths'> & Partial<EntityPart>,
  more: Partial<Entities> = {},
): Entities {
  const text = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} ${selection} } }`
  const whole: EntityPart = {
    key: '_entities',
    variable: 'representations',
    requires: [fragment(type, field('__typename'), field('id'))],
    inputRewrites: [],
    outputRewrites: [],
    fills: [],
    ...part,
  }
  return { kind: 'entities', ...call(subgraph, text), parts: [whole], ...more }
}

function call(subgraph: string, text: string) {
  const document = parse(text)
  const [operation] = document.definitions
  invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'a call is one operation')
  const mutates = operation.operation === OperationTypeNode.MUTATION
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
  const variables = names.filter((name) => name !== 'representations')
  return { subgraph, document, text, operationName: undefined, mutates, variables, id: undefined }
}

export type Replies = Readonly<Record<string, (request: LinkRequest) => Answer | Promise<Answer>>>

/** `sent` gets the name of each subgraph with what it was asked for. */
export function linksTo(replies: Replies, sent: unknown[] = []): ReadonlyMap<string, SubgraphLink> {
  const links = Object.entries(replies).map(([name, reply]): SubgraphLink => ({
    name,
    send: async (request) => {
      const [asked] = request.representations
      sent.push(asked === undefined ? [name, request.variables] : [name, asked.values()])
      return reply(request)
    },
  }))
  return new Map(links.map((link) => [link.name, link]))
}

export function executionOf(
  text: string,
  given: Pick<Execution, 'plan'> & Partial<Execution> & { readonly signal?: AbortSignal },
): Execution {
  const { definitions } = parse(text)
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  invariant(operation, 'the test writes one operation')
  return {
    operation,
    fragments: definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION),
    denied: () => undefined,
    variables: {},
    context: {
      requestId: 'r',
      traceparent: '',
      caller: ANONYMOUS,
      signal: given.signal ?? new AbortController().signal,
      provenance: false,
      ask: () => Promise.resolve({}),
    },
    ...given,
  }
}
