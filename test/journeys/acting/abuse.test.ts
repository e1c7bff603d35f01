// What somebody would try: against codes, numbers, mandates of others and their own limits.

import { randomUUID } from 'node:crypto'

import { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { LIMITS } from '../../../subgraphs/mandates/limits.ts'
import { openMandates } from '../../../subgraphs/mandates/mandates.ts'
import {
  activeMandate,
  CLERK,
  clerk,
  CONFIRM,
  END,
  fieldOf,
  KAVEH,
  KAVEH_ID,
  KAVEH_MOBILE,
  KIAN,
  MINE,
  openWorld,
  OTHER_CLERK,
  person,
  type Question,
  type Reply,
  REQUEST,
  RESEND,
  SARA,
  SERVICE,
  START,
  type World,
} from './counter.ts'

let world: World
let pool: Pool

beforeAll(async () => {
  world = await openWorld()
  pool = new Pool({ connectionString: world.database.url })
})
beforeEach(async () => {
  world.estate.reset()
  // Quotas count what was asked in a day; each test has a day of its own.
  await pool.query("UPDATE mandate SET requested_at = requested_at - interval '2 days'")
  await pool.query('DELETE FROM mandate_ban')
})
afterAll(async () => {
  await pool.end()
  await world.close()
})

const SILENT = (): undefined => undefined
const RIGHT = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE] }

function request(variables: Question['variables'] = RIGHT, as = CLERK): Promise<Reply> {
  return world.ask({ as, query: REQUEST, variables })
}

async function requested(as = CLERK): Promise<string> {
  return String(fieldOf((await request(RIGHT, as)).data, 'requestCounterMandate', 'id'))
}

function confirm(id: string, code: string, as = CLERK): Promise<Reply> {
  return world.ask({ as, query: CONFIRM, variables: { id, code } })
}

function otherThan(code: string): string {
  return code === '000000' ? '000001' : '000000'
}

async function stateOf(id: string): Promise<unknown> {
  const { rows } = await pool.query('SELECT state FROM mandate WHERE id = $1', [id])
  return rows[0]?.state
}

function start(mandate: string, as = CLERK): Promise<Reply> {
  return world.ask({ as, query: START, variables: { service: SERVICE }, mandate })
}

/** All that a clerk can tell one answer from another by. */
function shape({ status, data, codes }: Reply) {
  return {
    status,
    codes,
    keys: Object.keys(Object(fieldOf(data, 'requestCounterMandate'))),
    state: fieldOf(data, 'requestCounterMandate', 'state'),
  }
}

describe('codes', () => {
  test('a third wrong code uses up the code, and the right one is too late then', async () => {
    const id = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    for (let tries = 0; tries < LIMITS.tries; tries++) {
      expect((await confirm(id, otherThan(code))).codes).toEqual(['MANDATE_REFUSED'])
    }
    expect((await confirm(id, code)).codes).toEqual(['MANDATE_REFUSED'])
    expect(await stateOf(id)).toBe('REQUESTED')
  })

  test('a hundred guesses at once are three', async () => {
    const id = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    const guesses = Array.from({ length: 100 }, () => confirm(id, otherThan(code)))
    await Promise.all(guesses)
    const { rows } = await pool.query(
      "SELECT count(*)::int AS tries FROM mandate_event WHERE mandate = $1 AND type = 'WRONG_CODE'",
      [id],
    )
    expect(rows).toEqual([{ tries: LIMITS.tries }])
    expect((await confirm(id, code)).codes).toEqual(['MANDATE_REFUSED'])
  })

  test('of two confirmations at once one is the first, and a code is good once', async () => {
    const id = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    const replies = await Promise.all([confirm(id, code), confirm(id, code), confirm(id, code)])
    const codes = replies.map(({ codes: [first = 'done'] }) => first)
    expect(codes.toSorted()).toEqual(['MANDATE_REFUSED', 'MANDATE_REFUSED', 'done'])
    expect((await confirm(id, code)).codes).toEqual(['MANDATE_REFUSED'])
  })

  test('a code is the clerk’s who asked, at the office where they asked', async () => {
    const id = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    const elsewhere = clerk('u-clerk', '9994435639', { counter_office: '72-1002' })
    for (const as of [OTHER_CLERK, elsewhere]) {
      expect((await confirm(id, code, as)).codes).toEqual(['MANDATE_REFUSED'])
    }
    expect((await confirm(id, code)).codes).toEqual([])
  })

  test('a code of one request is none of another with other services', async () => {
    const first = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    const second = await requested()
    expect((await confirm(second, code)).codes).toEqual(
      world.codeFor(KAVEH_MOBILE) === code ? [] : ['MANDATE_REFUSED'],
    )
    expect((await confirm(first, code)).codes).toEqual([])
  })

  test('an old code is refused', async () => {
    const id = await requested()
    await pool.query('UPDATE mandate SET code_expires_at = now() WHERE id = $1', [id])
    expect((await confirm(id, world.codeFor(KAVEH_MOBILE))).codes).toEqual(['MANDATE_REFUSED'])
  })

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12 34', '-12345'])(
    'what is no code uses up no try: "%s"',
    async (code) => {
      const id = await requested()
      expect((await confirm(id, code)).codes).toEqual(['MANDATE_REFUSED'])
      expect((await confirm(id, world.codeFor(KAVEH_MOBILE))).codes).toEqual([])
    },
  )

  test('the table tells no code: the stored hash is of nothing that can be tried without the secret', async () => {
    const id = await requested()
    const { rows } = await pool.query('SELECT * FROM mandate WHERE id = $1', [id])
    expect(JSON.stringify(rows)).not.toContain(world.codeFor(KAVEH_MOBILE))
    expect(rows[0].code_hash).toHaveLength(32)
    const events = await pool.query('SELECT payload FROM mandate_event WHERE mandate = $1', [id])
    expect(JSON.stringify(events.rows)).not.toMatch(/"\d{6}"|0004120371|9000000001/u)
  })
})

describe('who has which number', () => {
  test.each([
    ['somebody else’s number', { ...RIGHT, mobile: '09000000002' }],
    ['a number that nobody has', { ...RIGHT, mobile: '09000099999' }],
    ['a person who does not exist', { ...RIGHT, nationalId: '9991234561' }],
  ])('%s is answered as the right one is, and no message goes out', async (_, variables) => {
    const right = shape(await request())
    world.estate.reset()
    const wrong = await request(variables)
    expect(shape(wrong)).toEqual(right)
    expect(world.estate.messages()).toEqual([])
    expect(world.estate.calls()['cra-shahkar']).toBe(1)
    // No code was made, so none can be guessed.
    const id = String(fieldOf(wrong.data, 'requestCounterMandate', 'id'))
    const { rows } = await pool.query('SELECT code_hash, tries_left FROM mandate WHERE id = $1', [
      id,
    ])
    expect(rows).toEqual([{ code_hash: null, tries_left: LIMITS.tries }])
  })

  test('an SMS centre that is down is told alike, and the request can be sent again', async () => {
    world.estate.set('sms-centre', { down: true })
    const right = await request()
    const wrong = await request({ ...RIGHT, mobile: '09000000002' })
    expect([right.codes, wrong.codes]).toEqual([['SYSTEM_UNAVAILABLE'], ['SYSTEM_UNAVAILABLE']])
    world.estate.reset()
    const { rows } = await pool.query(
      "SELECT id FROM mandate WHERE state = 'REQUESTED' AND code_hash IS NOT NULL ORDER BY requested_at DESC LIMIT 1",
    )
    const id = String(rows[0].id)
    const again = await world.ask({
      as: CLERK,
      query: RESEND,
      variables: { id, mobile: KAVEH_MOBILE },
    })
    expect(again.codes).toEqual([])
    expect((await confirm(id, world.codeFor(KAVEH_MOBILE))).codes).toEqual([])
  })

  test('a number that the centre refuses is not told', async () => {
    expect((await request({ ...RIGHT, mobile: '09990000000' })).codes).toEqual([])
  })

  test('Shahkar that is down is told, whoever is asked for', async () => {
    world.estate.set('cra-shahkar', { down: true })
    expect((await request()).codes).toEqual(['SYSTEM_UNAVAILABLE'])
    expect((await request({ ...RIGHT, nationalId: '9991234561' })).codes).toEqual([
      'SYSTEM_UNAVAILABLE',
    ])
  })
})

describe('who may ask', () => {
  const staff = { realm_access: { roles: ['staff'] }, national_id: undefined }
  test.each([
    ['a citizen', SARA, 'FORBIDDEN'],
    ['staff without the role', person('u-staff', '9924022343', staff), 'FORBIDDEN'],
    [
      'a clerk at no office',
      clerk('u-c3', '9944379786', { counter_office: undefined }),
      'FORBIDDEN',
    ],
    [
      'a clerk with a password only',
      clerk('u-c4', '9944379786', { acr: 'low' }),
      'INSUFFICIENT_AUTHENTICATION',
    ],
    [
      'a clerk whose second factor is of this morning, in a fresh token',
      clerk('u-c6', '9944379786', { auth_time: Math.floor(Date.now() / 1000) - 910 }),
      'INSUFFICIENT_AUTHENTICATION',
    ],
    [
      'a machine with the role',
      {
        ...clerk('service', ''),
        national_id: undefined,
        azp: 'agency-rmto',
        client_id: 'agency-rmto',
        sub: 'agency-rmto',
        realm_access: { roles: ['agency', 'counter-clerk'] },
      },
      'FORBIDDEN',
    ],
    ['a clerk for themselves', clerk('u-c5', KAVEH_ID), 'MANDATE_REFUSED'],
  ])('%s may not', async (_, as, code) => {
    expect((await request(RIGHT, as)).codes).toEqual([code])
    expect(world.estate.messages()).toEqual([])
  })

  test('nobody may without a sign-in', async () => {
    const { codes } = await world.ask({ query: REQUEST, variables: RIGHT })
    expect(codes).toEqual(['UNAUTHENTICATED'])
  })

  test('a mandate is no way to another one', async () => {
    const mandate = await activeMandate(world)
    const chained = await world.ask({ as: CLERK, query: REQUEST, variables: RIGHT, mandate })
    expect(chained.codes).toEqual(['FORBIDDEN'])
    const ended = await world.ask({ as: CLERK, query: END, variables: { id: mandate }, mandate })
    expect(ended.codes).toEqual(['FORBIDDEN'])
  })

  test.each([
    ['no service', { ...RIGHT, services: [] }],
    ['an unknown service', { ...RIGHT, services: ['18071001001'] }],
    ['a service twice', { ...RIGHT, services: [SERVICE, SERVICE] }],
    ['an hour', { ...RIGHT, minutes: 60 }],
    ['no minute', { ...RIGHT, minutes: 0 }],
    ['six uses', { ...RIGHT, uses: 6 }],
  ])('%s is refused by field', async (_, variables) => {
    expect((await request(variables)).codes).toEqual(['INPUT_REJECTED'])
  })
})

describe('how often', () => {
  test('requests of one clerk that wait for a code are few, also when they come at once', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => request()))
    const taken = replies.filter(({ codes }) => codes.length === 0)
    expect(taken).toHaveLength(LIMITS.openRequests)
  })

  test('codes of one request are few and not sent one after another', async () => {
    const id = await requested()
    const resend = () =>
      world.ask({ as: CLERK, query: RESEND, variables: { id, mobile: KAVEH_MOBILE } })
    expect((await resend()).codes).toEqual(['MANDATE_REFUSED'])
    const codes: string[] = []
    for (let sent = 1; sent < LIMITS.codes; sent++) {
      await pool.query("UPDATE mandate SET sent_at = now() - interval '31 seconds' WHERE id = $1", [
        id,
      ])
      codes.push(...(await resend()).codes)
    }
    expect(codes).toEqual([])
    await pool.query("UPDATE mandate SET sent_at = now() - interval '31 seconds' WHERE id = $1", [
      id,
    ])
    expect((await resend()).codes).toEqual(['MANDATE_REFUSED'])
    expect(world.estate.messages()).toHaveLength(LIMITS.codes)
  })

  test('a citizen gets so many messages a day, whoever asks; the clerk does not learn of it', async () => {
    const id = await requested()
    const note = (from: number, sent: boolean) =>
      pool.query(
        `INSERT INTO mandate_event (mandate, seq, type, at, actor, payload, previous_hash, hash)
         SELECT $1, n, 'CODE_MADE', now(), 'counter', jsonb_build_object('sent', $3::boolean), '', ''
         FROM generate_series($2::int, $2 + $4::int - 1) AS n`,
        [id, from, sent, LIMITS.codesOfCitizen - 1],
      )
    await note(100, false)
    world.estate.reset()
    await request()
    expect(world.estate.messages()).toHaveLength(1)
    await note(200, true)
    world.estate.reset()
    expect((await request()).codes).toEqual([])
    expect(world.estate.messages()).toEqual([])
    // Not of the chain.
    await pool.query(`BEGIN; ALTER TABLE mandate_event DISABLE TRIGGER mandate_event_append_only;
      DELETE FROM mandate_event WHERE hash = '';
      ALTER TABLE mandate_event ENABLE TRIGGER mandate_event_append_only; COMMIT`)
  })

  test.each([
    ['clerk', LIMITS.requestsOfClerk, 'u-clerk', '9-9'],
    ['office', LIMITS.requestsOfOffice, 'u-many', '72-1001'],
  ])('the share of a %s is used up', async (_, most, actor, office) => {
    await pool.query(
      `INSERT INTO mandate (id, kind, state, actor, office, principal, services, minutes, requested_at)
       SELECT gen_random_uuid(), 'COUNTER', 'REFUSED', $2, $3, '1', '{}', 5, now() FROM generate_series(1, $1::int)`,
      [most, actor, office],
    )
    expect((await request()).codes).toEqual(['MANDATE_REFUSED'])
  })

  test('asks for a child are few', async () => {
    await pool.query(
      `INSERT INTO mandate (id, kind, state, actor, principal, minutes, requested_at)
       SELECT gen_random_uuid(), 'GUARDIAN', 'REFUSED', 'u-kian', '1', 5, now() FROM generate_series(1, $1::int)`,
      [LIMITS.asksOfCitizen],
    )
    const query = 'mutation { takeGuardianMandate(childNationalId: "9924357442") { id } }'
    expect((await world.ask({ as: KIAN, query })).codes).toEqual(['MANDATE_REFUSED'])
    expect(world.estate.calls()['nocr-person']).toBe(0)
  })

  test('a citizen who has forbidden mandates gets no message, and the code on its way is void', async () => {
    const id = await requested()
    const code = world.codeFor(KAVEH_MOBILE)
    const query = 'mutation ($forbidden: Boolean!) { forbidMandates(forbidden: $forbidden) }'
    const forbid = (forbidden: boolean) => world.ask({ as: KAVEH, query, variables: { forbidden } })
    expect((await forbid(true)).data).toEqual({ forbidMandates: true })
    expect((await confirm(id, code)).codes).toEqual(['MANDATE_REFUSED'])
    world.estate.reset()
    expect((await request()).codes).toEqual([])
    expect(world.estate.messages()).toEqual([])
    const known = await world.ask({ as: KAVEH, query: '{ mandatesForbidden }' })
    expect(known.data).toEqual({ mandatesForbidden: true })
    await forbid(false)
    await request()
    expect(world.estate.messages()).toHaveLength(1)
  })
})

describe('an active mandate', () => {
  test('is used so often and no more, also by requests at once', async () => {
    const id = await activeMandate(world, { uses: 2 })
    const replies = await Promise.all(Array.from({ length: 5 }, () => start(id)))
    const codes = replies.map(({ codes: [first = 'done'] }) => first)
    expect(codes.filter((code) => code === 'done')).toHaveLength(2)
    expect(codes.filter((code) => code === 'MANDATE_REFUSED')).toHaveLength(3)
  })

  test('is good for its services only', async () => {
    const id = await activeMandate(world)
    await pool.query("UPDATE mandate SET services = '{18071001999}' WHERE id = $1", [id])
    // As another process would have it that remembers the services of before: the transaction looks again.
    expect((await start(id)).codes).toEqual(['MANDATE_REFUSED'])
  })

  test.each([
    ['another clerk', OTHER_CLERK],
    ['a citizen', SARA],
    ['the citizen', KAVEH],
    ['the clerk with a password only', clerk('u-clerk', '9994435639', { acr: 'low' })],
    ['the clerk who is none any more', person('u-clerk', '9994435639', { acr: 'substantial' })],
  ])('is nothing in the hands of %s', async (who, as) => {
    const id = await activeMandate(world)
    const { status, codes, data } = await start(id, as)
    const weak = who === 'the clerk with a password only'
    expect(data).toBeNull()
    expect([status, codes]).toEqual(
      weak ? [401, ['INSUFFICIENT_AUTHENTICATION']] : [403, ['MANDATE_REFUSED']],
    )
  })

  test('is nothing without a token, and a guessed id is nothing', async () => {
    const id = await activeMandate(world)
    expect((await world.ask({ query: MINE, mandate: id })).status).toBe(401)
    for (const guess of [randomUUID(), `${id}, ${id}`, `${id} `.repeat(2), '', '*', "' OR 1=1"]) {
      const { status, codes } = await world.ask({ as: CLERK, query: MINE, mandate: guess })
      expect([guess, status, codes]).toEqual([guess, 403, ['MANDATE_REFUSED']])
    }
  })

  test.each([
    ['clerk', CLERK, 'ACTOR'],
    ['citizen', KAVEH, 'PRINCIPAL'],
  ])('is ended by the %s at once', async (_, as, endedBy) => {
    const id = await activeMandate(world)
    expect((await world.ask({ as: CLERK, query: '{ __typename }', mandate: id })).status).toBe(200)
    const ended = await world.ask({ as, query: END, variables: { id } })
    expect(fieldOf(ended.data, 'endMandate')).toMatchObject({ state: 'ENDED', endedBy })
    expect((await start(id)).status).toBe(403)
    expect((await world.ask({ as, query: END, variables: { id } })).codes).toEqual([
      'MANDATE_REFUSED',
    ])
  })

  test('is ended by nobody else', async () => {
    const id = await activeMandate(world)
    for (const as of [SARA, OTHER_CLERK]) {
      const { codes } = await world.ask({ as, query: END, variables: { id } })
      expect(codes).toEqual(['MANDATE_REFUSED'])
    }
    expect(await stateOf(id)).toBe('ACTIVE')
  })

  test('that another process has ended starts nothing, although it is still remembered here', async () => {
    const id = await activeMandate(world)
    await world.ask({ as: CLERK, query: '{ __typename }', mandate: id })
    await pool.query(
      "UPDATE mandate SET state = 'ENDED', ended_at = now(), ended_by = 'actor' WHERE id = $1",
      [id],
    )
    expect((await start(id)).codes).toEqual(['MANDATE_REFUSED'])
  })

  test('whose time has passed is shown so and is nothing', async () => {
    const id = await activeMandate(world)
    await pool.query("UPDATE mandate SET expires_at = now() - interval '1 second' WHERE id = $1", [
      id,
    ])
    expect((await start(id)).codes).toEqual(['MANDATE_REFUSED'])
    const { data } = await world.ask({ as: KAVEH, query: MINE })
    expect(fieldOf(data, 'myMandates')).toContainEqual(
      expect.objectContaining({ id, state: 'EXPIRED' }),
    )
  })

  test('submits what was started under it without another use, and nothing that is somebody else’s', async () => {
    const id = await activeMandate(world)
    const application = String(
      fieldOf((await start(id)).data, 'startApplication', 'application', 'id'),
    )
    const query = `mutation Submit($id: ID!, $answers: JSON!) { submitApplication(id: $id, answers: $answers) {
      __typename ... on SubmissionAccepted { application { acts { act by } } } ... on SubmissionRefused { problems { field code } } } }`
    const answers = {
      requestKind: 'RENEW',
      requestedGrade: 1,
      healthCardExpiresOn: '2027-09-22',
      mobile: '+989000000001',
      criminalRecordNumber: '1234567890',
      declaration: true,
    }
    const submitted = await world.ask({
      as: CLERK,
      query,
      variables: { id: application, answers },
      mandate: id,
    })
    expect(submitted.text).toContain('SubmissionAccepted')
    expect(fieldOf(submitted.data, 'submitApplication', 'application', 'acts')).toEqual([
      { act: 'STARTED', by: 'COUNTER' },
      { act: 'ACCEPTED', by: 'COUNTER' },
    ])
    const foreign = await world.ask({
      as: CLERK,
      query,
      variables: { id: randomUUID(), answers },
      mandate: id,
    })
    expect(foreign.codes).toEqual(['NOT_FOUND'])
  })
})

test('two actors for one citizen and one actor for two are never given each other’s answers', async () => {
  const query = 'query Same { myApplications { id } }'
  const mandates = [await activeMandate(world), await activeMandate(world, { as: OTHER_CLERK })]
  const [first, second, own] = await Promise.all([
    world.ask({ as: CLERK, query, mandate: mandates[0] }),
    world.ask({ as: OTHER_CLERK, query, mandate: mandates[1] }),
    world.ask({ as: CLERK, query }),
  ])
  expect([first?.codes, second?.codes, own?.codes]).toEqual([[], [], []])
  expect(own?.data).toEqual({ myApplications: [] })
  expect(first?.data).toEqual(second?.data)
  const rows = world.lines.filter(
    ({ message, facts }) => message === 'audit' && facts['operation'] === 'Same',
  )
  expect(rows).toHaveLength(3)
  expect(rows.map(({ facts }) => facts['sharedWith'])).toEqual([undefined, undefined, undefined])
  expect(new Set(rows.map(({ facts }) => facts['actor'])).size).toBe(2)
})

test('every chain of events is whole, and a changed one is noticed', async () => {
  const options = { databaseUrl: world.database.url, catalogue: { services: new Map() } }
  const log = { info: SILENT, warn: SILENT, error: SILENT }
  const mandates = await openMandates({ ...options, log })
  expect(await mandates.verifyEvents()).toEqual([])
  const id = await activeMandate(world)
  const tampering = `BEGIN; ALTER TABLE mandate_event DISABLE TRIGGER mandate_event_append_only;
    UPDATE mandate_event SET payload = '{"uses": 5}' WHERE mandate = '${id}' AND seq = 1;
    ALTER TABLE mandate_event ENABLE TRIGGER mandate_event_append_only; COMMIT`
  await expect(pool.query('DELETE FROM mandate_event')).rejects.toThrow('append-only')
  await pool.query(tampering)
  expect(await mandates.verifyEvents()).toEqual([
    { mandate: id, seq: 1, message: 'was changed after it was written' },
  ])
  await mandates.close()
})
