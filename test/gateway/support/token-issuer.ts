// An issuer whose tokens a test writes byte by byte: keys of every kind, a key set that changes, and signatures over whatever
// text is given. Signs with node:crypto, so that what verifies is not what has signed.

import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

import { invariant } from '../../../schema/errors.ts'

export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

type Json = Readonly<Record<string, unknown>>

export interface TokenIssuer {
  readonly issuer: string
  readonly keysUrl: string
  readonly keys: Readonly<Record<string, TestKey>>
  /** The key set as it is answered from now on. */
  publish(keys: readonly object[]): void
  /** How the key set is answered from now on. */
  answer(how: (response: ServerResponse) => void): void
  reads(): number
  /** A good access token, but for what is given. A member that is undefined is left out. */
  token(claims?: Json, header?: Json, key?: TestKey): string
  /** What a good token says. */
  claims(): Json
  close(): Promise<void>
}

const ROWS: readonly (readonly [string, () => { publicKey: KeyObject; privateKey: KeyObject }])[] =
  [
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['PS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ES512', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ]

export async function openTokenIssuer(): Promise<TokenIssuer> {
  const keys: Record<string, TestKey> = {}
  for (const [alg, make] of ROWS) keys[alg] = { kid: `key-${alg}`, alg, ...make() }
  let published: readonly object[] = Object.values(keys).map(toJwk)
  let reads = 0
  let how = (response: ServerResponse): void => {
    response.end(JSON.stringify({ keys: published }))
  }
  const server = createServer((_, response) => {
    reads += 1
    how(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'the server listens')
  const issuer = `http://127.0.0.1:${address.port}/realms/gov`
  const claims = (): Json => {
    const iat = Math.floor(Date.now() / 1000)
    return {
      iss: issuer,
      aud: ['gateway'],
      typ: 'Bearer',
      iat,
      exp: iat + 60,
      sub: 'u1',
      azp: 'portal',
      sid: 's1',
      national_id: '0012345679',
      realm_access: { roles: ['citizen'] },
    }
  }
  const first = keys['RS256']
  invariant(first, 'there is a first key')
  return {
    issuer,
    keysUrl: `${issuer}/certs`,
    keys,
    publish: (some) => {
      published = some
    },
    answer: (other) => {
      how = other
    },
    reads: () => reads,
    claims,
    token: (some = {}, header = {}, key = first) =>
      signed(
        JSON.stringify({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }),
        JSON.stringify({ ...claims(), ...some }),
        key,
      ),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function toJwk({ kid, alg, publicKey }: TestKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
}

export function newKey(alg: string, kid: string): TestKey {
  const make = ROWS.find(([name]) => name === alg)?.[1]
  invariant(make, `there are keys for ${alg}`)
  return { kid, alg, ...make() }
}

/** Both texts as they are, whatever they say. */
export function signed(
  header: string,
  claims: string,
  key: Pick<TestKey, 'alg' | 'privateKey'>,
): string {
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${signatureOf(input, key).toString('base64url')}`
}

export function part(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url')
}

function signatureOf(
  input: string,
  { alg, privateKey }: Pick<TestKey, 'alg' | 'privateKey'>,
): Buffer {
  const hash = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`
  const bits = Number(alg.slice(2)) || 0
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 }
    : {}
  return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363', ...padding })
}
