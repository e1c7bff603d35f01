// One row for each request about a person, whatever became of it, and in none of them who the person is.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  activeMandate,
  CLERK,
  CONFIRM,
  KAVEH,
  KAVEH_ID,
  KAVEH_MOBILE,
  KIAN,
  openWorld,
  person,
  type Question,
  REQUEST,
  SARA,
  SERVICE,
  START,
  TARA_ID,
  type World,
} from './counter.ts'

const SECRET = 'ab'.repeat(32)
const MACHINE = {
  sub: 'service-rmto',
  azp: 'agency-rmto',
  client_id: 'agency-rmto',
  preferred_username: 'service-account-agency-rmto',
  realm_access: { roles: ['agency', 'inquiry:identity', 'inquiry:mobile'] },
}
const ASK_PERSON = `query Ask($id: NationalId!) { person(nationalId: $id) { firstName } }`

let world: World
beforeAll(async () => {
  world = await openWorld({ PANJAREH_PSEUDONYM_SECRET: SECRET })
})
afterAll(() => world.close())

function rows(): readonly Readonly<Record<string, unknown>>[] {
  return world.lines.filter(({ message }) => message === 'audit').map(({ facts }) => facts)
}

/** Rows of what this asks. */
async function audited(question: Question) {
  const before = rows().length
  const reply = await world.ask(question)
  return { reply, rows: rows().slice(before) }
}

describe('a row', () => {
  test('of a citizen tells which of their own fields were read', async () => {
    const { rows: found } = await audited({
      as: KAVEH,
      query: 'query Mine { me { firstName residence { postCode } } }',
      headers: { 'x-road-issue': 'CASE-7' },
    })
    expect(found).toEqual([
      expect.objectContaining({
        caller: 'citizen',
        client: 'portal',
        acr: 'low',
        operation: 'Mine',
        status: 200,
        issue: 'CASE-7',
        mandate: undefined,
        codes: {},
        fields: ['Address.postCode', 'Person.firstName', 'Person.residence', 'Query.me'],
        subjects: [expect.stringMatching(/^[\w-]{22}$/u)],
        actor: expect.stringMatching(/^[\w-]{22}$/u),
      }),
    ])
  })

  test('of a machine tells about whom and for what, and has no actor', async () => {
    const own = await audited({ as: KAVEH, query: '{ me { firstName } }' })
    const { rows: found } = await audited({
      as: MACHINE,
      query: ASK_PERSON,
      variables: { id: KAVEH_ID },
      headers: { 'panjareh-purpose': 'identity' },
    })
    expect(found).toEqual([
      expect.objectContaining({ caller: 'agency', client: 'agency-rmto', actor: undefined }),
    ])
    // The same person has the same name, whoever asks.
    expect(found[0]?.['subjects']).toEqual(own.rows[0]?.['subjects'])
  })

  test('under a mandate tells who acted, for whom and by what right', async () => {
    const mandate = await activeMandate(world)
    const { rows: found } = await audited({
      as: CLERK,
      query: START,
      variables: { service: SERVICE },
      mandate,
    })
    const own = await audited({ as: KAVEH, query: '{ me { firstName } }' })
    const clerk = await audited({ as: CLERK, query: '{ me { firstName } }' })
    expect(found).toEqual([
      expect.objectContaining({
        mandate: { id: mandate, kind: 'COUNTER' },
        office: '72-1001',
        acr: 'substantial',
        subjects: own.rows[0]?.['subjects'],
        actor: clerk.rows[0]?.['actor'],
      }),
    ])
  })

  test('is not written of what is about nobody', async () => {
    const { rows: found } = await audited({ as: KAVEH, query: '{ airport(iata: "THR") { iata } }' })
    expect(found).toEqual([])
  })

  test('is written of a mandate that was refused', async () => {
    const { rows: found } = await audited({
      as: SARA,
      query: '{ me { firstName } }',
      mandate: crypto.randomUUID(),
    })
    expect(found).toEqual([
      expect.objectContaining({ status: 403, codes: { MANDATE_REFUSED: 1 }, fields: [] }),
    ])
  })
})

test('no row and no line tells a national id, a number, a code or a token, whatever failed', async () => {
  const mandate = await activeMandate(world)
  const code = world.codeFor(KAVEH_MOBILE)
  const weak = person('u-weak', '9944379786', {
    realm_access: { roles: ['citizen', 'counter-clerk'] },
  })
  const request = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE] }
  const child = `mutation { takeGuardianMandate(childNationalId: "${TARA_ID}") { id } }`
  const questions: readonly Question[] = [
    {
      as: KAVEH,
      query: '{ me { firstName lastName drivingLicence { number } vehicles { plate } } }',
    },
    { as: KAVEH, query: `query Person${KAVEH_ID} { me { firstName } }` },
    { as: KAVEH, query: `{ person(nationalId: "${TARA_ID}") { firstName } }` },
    { as: KAVEH, query: `{ person(nationalId: "${TARA_ID}1") { firstName } }` },
    {
      as: KAVEH,
      query: `{ me { x${KAVEH_ID}: firstName ownsMobile(mobile: "${KAVEH_MOBILE}") } }`,
    },
    { as: KAVEH, query: `{ nothing${KAVEH_ID} }` },
    { as: KAVEH, query: '{ me { firstName } }', headers: { 'x-road-issue': `about ${KAVEH_ID}` } },
    { as: KAVEH, query: '{ me { firstName } }', headers: { 'panjareh-purpose': KAVEH_ID } },
    { as: KAVEH, query: '{ me { firstName } }', headers: { 'graphql-client-name': KAVEH_MOBILE } },
    { as: KAVEH, query: '{ me { firstName } }', mandate: KAVEH_ID },
    { as: MACHINE, query: ASK_PERSON, variables: { id: KAVEH_ID } },
    { as: MACHINE, query: ASK_PERSON, variables: { id: [KAVEH_ID] } },
    { as: MACHINE, query: ASK_PERSON, variables: { id: '1234567890' } },
    {
      as: { ...MACHINE, realm_access: { roles: ['agency'] } },
      query: ASK_PERSON,
      variables: { id: KAVEH_ID },
    },
    { query: ASK_PERSON, variables: { id: KAVEH_ID } },
    { query: '{ me { firstName } }', headers: { authorization: 'Bearer abc.def.ghi' } },
    { as: { ...KAVEH, exp: 1 }, query: '{ me { firstName } }' },
    { as: CLERK, query: CONFIRM, variables: { id: mandate, code } },
    {
      as: CLERK,
      query: `mutation { confirmCounterMandate(id: "${mandate}", code: "${code}") { id } }`,
    },
    { as: weak, query: REQUEST, variables: request },
    { as: CLERK, query: REQUEST, variables: { ...request, mobile: '09000000002' } },
    { as: CLERK, query: REQUEST, variables: { ...request, services: [KAVEH_ID] } },
    { as: CLERK, query: START, variables: { service: KAVEH_ID }, mandate },
    { as: CLERK, query: '{ me { firstName } }', mandate },
    { as: KIAN, query: child },
    { as: SARA, query: child },
  ]
  for (const question of questions) await world.ask(question)
  for (const system of ['nocr-person', 'cra-shahkar', 'sms-centre']) {
    for (const change of [
      { down: true },
      { down: false, garbage: true },
      { garbage: false, failRate: 1 },
    ]) {
      world.estate.set(system, change)
      await world.ask({ as: KAVEH, query: '{ me { firstName } }' })
      await world.ask({ as: KIAN, query: child })
      await world.ask({ as: CLERK, query: REQUEST, variables: request })
    }
    world.estate.reset()
  }
  expect(rows().length).toBeGreaterThan(questions.length / 2)
  const text = JSON.stringify(world.lines)
  for (const secret of [
    KAVEH_ID,
    TARA_ID,
    '9924022343',
    '9904335109',
    KAVEH_MOBILE.slice(1),
    'eyJ',
    'abc.def',
  ]) {
    expect(text).not.toContain(secret)
  }
  expect(text).not.toMatch(new RegExp(`\\b${code}\\b`, 'u'))
  for (const name of ['کاوه', 'تارا', '12ع345']) expect(text).not.toContain(name)
})
