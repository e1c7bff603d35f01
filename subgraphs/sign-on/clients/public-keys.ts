// A JWK Set of an agency's public keys (RFC 7517) for private_key_jwt. In: what the caller sent. Out: the same keys with
// the members we know, or a refusal that names what is wrong. Never: a private key, which nobody but its owner may hold.

import { CallerError } from '../../../schema/errors.ts'

const MOST_KEYS = 5
const SHORTEST_RSA_BYTES = 256
const MEMBER = /^[A-Za-z0-9_-]{1,1400}$/

interface KeyKind {
  /** That make the public key. */
  readonly members: readonly string[]
  /** Those it may sign with; the first where the key says none. */
  readonly algorithms: readonly string[]
}

const CURVE_POINT = ['crv', 'x', 'y']
const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** By `kty` and `crv` (RFC 7518 §3.4: each curve has its algorithm). */
const KINDS: ReadonlyMap<string, KeyKind> = new Map([
  ['RSA', { members: ['n', 'e'], algorithms: RSA_ALGORITHMS }],
  ['EC P-256', { members: CURVE_POINT, algorithms: ['ES256'] }],
  ['EC P-384', { members: CURVE_POINT, algorithms: ['ES384'] }],
  ['EC P-521', { members: CURVE_POINT, algorithms: ['ES512'] }],
  ['OKP Ed25519', { members: ['crv', 'x'], algorithms: ['EdDSA'] }],
])
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** JSON text for Keycloak's `jwks.string`. Throws CallerError INPUT_REJECTED. */
export function publicKeysOf(value: unknown): string {
  const keys: unknown = recordOf(value)['keys']
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS) {
    throw refused(`must be {"keys": […]} with 1 to ${MOST_KEYS} keys`)
  }
  const read = keys.map((key: unknown) => toPublicKey(recordOf(key)))
  const ids = new Set(read.map(({ kid }) => kid))
  if (ids.size < read.length) throw refused('must have a different kid in each key')
  return JSON.stringify({ keys: read })
}

function toPublicKey(key: Readonly<Record<string, unknown>>): Record<string, string> {
  if (PRIVATE_MEMBERS.some((name) => name in key)) {
    throw refused('holds a private key: consider it lost, make a new pair and send its public part')
  }
  const kty = textOf(key, 'kty')
  const kind = KINDS.get(`${kty} ${textOf(key, 'crv')}`.trim())
  if (kind === undefined) throw refused(`must have keys of ${[...KINDS.keys()].join(', ')}`)
  if (key['use'] !== undefined && key['use'] !== 'sig') throw refused('must have keys of use sig')
  const members = kind.members.map((name) => [name, memberOf(key, name)] as const)
  if (kty === 'RSA') assertLongEnough(textOf(key, 'n'))
  const alg = algorithmOf(key, kind)
  return { kty, kid: kidOf(key), use: 'sig', alg, ...Object.fromEntries(members) }
}

function kidOf(key: Readonly<Record<string, unknown>>): string {
  const kid = textOf(key, 'kid')
  if (/^[\w.~:-]{1,100}$/.test(kid)) return kid
  throw refused('must have a kid of 1 to 100 plain characters')
}

function algorithmOf(key: Readonly<Record<string, unknown>>, { algorithms }: KeyKind): string {
  const [usual] = algorithms
  const algorithm = key['alg'] === undefined ? usual : textOf(key, 'alg')
  if (algorithm !== undefined && algorithms.includes(algorithm)) return algorithm
  throw refused(`must have keys with alg ${algorithms.join(', ')}`)
}

function assertLongEnough(modulus: string): void {
  const bytes = Buffer.from(modulus, 'base64url')
  const leading = bytes[0] ?? 0
  if (bytes.length < SHORTEST_RSA_BYTES || (bytes.length === SHORTEST_RSA_BYTES && leading < 128)) {
    throw refused('must have RSA keys of 2048 bits at least')
  }
}

function memberOf(key: Readonly<Record<string, unknown>>, name: string): string {
  const text = textOf(key, name)
  if (MEMBER.test(text)) return text
  throw refused(`must have "${name}" in each key`)
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function textOf(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name]
  return typeof value === 'string' ? value : ''
}

function refused(text: string): CallerError {
  return new CallerError('INPUT_REJECTED', `jwks ${text}.`, { fields: ['jwks'] })
}
