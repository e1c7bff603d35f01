// Fields of the estate that need more than a role: agencies name what they ask for, and a person has signed in by two steps.

import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { buildEngine, type Engine } from '../../gateway/engine.ts'
import type { Caller } from '../../schema/caller.ts'
import type { FindCase } from '../../schema/case.ts'
import { compose } from '../../schema/compose/compose.ts'
import type { Answer } from '../../schema/context.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { loadSystem } from '../../subgraphs/load.ts'
import { type Estate, startEstate } from '../estate/start-estate.ts'
import { callerWith, contextOf, LIMITS, serve } from '../gateway/support/federation.ts'
import { SUBGRAPHS } from './estate-graph.ts'

const SYSTEMS = ['tamin-history', 'vazife-status', 'nlho-formj', 'nocr-person']
const KAVEH = '0004120371'
const DOOR = {
  sdl: `scalar NationalId
    type Query { me: Person @policy(policies: [["citizen"]]), person(nationalId: NationalId!): Person @policy(policies: [["agency"]]) }
    type Person @key(fields: "nationalId", resolvable: false) { nationalId: NationalId! }`,
  resolvers: {
    Query: {
      me: () => ({ nationalId: KAVEH }),
      person: (_: object, { nationalId }: { nationalId: string }) => ({ nationalId }),
    },
  },
}

const mayIntrospect = () => true
const findCase: FindCase = async ({ issue }) => (issue === 'CASE-7' ? KAVEH : undefined)

let estate: Estate
let subgraphs: readonly Subgraph[]
let engine: Engine

beforeAll(async () => {
  estate = await startEstate({ only: SYSTEMS, switches: { latency: 0 } })
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  const systems = SYSTEMS.map((system) => loadSystem(path.join(SUBGRAPHS, system), { secret }))
  subgraphs = [serve('door', DOOR), ...(await Promise.all(systems))]
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  const limits = { ...LIMITS, cost: 100_000 }
  engine = buildEngine({ supergraph: supergraph ?? '', subgraphs, limits, mayIntrospect, findCase })
})

afterAll(async () => {
  await engine.close()
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  await estate.close()
})

async function ask(
  query: string,
  caller: Caller,
  purpose?: string,
  issue?: string,
): Promise<Answer> {
  const context = { ...contextOf(engine, caller), purpose, issue }
  const { answer, refusal } = await engine.run({ query }, context, false)
  return structuredClone(answer ?? { errors: refusal?.errors ?? [] })
}

const codes = ({ errors = [] }: Answer) =>
  errors.map(({ path: at, extensions }) => `${at?.join('.')} ${String(extensions?.['code'])}`)

const bank = callerWith(
  ['agency', 'inquiry:identity', 'inquiry:insurance', 'inquiry:conscription'],
  'agency',
)
const kaveh: Caller = {
  ...callerWith(['citizen']),
  nationalId: KAVEH,
  sessionId: 's',
  acr: 'low',
  authTimeMs: Date.now(),
}
const HISTORY = `{ person(nationalId: "${KAVEH}") { insurance { totalDays } conscription { status } } }`

test('an agency reads the insurance record for insurance and for nothing else', async () => {
  expect(codes(await ask(HISTORY, bank))).toEqual([
    'person.insurance PURPOSE_REQUIRED',
    'person.conscription PURPOSE_REQUIRED',
  ])
  const named = await ask(HISTORY, bank, 'insurance', 'CASE-7')
  expect(named.data).toMatchObject({
    person: { insurance: { totalDays: expect.any(Number) }, conscription: null },
  })
  expect(codes(named)).toEqual(['person.conscription FORBIDDEN'])
})

test('an agency reads the insurance record because of a case of that person and of nobody else', async () => {
  expect(codes(await ask(HISTORY, bank, 'insurance'))).toEqual([
    'person.insurance CASE_REQUIRED',
    'person.conscription FORBIDDEN',
  ])
  const other = HISTORY.replace(KAVEH, '0000001015')
  expect(codes(await ask(other, bank, 'insurance', 'CASE-7'))).toEqual(['person FORBIDDEN'])
  expect(codes(await ask(HISTORY, bank, 'insurance', 'CASE-8'))).toEqual(['person FORBIDDEN'])
})

test('a person reads their own without naming a purpose', async () => {
  const { data, errors } = await ask(
    '{ me { insurance { totalDays } conscription { status } } }',
    kaveh,
  )
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({ me: { insurance: { totalDays: expect.any(Number) } } })
})

test('state aid is told to a person who has signed in by two steps not long ago', async () => {
  const query = '{ me { firstName formJ { colour } } }'
  const low = await ask(query, kaveh)
  expect(low.data).toMatchObject({ me: { firstName: expect.any(String), formJ: null } })
  expect(low.errors).toMatchObject([
    {
      path: ['me', 'formJ'],
      extensions: {
        code: 'INSUFFICIENT_AUTHENTICATION',
        acrValues: 'substantial',
        maxAge: 900,
      },
    },
  ])
  expect((await ask(query, { ...kaveh, acr: 'substantial' })).errors).toBeUndefined()
  const old = { ...kaveh, acr: 'substantial', authTimeMs: Date.now() - 3_600_000 }
  expect(codes(await ask(query, old))).toEqual(['me.formJ INSUFFICIENT_AUTHENTICATION'])
})

test('a person who is not oneself is nobody’s to read, whichever register it is', async () => {
  const other = { ...kaveh, nationalId: '0000001015' }
  const { data, errors } = await ask('{ me { firstName insurance { totalDays } } }', other)
  expect(data).toEqual({ me: { firstName: null, insurance: null } })
  expect(errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
    { extensions: { code: 'FORBIDDEN' } },
  ])
})
