// The attack table: everything that was tried against the verification of tokens, over a real socket. Each is refused before
// anything is asked of a subgraph, and with the right code. docs/tokens.md lists the titles.

import { createHmac, sign } from 'node:crypto'
import { request as httpRequest } from 'node:http'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { TOKEN_FAULTS } from '../../gateway/auth/token/refusal.ts'
import { type Opened, open } from '../gateway/support/open.ts'
import {
  newKey,
  openTokenIssuer,
  part,
  signed,
  type TestKey,
  toJwk,
  type TokenIssuer,
} from '../gateway/support/token-issuer.ts'

let issuer: TokenIssuer
let gateway: Opened
beforeAll(async () => {
  issuer = await openTokenIssuer()
  gateway = await open(
    { own: { sdl: 'type Query { who: String }', resolvers: { Query: { who: asked } } } },
    {
      PANJAREH_ISSUER: issuer.issuer,
      PANJAREH_KEYS_URL: issuer.keysUrl,
      PANJAREH_AUDIENCE: 'gateway',
      PANJAREH_NOT_BEFORE: '2020-01-01T00:00:00Z',
    },
  )
})
afterAll(async () => {
  await gateway.close()
  await issuer.close()
})

let calls = 0
function asked(): string {
  calls += 1
  return 'somebody'
}

const QUERY = { query: '{ who }' }
const seconds = () => Math.floor(Date.now() / 1000)
const rsa = (): TestKey => issuer.keys['RS256']!
const head = (members: object) =>
  JSON.stringify({ alg: 'RS256', kid: rsa().kid, typ: 'JWT', ...members })
const body = (members: object = {}) => JSON.stringify({ ...issuer.claims(), ...members })
const unsigned = (members: object) => `${part(head(members))}.${part(body())}.`
const hmac = (alg: string, secret: string | Uint8Array) => {
  const input = `${part(head({ alg }))}.${part(body())}`
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}
const pem = () => rsa().publicKey.export({ type: 'spki', format: 'pem' })
const parts = () => issuer.token().split('.')
const mine = newKey('RS256', 'mine')
const forged = (members: object) => signed(head(members), body(), mine)
/** ES256 with r and s of these bytes. */
const withSignature = (bytes: Buffer) => {
  const { kid } = issuer.keys['ES256']!
  return `${part(head({ alg: 'ES256', kid }))}.${part(body())}.${bytes.toString('base64url')}`
}
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

type Attacks = Readonly<Record<string, () => string>>

/** By the fault for which each is refused. */
const TOKENS: Readonly<Record<string, Attacks>> = {
  form: {
    'alg none, no signature': () => unsigned({ alg: 'none' }),
    'alg None': () => unsigned({ alg: 'None' }),
    'alg NONE': () => unsigned({ alg: 'NONE' }),
    'alg empty': () => unsigned({ alg: '' }),
    'signature stripped, with its dot': () => `${parts()[0]}.${parts()[1]}.`,
    'signature stripped, without its dot': () => `${parts()[0]}.${parts()[1]}`,
    'JWE of five parts': () => `${part(head({ enc: 'A128GCM' }))}.a2V5.aXY.Y3Q.dGFn`,
    'a member twice in the header': () =>
      signed(`{"alg":"none",${head({}).slice(1)}`, body(), rsa()),
    'a member twice in the claims': () =>
      signed(head({}), `{"sub":"admin",${body().slice(1)}`, rsa()),
    'a member twice, once escaped': () =>
      signed(head({}), `{"\\u0073ub":"admin",${body().slice(1)}`, rsa()),
    'a member twice, deep': () =>
      signed(head({}), body().replace('"roles"', '"roles":["staff"],"roles"'), rsa()),
    'claims that are a list': () => signed(head({}), '[]', rsa()),
    'claims that are null': () => signed(head({}), 'null', rsa()),
    'claims with a byte order mark': () => signed(head({}), `\uFEFF${body()}`, rsa()),
    'claims that are no UTF-8': () => {
      const input = `${part(head({}))}.${part(Buffer.from([0x7b, 0xff, 0x7d]))}`
      return `${input}.${parts()[2]}`
    },
    'claims with text after them': () => signed(head({}), `${body()} {}`, rsa()),
    'padded base64': () => `${parts()[0]}=.${parts()[1]}.${parts()[2]}`,
    'base64 in another spelling': () => {
      const [header, claims, signature = ''] = parts()
      // The last of 342 digits has four bits that say nothing.
      const last = signature.endsWith('A')
        ? 'B'
        : String.fromCodePoint(signature.codePointAt(341)! + 1)
      return `${header}.${claims}.${signature.slice(0, -1)}${last}`
    },
    'more than 8 KiB': () => issuer.token({ filler: 'x'.repeat(9000) }),
  },
  header: {
    'alg nOnE with a signature': () => `${unsigned({ alg: 'nOnE' })}${part('x')}`,
    'alg none with the signature of a good token': () =>
      `${unsigned({ alg: 'none' })}${parts()[2]}`,
    'alg null': () => signed(head({ alg: null }), body(), rsa()),
    'alg as a list': () => signed(head({ alg: ['RS256'] }), body(), rsa()),
    'no alg': () => signed(head({ alg: undefined }), body(), rsa()),
    'alg of a prototype member': () => signed(head({ alg: 'constructor' }), body(), rsa()),
    'HS256 with the public key as secret (PEM)': () => hmac('HS256', pem()),
    'HS256 with the public key as secret (PEM, no line end)': () => hmac('HS256', pem().trim()),
    'HS512 with the public key as secret (DER)': () =>
      hmac('HS512', rsa().publicKey.export({ type: 'spki', format: 'der' })),
    'HS256 with an empty secret': () => hmac('HS256', ''),
    'a nested JWT (cty)': () => signed(head({ cty: 'JWT' }), body(), rsa()),
    ES256K: () => signed(head({ alg: 'ES256K' }), body(), rsa()),
    'no kid, one key fits': () => issuer.token({}, { kid: undefined }),
    'kid as a list': () => issuer.token({}, { kid: [rsa().kid] }),
    'kid as a number': () => issuer.token({}, { kid: 1 }),
    'kid empty': () => issuer.token({}, { kid: '' }),
    'kid of 300 characters': () => forged({ kid: 'k'.repeat(300) }),
    'the key of the attacker in the header (jwk)': () => forged({ jwk: toJwk(mine), kid: 'mine' }),
    'a good token with a jwk': () => issuer.token({}, { jwk: toJwk(rsa()) }),
    'where the key is (jku)': () => forged({ jku: `${issuer.issuer}/evil`, kid: 'mine' }),
    'where the certificate is (x5u)': () => forged({ x5u: 'https://evil.example/c', kid: 'mine' }),
    'the certificate itself (x5c)': () => forged({ x5c: ['AA=='], kid: 'mine' }),
    'crit with a known name': () => issuer.token({}, { crit: ['exp'] }),
    'crit with b64 false': () => issuer.token({}, { crit: ['b64'], b64: false }),
    'b64 false without crit': () => issuer.token({}, { b64: false }),
  },
  signature: {
    'signature of another token': () => {
      const [header, claims] = parts()
      return `${header}.${claims}.${issuer.token({ sub: 'u2' }).split('.')[2]}`
    },
    'one bit of the signature changed': () => {
      const [header, claims, signature = ''] = parts()
      const bytes = Buffer.from(signature, 'base64url')
      bytes.writeUInt8((bytes.at(9) ?? 0) ^ 1, 9)
      return `${header}.${claims}.${part(bytes)}`
    },
    'claims changed': () => `${parts()[0]}.${part(body({ sub: 'admin' }))}.${parts()[2]}`,
    'header changed': () => `${part(head({ extra: 1 }))}.${parts()[1]}.${parts()[2]}`,
    'psychic signature: r = s = 0': () => withSignature(Buffer.alloc(64)),
    'psychic signature: r = s = n': () => withSignature(Buffer.concat([ORDER, ORDER])),
    'psychic signature: empty DER': () => withSignature(Buffer.from('3006020100020100', 'hex')),
    'an ECDSA signature in DER': () => {
      const { kid, privateKey } = issuer.keys['ES256']!
      const input = `${part(head({ alg: 'ES256', kid }))}.${part(body())}`
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    },
    'token of another realm with the same kid': () => forged({ kid: rsa().kid }),
  },
  key: {
    'ES256 with a key of P-384': () => issuer.token({}, { alg: 'ES256' }, issuer.keys['ES384']),
    'ES384 with a key of P-256': () => issuer.token({}, { alg: 'ES384' }, issuer.keys['ES256']),
    'RS256 with a key for PS256': () =>
      signed(head({ alg: 'RS256', kid: 'key-PS256' }), body(), {
        ...issuer.keys['PS256']!,
        alg: 'RS256',
      }),
    'RS512 with a key for RS256': () =>
      signed(head({ alg: 'RS512' }), body(), { ...rsa(), alg: 'RS512' }),
    'EdDSA named over an RSA key': () => signed(head({ alg: 'EdDSA' }), body(), rsa()),
    'kid of another key': () => issuer.token({}, { kid: 'key-PS256' }),
    'kid as a path': () => forged({ kid: '../../../dev/null' }),
    'kid as a URL': () => forged({ kid: 'https://evil.example/keys' }),
    'kid with SQL': () => forged({ kid: "x' UNION SELECT 'key" }),
    'kid with a shell command': () => forged({ kid: 'key|touch /tmp/x' }),
    'kid of a prototype member': () => forged({ kid: '__proto__' }),
  },
  issuer: {
    'iss with a slash at its end': () => issuer.token({ iss: `${issuer.issuer}/` }),
    'iss in another case': () => issuer.token({ iss: issuer.issuer.toUpperCase() }),
    'iss with a letter that looks alike': () =>
      issuer.token({ iss: issuer.issuer.replace('gov', 'g\u043Ev') }),
    'iss decomposed': () => issuer.token({ iss: `${issuer.issuer}\u0301` }),
    'iss with another realm': () => issuer.token({ iss: issuer.issuer.replace('gov', 'other') }),
    'iss as a list': () => issuer.token({ iss: [issuer.issuer] }),
    'no iss': () => issuer.token({ iss: undefined }),
  },
  audience: {
    'no aud': () => issuer.token({ aud: undefined }),
    'aud of another': () => issuer.token({ aud: ['portal'] }),
    'aud that begins alike': () => issuer.token({ aud: 'gateway.evil' }),
    'aud as an object': () => issuer.token({ aud: { gateway: true } }),
    'aud in a list in a list': () => issuer.token({ aud: [['gateway']] }),
    'aud with something beside that is no text': () => issuer.token({ aud: ['gateway', {}] }),
  },
  expired: {
    'exp in the past': () => issuer.token({ exp: seconds() - 60 }),
  },
  claims: {
    'no exp': () => issuer.token({ exp: undefined }),
    'exp as a text': () => issuer.token({ exp: `${seconds() + 60}` }),
    'exp as a fraction': () => issuer.token({ exp: seconds() + 60.5 }),
    'exp below zero': () => issuer.token({ exp: -1 }),
    'exp null': () => issuer.token({ exp: null }),
    'exp beyond all numbers': () =>
      signed(head({}), body({ exp: 0 }).replace('"exp":0', '"exp":1e999'), rsa()),
    'nbf as a text': () => issuer.token({ nbf: '0' }),
    'no iat': () => issuer.token({ iat: undefined }),
    'cnf that nobody can check': () => issuer.token({ cnf: { kid: 'k', jwk: {} } }),
    'typ DPoP bound to a certificate only': () =>
      issuer.token({ typ: 'DPoP', cnf: { 'x5t#S256': 'abc' } }),
    'cnf empty': () => issuer.token({ cnf: {} }),
    'cnf as a text': () => issuer.token({ cnf: 'jkt' }),
    'cnf with an empty thumbprint': () => issuer.token({ cnf: { jkt: '' } }),
    'typ DPoP without a key': () => issuer.token({ typ: 'DPoP' }),
  },
  long: {
    'exp in the year 5138': () => issuer.token({ exp: 99_999_999_999 }),
    'exp in milliseconds': () => issuer.token({ exp: Date.now() + 60_000 }),
  },
  early: {
    'nbf in the future': () => issuer.token({ nbf: seconds() + 60 }),
    'iat in the future': () => issuer.token({ iat: seconds() + 60 }),
  },
  ended: {
    'issued before the not-before policy': () => issuer.token({ iat: 1_500_000_000 }),
  },
  kind: {
    'an ID token': () => issuer.token({ typ: 'ID' }),
    'a refresh token': () => issuer.token({ typ: 'Refresh' }),
    'a logout token by its claims': () => issuer.token({ typ: 'Logout', events: {} }),
    'a logout token by its header': () => issuer.token({}, { typ: 'logout+jwt' }),
    'an access token with events': () => issuer.token({ events: {} }),
    'no typ at all': () => issuer.token({ typ: undefined }),
    'typ at+jwt over an ID token': () => issuer.token({ typ: 'ID' }, { typ: 'at+jwt' }),
    'typ as a list': () => issuer.token({}, { typ: ['at+jwt'] }),
  },
  certificate: {
    'bound to a certificate, shown without': () => issuer.token({ cnf: { 'x5t#S256': 'abc' } }),
  },
  bound: {
    'bound to a key, sent as Bearer': () => issuer.token({ cnf: { jkt: 'abc' } }),
  },
  caller: {
    'act that names nobody': () => issuer.token({ act: {} }),
    'act as a text': () => issuer.token({ act: 'clerk' }),
    'of no kind of caller': () => issuer.token({ realm_access: { roles: ['other'] } }),
  },
}

const HEADERS: Readonly<Record<string, () => Readonly<Record<string, string | string[]>>>> = {
  'two Authorization headers, good and bad': () => ({
    authorization: [`Bearer ${issuer.token()}`, 'Bearer x'],
  }),
  'two Authorization headers, both good': () => ({
    authorization: [`Bearer ${issuer.token()}`, `Bearer ${issuer.token()}`],
  }),
  'two tokens in one header': () => ({
    authorization: `Bearer ${issuer.token()}, Bearer ${issuer.token()}`,
  }),
  'no scheme': () => ({ authorization: issuer.token() }),
  'scheme Basic': () => ({ authorization: `Basic ${issuer.token()}` }),
  'a no-break space': () => ({ authorization: `Bearer\u00A0${issuer.token()}` }),
  'a tab': () => ({ authorization: `Bearer\t${issuer.token()}` }),
  'letters beyond ASCII': () => ({ authorization: `Bearer ${issuer.token()}\u00E9` }),
  'text after the token': () => ({ authorization: `Bearer ${issuer.token()} x` }),
  'an unbound token sent as DPoP': () => ({ authorization: `DPoP ${issuer.token()}` }),
  'an empty token': () => ({ authorization: 'Bearer ' }),
}

interface Got {
  readonly status: number
  readonly challenge: string | undefined
  readonly text: string
}

/** Not by fetch: it joins and refuses headers by itself. */
function send(
  headers: Readonly<Record<string, string | string[]>>,
  path = '/graphql',
  text = JSON.stringify(QUERY),
): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>()
  const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  const sending = httpRequest(`${gateway.url}${path}`, options, (response) => {
    const chunks: string[] = []
    response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    response.on('end', () => {
      const challenge = response.headers['www-authenticate']
      resolve({ status: response.statusCode ?? 0, challenge, text: chunks.join('') })
    })
  })
  sending.on('error', reject)
  sending.end(text)
  return promise
}

async function expectRefused(headers: Parameters<typeof send>[0], says = ''): Promise<void> {
  const before = calls
  const got = await send(headers)
  expect(got).toMatchObject({
    status: 401,
    challenge: expect.stringMatching(/^(Bearer|DPoP) error="invalid_token"/),
  })
  const message: unknown = expect.stringContaining(says)
  expect(JSON.parse(got.text)).toMatchObject({
    errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }],
  })
  expect(calls).toBe(before)
}

test('lets a good token in, so that what follows is refused for its fault alone', async () => {
  for (const key of Object.values(issuer.keys)) {
    const got = await send({ authorization: `Bearer ${issuer.token({}, {}, key)}` })
    expect([key.alg, got.status, got.text]).toEqual([key.alg, 200, '{"data":{"who":"somebody"}}'])
  }
})

const FAULTS = new Map<string, string>(Object.entries(TOKEN_FAULTS))

describe('a token is refused,', () => {
  const all = Object.entries(TOKENS).flatMap(([fault, attacks]) =>
    Object.entries(attacks).map(([title, make]) => ({ fault, title, make })),
  )
  test.each(all)('$fault: $title', async ({ fault, make }) => {
    await expectRefused({ authorization: `Bearer ${make()}` }, FAULTS.get(fault))
  })
})

describe('a request is refused:', () => {
  test.each(Object.entries(HEADERS))('%s', async (_, make) => {
    await expectRefused(make())
  })

  test('64 KiB of token', async () => {
    const token = issuer.token({ filler: 'x'.repeat(49_152) })
    // Whoever still writes when the answer comes may see the end of the connection only.
    const got = await send({ authorization: `Bearer ${token}` }).catch(() => undefined)
    expect([431, undefined]).toContain(got?.status)
  })
})

describe('a token elsewhere is no token:', () => {
  const asking = '{ who __typename }'

  test('in the address (RFC 6750 §2.3)', async () => {
    const got = await send({}, `/graphql?access_token=${issuer.token()}`)
    expect(got.status).toBe(200)
    expect(gateway.lines.at(-1)?.facts['caller']).toBe('anonymous')
  })

  test('in the body (RFC 6750 §2.2)', async () => {
    const got = await send(
      {},
      '/graphql',
      JSON.stringify({ query: asking, access_token: issuer.token() }),
    )
    expect(got.text).not.toContain('UNAUTHENTICATED')
    expect(gateway.lines.at(-1)?.facts['caller'] ?? 'anonymous').toBe('anonymous')
  })
})

test('what is refused costs no reading of the keys, whatever key it names', () => {
  // One at the first token, and for the tokens with unknown keys one each second at most.
  expect(issuer.reads()).toBeLessThan(30)
})
