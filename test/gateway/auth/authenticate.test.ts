import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { buildAuthenticate } from '../../../gateway/auth/authenticate.ts'
import { EndedSessions } from '../../../gateway/auth/token/endings/ended-sessions.ts'
import { TOKEN_FAULTS } from '../../../gateway/auth/token/refusal.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import { CITIZEN, type Issuer, openIssuer } from '../support/sign-on.ts'

let signOn: Issuer
let authenticate: ByHeader
beforeAll(async () => {
  signOn = await openIssuer()
  authenticate = byHeader({ ...signOn, audience: undefined })
})
afterAll(() => signOn.close())

type ByHeader = (authorization: string | undefined) => Promise<Caller>

function byHeader(...parts: Parameters<typeof buildAuthenticate>): ByHeader {
  const build = buildAuthenticate(...parts)
  return async (authorization) => build({ headers: { authorization } })
}

const now = () => Math.floor(Date.now() / 1000)

test('without a token the caller is anonymous', async () => {
  expect(await authenticate(undefined)).toBe(ANONYMOUS)
})

test('reads a citizen from a token', async () => {
  const caller = await authenticate(`Bearer ${await signOn.sign(CITIZEN)}`)
  expect(caller).toEqual({
    expiresAtMs: expect.any(Number),
    kind: 'citizen',
    subject: 'u1',
    clientId: 'portal',
    nationalId: '0012345679',
    mobile: '09120000000',
    roles: new Set(['citizen', 'inquiry:identity']),
    scopes: new Set(['openid', 'profile']),
  })
})

test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('accepts a token signed with %s', async (alg) => {
  const other = await openIssuer(alg)
  const caller = await byHeader({ ...other, audience: undefined })(
    `bearer ${await other.sign(CITIZEN)}`,
  )
  expect(caller.kind).toBe('citizen')
  await other.close()
})

test('accepts the token type of RFC 9068 without the claim typ', async () => {
  const token = await signOn.sign({ ...CITIZEN, typ: undefined }, { typ: 'at+jwt' })
  expect((await authenticate(`Bearer ${token}`)).kind).toBe('citizen')
})

test.each<[string, () => Promise<string>]>([
  ['another issuer', () => signOn.sign({ ...CITIZEN, iss: 'http://127.0.0.1:1/realms/gov' })],
  ['its end in the past', () => signOn.sign({ ...CITIZEN, exp: now() - 60 })],
  ['no end', () => signOn.sign(CITIZEN, {}, ['exp'])],
  ['a begin in the future', () => signOn.sign({ ...CITIZEN, nbf: now() + 60 })],
  ['an unknown key', () => signOn.sign(CITIZEN, { kid: 'k2' })],
  ['no key id', () => signOn.sign(CITIZEN, {}, ['kid'])],
  ['the type of an ID token', () => signOn.sign({ ...CITIZEN, typ: 'ID' })],
  ['no kind of caller', () => signOn.sign({ ...CITIZEN, realm_access: { roles: ['other'] } })],
  ['a shared secret', () => sharedSecret()],
  ['no signature', async () => unsigned()],
  ['more than 8 KiB', () => signOn.sign({ ...CITIZEN, filler: 'x'.repeat(9000) })],
  ['no form at all', async () => 'not-a-token'],
])('refuses a token with %s', async (_, make) => {
  await expect(async () => authenticate(`Bearer ${await make()}`)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  })
})

test.each(['Basic dTpw', 'Bearer', 'Bearer a b', ''])('refuses the header "%s"', async (header) => {
  await expect(async () => authenticate(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('checks the audience when one is named', async () => {
  const strict = byHeader({ ...signOn, audience: 'gateway' })
  const right = await signOn.sign({ ...CITIZEN, aud: ['gateway'] })
  const wrong = await signOn.sign({ ...CITIZEN, aud: 'portal' })
  expect((await strict(`Bearer ${right}`)).kind).toBe('citizen')
  await expect(strict(`Bearer ${wrong}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('remembers a verified token only until it ends', async () => {
  let at = Date.now()
  const remembering = byHeader({ ...signOn, audience: undefined }, { now: () => at })
  const header = `Bearer ${await signOn.sign(CITIZEN)}`
  expect(await remembering(header)).toBe(await remembering(header))
  at += 120_000
  await expect(remembering(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('reads the key set once for many tokens', async () => {
  const other = await openIssuer()
  const many = byHeader({ ...other, audience: undefined })
  const tokens = await Promise.all([1, 2, 3, 4].map((n) => other.sign({ ...CITIZEN, jti: `${n}` })))
  await Promise.all(tokens.map(async (token) => many(`Bearer ${token}`)))
  expect(other.reads()).toBe(1)
  await other.close()
})

test('a sign-on that cannot be reached is not the fault of the token', async () => {
  const gone = await openIssuer()
  const token = await gone.sign(CITIZEN)
  await gone.close()
  const orphan = byHeader({ ...gone, audience: undefined })
  await expect(orphan(`Bearer ${token}`)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
})

function sharedSecret(): Promise<string> {
  return new SignJWT({ ...CITIZEN, iss: signOn.issuer, typ: 'Bearer', exp: now() + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(new TextEncoder().encode('k'.repeat(32)))
}

function unsigned(): string {
  return `${part({ alg: 'none', kid: 'k1' })}.${part({ ...CITIZEN, iss: signOn.issuer, exp: now() + 60 })}.`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test('a session that ends while a token of it is verified ends that token, too', async () => {
  const ended = new EndedSessions({ longestMs: 60_000 })
  const ending = byHeader({ ...signOn, audience: undefined }, { ended })
  const token = async (jti: string) => `Bearer ${await signOn.sign({ ...CITIZEN, sid: 's9', jti })}`
  expect((await ending(await token('before'))).kind).toBe('citizen')
  const underWay = ending(await token('under way'))
  ended.end({ kind: 'session', id: 's9', atMs: Date.now() })
  await expect(underWay).rejects.toMatchObject({ message: TOKEN_FAULTS.ended })
})

test('a token that several requests bring at once is one caller, and a bad one is refused each time', async () => {
  const token = `Bearer ${await signOn.sign({ ...CITIZEN, sub: 'together' })}`
  const [one, two] = await Promise.all([authenticate(token), authenticate(token)])
  expect(one).toBe(two)
  expect(await authenticate(token)).toBe(one)
  const bad = `Bearer ${await signOn.sign({ ...CITIZEN, exp: now() - 60 })}`
  for (const _ of [1, 2]) {
    const results = await Promise.allSettled([authenticate(bad), authenticate(bad)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  }
})
