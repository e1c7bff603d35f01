// A citizen at the counter, a guardian, an officer: over sockets from end to end.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import {
  activeMandate,
  CLERK,
  CONFIRM,
  END,
  fieldOf,
  KAVEH,
  KAVEH_ID,
  KAVEH_MOBILE,
  KIAN,
  LEILA,
  MINE,
  OFFICE,
  openWorld,
  person,
  REQUEST,
  SARA,
  SERVICE,
  START,
  SURE,
  TARA_ID,
  type World,
  YEKTABAR,
} from './counter.ts'

let world: World

beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.estate.reset())
afterAll(() => world.close())

describe('a clerk for a citizen', () => {
  test('asks, gets the code read out, starts what was agreed, and the citizen sees it all', async () => {
    const variables = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE] }
    const asked = await world.ask({ as: CLERK, query: REQUEST, variables })
    expect(asked.codes).toEqual([])
    const id = String(fieldOf(asked.data, 'requestCounterMandate', 'id'))
    expect(fieldOf(asked.data, 'requestCounterMandate', 'state')).toBe('REQUESTED')

    const [message] = world.estate.messages()
    expect(message?.to).toBe(KAVEH_MOBILE)
    expect(message?.text).toContain('دفتر پیشخوان ۷۲-۱۰۰۱')
    expect(message?.text).toContain('«صدور و تمدید کارت هوشمند رانندهٔ باری»')
    expect(message?.text).toContain('۳۰ دقیقه')
    expect(message?.text).toContain('به هیچ‌کس نگویید')
    expect(message?.text).not.toContain(KAVEH_ID)

    const code = world.codeFor(KAVEH_MOBILE)
    const confirmed = await world.ask({ as: CLERK, query: CONFIRM, variables: { id, code } })
    expect(fieldOf(confirmed.data, 'confirmCounterMandate')).toEqual({
      id,
      state: 'ACTIVE',
      kind: 'COUNTER',
      office: OFFICE,
      usesLeft: 1,
      services: [{ code: SERVICE }],
    })

    const started = await world.ask({
      as: CLERK,
      query: START,
      mandate: id,
      variables: { service: SERVICE },
    })
    expect(started.codes).toEqual([])
    const application = fieldOf(started.data, 'startApplication', 'application')
    expect(fieldOf(application, 'acts')).toEqual([
      { act: 'STARTED', by: 'COUNTER', mandate: id, office: OFFICE },
    ])
    expect(fieldOf(started.data, 'startApplication', 'fields')).toContainEqual({
      name: 'firstName',
      state: 'REGISTER',
      value: 'کاوه',
    })

    // An act is kept beside its request, not before its answer.
    const mandate = async () => {
      const mine = await world.ask({ as: KAVEH, query: MINE })
      expect(mine.codes).toEqual([])
      return fieldOf(mine.data, 'myMandates', '0')
    }
    await expect.poll(async () => fieldOf(await mandate(), 'acts')).toHaveLength(1)
    expect(await mandate()).toMatchObject({
      id,
      kind: 'COUNTER',
      state: 'ACTIVE',
      office: OFFICE,
      usesLeft: 0,
      uses: [{ act: 'STARTED', application: fieldOf(application, 'id') }],
      acts: [{ operation: 'Start', codes: [] }],
    })
    const own = await world.ask({
      as: KAVEH,
      query: 'query ($id: ID!) { application(id: $id) { acts { by office } } }',
      variables: { id: fieldOf(application, 'id') },
    })
    expect(fieldOf(own.data, 'application', 'acts')).toEqual([{ by: 'COUNTER', office: OFFICE }])

    const ended = await world.ask({ as: KAVEH, query: END, variables: { id } })
    expect(fieldOf(ended.data, 'endMandate')).toEqual({ id, state: 'ENDED', endedBy: 'PRINCIPAL' })
    const late = await world.ask({ as: CLERK, query: '{ __typename }', mandate: id })
    expect([late.status, late.codes]).toEqual([403, ['MANDATE_REFUSED']])
  })

  test('sees the form and nothing else of the citizen', async () => {
    const id = await activeMandate(world)
    const me = await world.ask({ as: CLERK, query: '{ me { firstName } }', mandate: id })
    expect([me.data, me.codes]).toEqual([{ me: null }, ['FORBIDDEN']])
    const calls = world.estate.calls()['nocr-person']
    const other = '{ person(nationalId: "0004120371") { firstName } }'
    expect((await world.ask({ as: CLERK, query: other, mandate: id })).codes).toEqual(['FORBIDDEN'])
    expect((await world.ask({ as: CLERK, query: MINE, mandate: id })).codes).toEqual(['FORBIDDEN'])
    expect(world.estate.calls()['nocr-person']).toBe(calls)
  })
})

describe('a guardian for a child', () => {
  const TAKE = `mutation Take($id: NationalId!) { takeGuardianMandate(childNationalId: $id) { id kind state services { code } } }`

  test('by the word of the civil registry, and with the rights of the child', async () => {
    const taken = await world.ask({ as: KIAN, query: TAKE, variables: { id: TARA_ID } })
    expect(taken.codes).toEqual([])
    const id = String(fieldOf(taken.data, 'takeGuardianMandate', 'id'))
    const me = await world.ask({
      as: KIAN,
      mandate: id,
      query: '{ me { nationalId firstName } }',
    })
    expect(me.data).toEqual({ me: { nationalId: TARA_ID, firstName: 'تارا' } })
    const own = await world.ask({ as: KIAN, query: '{ me { firstName } }' })
    expect(own.data).toEqual({ me: { firstName: 'کیان' } })
    const chained = await world.ask({
      as: KIAN,
      mandate: id,
      query: TAKE,
      variables: { id: TARA_ID },
    })
    expect(chained.codes).toEqual(['FORBIDDEN'])
  })

  test('asks the registry again at each renewal, and the older mandate ends', async () => {
    const first = await world.ask({ as: KIAN, query: TAKE, variables: { id: TARA_ID } })
    const before = world.estate.calls()['nocr-person'] ?? 0
    const second = await world.ask({ as: KIAN, query: TAKE, variables: { id: TARA_ID } })
    expect(second.codes).toEqual([])
    expect(world.estate.calls()['nocr-person']).toBe(before + 1)
    const id = String(fieldOf(first.data, 'takeGuardianMandate', 'id'))
    expect(
      (await world.ask({ as: KIAN, query: '{ me { nationalId } }', mandate: id })).codes,
    ).toEqual(['MANDATE_REFUSED'])
  })

  test.each([
    ['a stranger’s child', SARA, TARA_ID],
    ['a grown-up', KIAN, KAVEH_ID],
    ['nobody', KIAN, '9991234561'],
  ])('%s is refused in the same words', async (_, as, id) => {
    const { data, codes, text } = await world.ask({ as, query: TAKE, variables: { id } })
    expect([data, codes]).toEqual([{ takeGuardianMandate: null }, ['MANDATE_REFUSED']])
    expect(text).toContain('There is no mandate that allows this.')
  })

  test('a registry that does not answer is told as such', async () => {
    world.estate.set('nocr-person', { down: true })
    const { codes } = await world.ask({ as: KIAN, query: TAKE, variables: { id: TARA_ID } })
    expect(codes).toEqual(['SYSTEM_UNAVAILABLE'])
  })
})

const ago = (seconds: number) => ({ auth_time: Math.floor(Date.now() / 1000) - seconds })
const CHALLENGE =
  'Bearer error="insufficient_user_authentication", acr_values="substantial", max_age="900"'

describe('who acts by the word of a register', () => {
  const CHILD = `mutation { takeGuardianMandate(childNationalId: "${TARA_ID}") { id } }`
  const COMPANY = `mutation { takeOfficerMandate(legalNationalId: "${YEKTABAR}") { id } }`
  const KINDS = [
    ['a guardian', ['u-kian', '9904335109'], CHILD, '{ me { nationalId } }'],
    ['an officer', ['u-leila', '9904223408'], COMPANY, '{ myCompany { legalNationalId } }'],
  ] as const

  describe.each(KINDS)('%s', (_, [sub, nationalId], take, use) => {
    const as = (more: Readonly<Record<string, unknown>>) => person(sub, nationalId, more)
    const WEAK: readonly [string, Readonly<Record<string, unknown>>][] = [
      ['a password only', {}],
      ['a second factor of the morning', { ...SURE, ...ago(4 * 3600) }],
    ]

    test.each(WEAK)('gets no mandate with %s', async (__, weak) => {
      const calls = JSON.stringify(world.estate.calls())
      const refused = await world.ask({ as: as(weak), query: take })
      expect([refused.status, refused.codes]).toEqual([401, ['INSUFFICIENT_AUTHENTICATION']])
      expect(refused.challenge).toBe(CHALLENGE)
      expect(JSON.stringify(world.estate.calls())).toBe(calls)
    })

    test.each(WEAK)('does nothing by one with %s', async (__, weak) => {
      const { data } = await world.ask({ as: as(SURE), query: take })
      const [taken] = Object.values(data ?? {})
      const mandate = String(fieldOf(taken, 'id'))
      expect((await world.ask({ as: as(SURE), query: use, mandate })).codes).toEqual([])
      const refused = await world.ask({ as: as(weak), query: use, mandate })
      expect([refused.status, refused.codes, refused.data]).toEqual([
        401,
        ['INSUFFICIENT_AUTHENTICATION'],
        null,
      ])
      expect(refused.challenge).toBe(CHALLENGE)
      expect(refused.text).toContain('"acrValues":"substantial","maxAge":900')
    })
  })

  test('a clerk does nothing with the second factor of the morning', async () => {
    const mandate = await activeMandate(world)
    const variables = { service: SERVICE }
    const as = { ...CLERK, ...ago(4 * 3600) }
    const refused = await world.ask({ as, query: START, mandate, variables })
    expect([refused.status, refused.challenge]).toEqual([401, CHALLENGE])
  })
})

describe('an officer for a company', () => {
  const TAKE = `mutation Take($id: LegalNationalId!) { takeOfficerMandate(legalNationalId: $id) { id kind state } }`

  test('by the word of the companies register, for the company’s data and nobody’s else', async () => {
    const taken = await world.ask({ as: LEILA, query: TAKE, variables: { id: YEKTABAR } })
    expect(taken.codes).toEqual([])
    const mandate = String(fieldOf(taken.data, 'takeOfficerMandate', 'id'))
    const ask = (query: string) => world.ask({ as: LEILA, mandate, query })
    const company = await ask('{ myCompany { legalNationalId name railPermits { __typename } } }')
    expect(company.codes).toEqual([])
    expect(company.data).toMatchObject({ myCompany: { legalNationalId: YEKTABAR } })
    expect((await ask('{ me { firstName } }')).codes).toEqual(['FORBIDDEN'])
    const board = await ask('{ myCompany { board { fullName person { nationalId } } } }')
    expect(board.data).toEqual({ myCompany: { board: null } })
    const other = await ask('{ legalPerson(legalNationalId: "99014022176") { name } }')
    expect(other.codes).toEqual(['FORBIDDEN'])
  })

  test.each([
    ['a member who does not sign', SARA, '99014022176'],
    ['somebody else', KIAN, YEKTABAR],
    ['no such company', LEILA, '10861999994'],
  ])('%s is refused in the same words', async (_, as, id) => {
    const { codes, text } = await world.ask({ as, query: TAKE, variables: { id } })
    expect(codes, text).toEqual(['MANDATE_REFUSED'])
  })
})
