// A citizen applies, and the agency that handles the case reads what it may read because of it: of this person, for as long as
// the case is open, and of nobody else.

import type { JWTPayload } from 'jose'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  fieldOf,
  KAVEH,
  KAVEH_ID,
  LEILA,
  openWorld,
  type Reply,
  SERVICE,
  START,
  type World,
} from './counter.ts'

const LEILA_ID = '9904223408'
/** With the right check digit. */
const INVENTED = '572000000002'
const RMTO = machine('agency-rmto', ['inquiry:identity', 'inquiry:insurance'])
const OTHER = machine('agency-other', ['inquiry:identity', 'inquiry:insurance'])
const HISTORY = `query History($id: NationalId!) { person(nationalId: $id) { insurance { totalDays periods { wage } } } }`
const SUBMIT = `mutation Submit($id: ID!, $answers: JSON!) { submitApplication(id: $id, answers: $answers) {
  ... on SubmissionAccepted { receipt { trackingCode } } ... on SubmissionRefused { problems { field code } } } }`
/** What no register knows. */
const ANSWERS = {
  requestKind: 'RENEW',
  requestedGrade: 1,
  healthCardExpiresOn: '2027-09-22',
  criminalRecordNumber: '۱۲۳۴۵۶۷۸۹۰',
  declaration: true,
}

function machine(client: string, purposes: readonly string[]): JWTPayload {
  return {
    sub: `service-${client}`,
    azp: client,
    client_id: client,
    preferred_username: `service-account-${client}`,
    realm_access: { roles: ['agency', ...purposes] },
  }
}

let world: World
let pool: Pool
let id: string
let code: string
let codeOfLeila: string
beforeAll(async () => {
  world = await openWorld()
  pool = new Pool({ connectionString: world.database.url })
  ;({ id, code } = await apply(KAVEH))
  codeOfLeila = (await apply(LEILA, { mobile: '+989000000009' })).code
})
afterAll(async () => {
  await pool.end()
  await world.close()
})

async function apply(as: JWTPayload, more: Readonly<Record<string, unknown>> = {}) {
  const started = await world.ask({ as, query: START, variables: { service: SERVICE } })
  const application = String(fieldOf(started.data, 'startApplication', 'application', 'id'))
  const variables = { id: application, answers: { ...ANSWERS, ...more } }
  const { data, text } = await world.ask({ as, query: SUBMIT, variables })
  const given = fieldOf(data, 'submitApplication', 'receipt', 'trackingCode')
  if (typeof given !== 'string') throw new TypeError(text)
  expect(given).toMatch(/^\d{12}$/u)
  return { id: application, code: given }
}

function history(issue: string | undefined, about = KAVEH_ID, as = RMTO): Promise<Reply> {
  const headers = {
    'panjareh-purpose': 'insurance',
    ...(issue !== undefined && { 'x-road-issue': issue }),
  }
  return world.ask({ as, query: HISTORY, variables: { id: about }, headers })
}

/** What the one who asks can see of it. */
function seen({ status, text }: Reply): string {
  return `${status} ${text.replaceAll(/"reference":"[^"]*"/gu, '"reference":""')}`
}

describe('the agency that handles the case', () => {
  test('reads the record of the applicant, by the tracking code or the id', async () => {
    for (const issue of [code, id]) {
      const { data, codes } = await history(issue)
      expect(codes).toEqual([])
      expect(fieldOf(data, 'person', 'insurance', 'totalDays')).toBeGreaterThan(0)
    }
    const leila = await history(codeOfLeila, LEILA_ID)
    expect(leila.codes).toEqual([])
  })

  test('is told to name a case where it names none', async () => {
    const { status, codes, data } = await history(undefined)
    expect([status, codes]).toEqual([200, ['CASE_REQUIRED']])
    expect(data).toEqual({ person: { insurance: null } })
  })

  test('cannot tell another’s case, an invented one and no code apart', async () => {
    const refused = await Promise.all(
      [codeOfLeila, INVENTED, 'CASE-7', crypto.randomUUID()].map((issue) => history(issue)),
    )
    expect(refused[0]?.codes).toEqual(['FORBIDDEN'])
    expect(refused[0]?.data).toEqual({ person: null })
    expect(new Set(refused.map(seen)).size).toBe(1)
  })
})

test('an agency that does not handle it is refused as if there were no case', async () => {
  const [own, invented] = [
    await history(code, KAVEH_ID, OTHER),
    await history(INVENTED, KAVEH_ID, OTHER),
  ]
  expect(own.codes).toEqual(['FORBIDDEN'])
  expect(seen(own)).toBe(seen(invented))
})

test('the citizen reads their own, whichever case they name', async () => {
  const query = '{ me { insurance { totalDays } } }'
  for (const headers of [{}, { 'x-road-issue': codeOfLeila }]) {
    const { codes, data } = await world.ask({ as: KAVEH, query, headers })
    expect(codes).toEqual([])
    expect(fieldOf(data, 'me', 'insurance', 'totalDays')).toBeGreaterThan(0)
  }
})

test('the audit tells that a case was named, and neither its code nor whose it is', async () => {
  const before = world.lines.length
  await history(code)
  const rows = world.lines.slice(before).filter(({ message }) => message === 'audit')
  expect(rows).toMatchObject([
    {
      facts: {
        client: 'agency-rmto',
        purpose: 'insurance',
        issue: expect.not.stringContaining(code),
        fields: expect.arrayContaining(['Person.insurance']),
        codes: {},
      },
    },
  ])
  const all = JSON.stringify(world.lines)
  for (const secret of [code, codeOfLeila, KAVEH_ID, LEILA_ID]) expect(all).not.toContain(secret)
})

// Last: it ends the case.
test('nobody reads it any more once the case has ended', async () => {
  expect((await history(code)).codes).toEqual([])
  await pool.query("UPDATE application SET status = 'ISSUED' WHERE id = $1", [id])
  await expect
    .poll(async () => (await history(code)).codes, { interval: 250 })
    .toEqual(['FORBIDDEN'])
  expect(seen(await history(code))).toBe(seen(await history(INVENTED)))
})
