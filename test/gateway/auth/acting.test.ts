import { describe, expect, test } from 'vitest'

import { buildActFor } from '../../../gateway/auth/acting.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { FoundMandate } from '../../../schema/mandate.ts'

const ID = '7b0f1c86-8b5e-4b58-9d0e-2f4f0f6f1a11'
const OTHER = '7b0f1c86-8b5e-4b58-9d0e-2f4f0f6f1a12'
const CHILD = '9924357442'
const COMPANY = '00010345766'

/** A mandate began at `SINCE`; the clock stands at `NOW`. */
const SINCE = 1_000_000
const NOW = SINCE + 60_000

const CLERK: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 'clerk',
  clientId: 'portal',
  nationalId: '9994435639',
  roles: new Set(['citizen', 'counter-clerk', 'inquiry:identity']),
  scopes: new Set(['openid']),
  sessionId: 's1',
  acr: 'substantial',
  authTimeMs: SINCE - 1000,
  officeId: '72-1001',
  expiresAtMs: 50_000,
}
const KAVEH: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 'kaveh',
  clientId: 'portal',
  nationalId: '0004120371',
  roles: new Set(['citizen']),
  acr: 'substantial',
  authTimeMs: SINCE - 1000,
}
const COUNTER: FoundMandate = {
  id: ID,
  kind: 'COUNTER',
  actorSubject: 'clerk',
  sinceMs: SINCE,
  officeId: '72-1001',
  services: ['18071001000'],
  expiresAtMs: 90_000,
  principal: { nationalId: '0004120371' },
}
const GUARDIAN: FoundMandate = {
  id: ID,
  kind: 'GUARDIAN',
  actorSubject: 'kaveh',
  sinceMs: SINCE,
  expiresAtMs: 90_000,
  principal: { nationalId: CHILD },
}
const OFFICER: FoundMandate = {
  ...GUARDIAN,
  kind: 'OFFICER',
  principal: { legalNationalId: COMPANY },
}

const LEVELS = ['low', 'substantial', 'high']

function actFor(found: FoundMandate | undefined) {
  const find = async (id: string) => (id === found?.id ? found : undefined)
  return buildActFor({ find, levels: LEVELS, now: () => NOW })
}

/** Wherever it is thrown. */
async function tried(found: FoundMandate | undefined, caller: Caller, header?: string | string[]) {
  const acting = await actFor(found)(caller, header)
  return acting
}

describe('without a mandate', () => {
  test('a caller stays who they are, at once', () => {
    expect(buildActFor({ levels: LEVELS })(KAVEH, undefined)).toBe(KAVEH)
    expect(actFor(COUNTER)(ANONYMOUS, undefined)).toBe(ANONYMOUS)
  })
})

describe('under a mandate', () => {
  test('a clerk is the citizen with the roles of the mandate, and stands beside', async () => {
    const caller = await tried(COUNTER, CLERK, ID)
    expect(caller).toMatchObject({
      kind: 'citizen',
      nationalId: '0004120371',
      mobile: undefined,
      clientId: 'portal',
      sessionId: 's1',
      acr: 'substantial',
      authTimeMs: SINCE - 1000,
      expiresAtMs: 50_000,
      actor: {
        subject: 'clerk',
        clientId: 'portal',
        kind: 'citizen',
        mandate: { id: ID, kind: 'COUNTER', services: ['18071001000'], expiresAtMs: 90_000 },
      },
    })
    expect([...caller.roles]).toEqual(['counter-mandate'])
    expect(caller.subject).not.toBe(CLERK.subject)
  })

  test('a guardian is the child, with the assurance of the guardian', async () => {
    const caller = await tried(GUARDIAN, KAVEH, ID)
    expect(caller).toMatchObject({ nationalId: CHILD, acr: 'substantial', expiresAtMs: 90_000 })
    expect([...caller.roles]).toEqual(['citizen'])
  })

  test('an officer is the company and no person', async () => {
    const caller = await tried(OFFICER, KAVEH, ID)
    expect(caller).toMatchObject({ nationalId: undefined, legalNationalId: COMPANY })
    expect([...caller.roles]).toEqual(['company-officer'])
  })

  test('one token and mandate are one caller; another token or a changed mandate is another', async () => {
    const act = actFor(COUNTER)
    const first = await act(CLERK, ID)
    expect(await act(CLERK, ID)).toBe(first)
    expect(await act({ ...CLERK }, ID)).not.toBe(first)
    expect(await tried({ ...COUNTER }, CLERK, ID)).not.toBe(first)
  })

  test('a token that says who acts is checked like a header', async () => {
    const token: Caller = {
      ...KAVEH,
      acr: 'substantial',
      mandateId: ID,
      actor: { subject: 'clerk', clientId: 'portal', kind: 'citizen' },
    }
    expect(await tried(COUNTER, token)).toMatchObject({
      nationalId: '0004120371',
      actor: { subject: 'clerk', mandate: { id: ID } },
    })
    expect(await tried(COUNTER, token, ID)).toMatchObject({ nationalId: '0004120371' })
  })
})

const ACTED: Caller = {
  ...KAVEH,
  acr: 'substantial',
  actor: { subject: 'clerk', clientId: 'portal', kind: 'citizen' },
}

describe('refused in the same words', () => {
  test.each<[string, FoundMandate | undefined, Caller, (string | string[])?]>([
    ['no such mandate', undefined, CLERK, ID],
    ['another id', COUNTER, CLERK, OTHER],
    ['no id', COUNTER, CLERK, 'x'],
    ['an empty id', COUNTER, CLERK, ''],
    ['the header twice', COUNTER, CLERK, `${ID}, ${ID}`],
    ['a list of headers', COUNTER, CLERK, [ID, ID]],
    ['an id in capitals', COUNTER, CLERK, ID.toUpperCase()],
    ['another clerk', COUNTER, { ...CLERK, subject: 'clerk2' }, ID],
    ['the same clerk at another office', COUNTER, { ...CLERK, officeId: '72-1002' }, ID],
    ['the same clerk at no office', COUNTER, { ...CLERK, officeId: undefined }, ID],
    ['one who is no clerk any more', COUNTER, { ...CLERK, roles: new Set(['citizen']) }, ID],
    ['staff without the role', COUNTER, { ...CLERK, kind: 'staff', roles: new Set(['staff']) }, ID],
    ['a machine of the same name', COUNTER, { ...CLERK, kind: 'agency' }, ID],
    ['a clerk for themselves', COUNTER, { ...CLERK, nationalId: '0004120371' }, ID],
    ['the principal', COUNTER, KAVEH, ID],
    ['a guardian who is staff now', GUARDIAN, { ...KAVEH, kind: 'staff' }, ID],
    ['somebody else’s child', GUARDIAN, CLERK, ID],
    ['a token of an actor without a mandate', COUNTER, ACTED],
    ['the same with a header', COUNTER, ACTED, ID],
    ['another mandate than the token’s', COUNTER, { ...ACTED, mandateId: ID }, OTHER],
    ['a token of another actor', GUARDIAN, { ...ACTED, mandateId: ID }],
    ['a token of another principal', COUNTER, { ...ACTED, mandateId: ID, nationalId: CHILD }],
    ['a subject without a name', { ...COUNTER, actorSubject: '' }, { ...CLERK, subject: '' }, ID],
  ])('%s', async (_, found, caller, header) => {
    await expect(tried(found, caller, header)).rejects.toMatchObject({
      code: 'MANDATE_REFUSED',
      message: 'There is no mandate that allows this.',
    })
  })
})

test('a header without a token is refused as nobody', async () => {
  await expect(tried(COUNTER, ANONYMOUS, ID)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

describe.each([
  ['a clerk', COUNTER, CLERK],
  ['a guardian', GUARDIAN, KAVEH],
  ['an officer', OFFICER, KAVEH],
])('%s', (_, mandate, actor) => {
  test.each<[string, Partial<Caller>]>([
    ['without a level', { acr: undefined }],
    ['with a password only', { acr: 'low' }],
    ['with a level that nobody knows', { acr: 'top' }],
    ['at a time that is not said', { authTimeMs: undefined }],
    ['long before the mandate began', { authTimeMs: SINCE - 910_000 }],
  ])('who signed in %s must do so anew', async (__, change) => {
    await expect(tried(mandate, { ...actor, ...change }, ID)).rejects.toMatchObject({
      code: 'INSUFFICIENT_AUTHENTICATION',
      extensions: { acrValues: 'substantial', maxAge: 900 },
    })
  })

  test.each<[string, Partial<Caller>]>([
    ['a quarter of an hour before it began', { authTimeMs: SINCE - 899_000 }],
    ['after that, in another session', { authTimeMs: NOW }],
    ['more surely', { acr: 'high' }],
  ])('who signed in %s acts', async (__, change) => {
    const acting = await tried(mandate, { ...actor, ...change }, ID)
    expect(acting.actor?.mandate?.id).toBe(ID)
  })
})

test('a level that the house does not have lets nobody act', async () => {
  const acting = buildActFor({ find: async () => GUARDIAN, levels: ['bronze'], now: () => NOW })(
    { ...KAVEH, acr: 'bronze' },
    ID,
  )
  await expect(acting).rejects.toMatchObject({ code: 'INSUFFICIENT_AUTHENTICATION' })
})

test('where there are no mandates nobody has one', async () => {
  const refused = (async () => buildActFor({ levels: LEVELS })(CLERK, ID))()
  await expect(refused).rejects.toMatchObject({ code: 'MANDATE_REFUSED' })
})

test('a database that is down is our trouble, not a refusal', async () => {
  const act = buildActFor({
    find: () => Promise.reject(new TypeError('connect')),
    levels: LEVELS,
  })
  await expect(act(CLERK, ID)).rejects.toMatchObject({
    code: 'SYSTEM_UNAVAILABLE',
    system: 'mandates',
  })
})
