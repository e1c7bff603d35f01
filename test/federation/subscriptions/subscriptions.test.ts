import { expect, test } from 'vitest'

import { buildEngine } from '../../../gateway/engine.ts'
import { compose } from '../../../schema/compose/compose.ts'
import type { Answer, RequestContext } from '../../../schema/context.ts'
import type { SubgraphRequest } from '../../../schema/subgraph.ts'
import { contextOf, LIMITS, serve, type SubgraphSource } from '../../gateway/support/federation.ts'

const parcels: SubgraphSource = {
  sdl: `
    type Query { none: Int }
    type Subscription { moved(from: String): Parcel!, lost: Parcel @policy(policies: [["staff"]]) }
    type Parcel @key(fields: "id") { id: ID!, at: String }`,
}
const owners: SubgraphSource = {
  sdl: 'type Parcel @key(fields: "id") { id: ID!, owner: String!, note: String }',
  resolvers: {
    Parcel: {
      __resolveReference: (one: object) => one,
      owner: ({ id }: { id: string }) => (id === 'x' ? null : `owner of ${id}`),
    },
  },
}

type Events = (request: SubgraphRequest) => AsyncIterable<Answer>

function open(subscribe: Events | undefined) {
  const first = serve('parcels', parcels)
  const subgraphs = [subscribe ? { ...first, subscribe } : first, serve('owners', owners)]
  const { supergraph = '' } = compose(subgraphs)
  return buildEngine({ supergraph, subgraphs, limits: LIMITS, mayIntrospect: () => true })
}

async function answersOf(
  subscribe: Events | undefined,
  query: string,
  { context, variables = {} }: { context?: Partial<RequestContext>; variables?: object } = {},
): Promise<readonly Answer[]> {
  const engine = open(subscribe)
  const request = { query, variables: { ...variables } }
  const own = { ...contextOf(engine), ...context }
  const work = await engine.run(request, own, false, { later: false, events: true })
  expect(work.refusal).toBeUndefined()
  const answers: Answer[] = []
  for await (const answer of work.events ?? []) answers.push(structuredClone(answer))
  return answers
}

const moved = (id: string): Answer => ({
  data: { moved: { __typename: 'Parcel', id, at: `at ${id}` } },
})

async function* each(...answers: readonly Answer[]): AsyncGenerator<Answer> {
  for (const answer of answers) yield answer
}

test('each event is completed by the other subgraphs, in order', async () => {
  const query = 'subscription { moved { owner where: at __typename } }'
  const answers = await answersOf(() => each(...['1', '2'].map(aliased)), query)
  expect(answers).toEqual(
    ['1', '2'].map((id) => ({
      data: { moved: { owner: `owner of ${id}`, where: `at ${id}`, __typename: 'Parcel' } },
    })),
  )
})

/** What a subgraph gives for `where: at`, under the name that the plan gives it. */
function aliased(id: string): Answer {
  return { data: { moved: { __typename: 'Parcel', id, _p_where: `at ${id}` } } }
}

test('the source is asked with the variables of the client', async () => {
  const asked: unknown[] = []
  const subscribe: Events = ({ variables }) => {
    asked.push(variables)
    return each()
  }
  const query = 'subscription ($from: String) { moved(from: $from) { id } }'
  expect(await answersOf(subscribe, query, { variables: { from: 'here' } })).toEqual([])
  expect(asked).toEqual([{ from: 'here' }])
})

test('an event that fails is told at its field and does not end the others', async () => {
  const failed: Answer = { data: null, errors: [{ message: 'SELECT 1', path: ['moved'] }] }
  const answers = await answersOf(() => each(failed, moved('1')), 'subscription { moved { at } }')
  expect(answers).toEqual([
    {
      data: null,
      errors: [
        {
          message: 'Something went wrong on our side.',
          path: ['moved'],
          extensions: { code: 'INTERNAL', reference: 'r1' },
        },
      ],
    },
    { data: { moved: { at: 'at 1' } } },
  ])
})

test('a null passes up within one event', async () => {
  const events = each(moved('x'), moved('1'))
  const answers = await answersOf(() => events, 'subscription { moved { owner } }')
  expect(answers.map(({ data }) => data)).toEqual([null, { moved: { owner: 'owner of 1' } }])
  expect(answers[0]?.errors?.map(({ path }) => path)).toEqual([['moved', 'owner']])
})

test('a subgraph that offers no events says so at the field', async () => {
  const answers = await answersOf(undefined, 'subscription { moved { at } }')
  expect(answers).toMatchObject([
    { data: null, errors: [{ path: ['moved'], extensions: { code: 'OPERATION_INVALID' } }] },
  ])
})

test('what the caller may not subscribe to is answered once and asked of nobody', async () => {
  const asked: unknown[] = []
  const answers = await answersOf((request) => {
    asked.push(request)
    return each()
  }, 'subscription { lost { at } }')
  expect(asked).toEqual([])
  expect(answers).toMatchObject([
    { data: { lost: null }, errors: [{ path: ['lost'], extensions: { code: 'UNAUTHENTICATED' } }] },
  ])
})

test('the events end with the request', async () => {
  const end = new AbortController()
  async function* endless(): AsyncGenerator<Answer> {
    yield moved('1')
    end.abort()
    await new Promise(() => {})
  }
  const query = 'subscription { moved { at } }'
  const answers = await answersOf(endless, query, { context: { signal: end.signal } })
  expect(answers).toEqual([{ data: { moved: { at: 'at 1' } } }])
})

test('whoever reads no further ends the source', async () => {
  let ended = false
  async function* source(): AsyncGenerator<Answer> {
    try {
      for (;;) yield moved('1')
    } finally {
      ended = true
    }
  }
  const engine = open(source)
  const request = { query: 'subscription { moved { at } }' }
  const accepts = { later: false, events: true }
  const work = await engine.run(request, contextOf(engine), false, accepts)
  for await (const { data } of work.events ?? []) {
    expect(data).toEqual({ moved: { at: 'at 1' } })
    break
  }
  expect(ended).toBe(true)
})
