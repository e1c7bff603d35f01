// A JWK Set of an agency's public keys (RFC 7517) for private_key_jwt. In: what the caller sent. Out: the same keys with
// the members we know, or a refusal that names what is wrong. Never: a private key, which nobody but its owner may hold.

import type { CallerError } from '../../../schema/errors.ts'
import { refusal, type Said } from '../refusal.ts'

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
    throw refusedFor({
      en: `must be {"keys": […]} with 1 to ${MOST_KEYS} keys`,
      fa: `باید {"keys": […]} با ۱ تا ${MOST_KEYS.toLocaleString('fa-IR')} کلید باشد`,
    })
  }
  const read = keys.map((key: unknown) => toPublicKey(recordOf(key)))
  const ids = new Set(read.map(({ kid }) => kid))
  if (ids.size < read.length) {
    throw refusedFor({
      en: 'must have a different kid in each key',
      fa: 'باید در هر کلید kid دیگری داشته باشد',
    })
  }
  return JSON.stringify({ keys: read })
}

function toPublicKey(key: Readonly<Record<string, unknown>>): Record<string, string> {
  if (PRIVATE_MEMBERS.some((name) => name in key)) {
    throw refusedFor({
      en: 'holds a private key: consider it lost, make a new pair and send its public part',
      fa: 'کلید خصوصی دارد: آن را افشاشده بدانید، جفت تازه‌ای بسازید و بخش عمومی‌اش را بفرستید',
    })
  }
  const kty = textOf(key, 'kty')
  const kind = KINDS.get(`${kty} ${textOf(key, 'crv')}`.trim())
  if (kind === undefined) {
    const known = [...KINDS.keys()]
    throw refusedFor({
      en: `must have keys of ${known.join(', ')}`,
      fa: `باید کلیدهایی از ${known.join('، ')} داشته باشد`,
    })
  }
  if (key['use'] !== undefined && key['use'] !== 'sig') {
    throw refusedFor({
      en: 'must have keys of use sig',
      fa: 'باید کلیدهایی با use برابر sig داشته باشد',
    })
  }
  const members = kind.members.map((name) => [name, memberOf(key, name)] as const)
  if (kty === 'RSA') assertLongEnough(textOf(key, 'n'))
  const alg = algorithmOf(key, kind)
  return { kty, kid: kidOf(key), use: 'sig', alg, ...Object.fromEntries(members) }
}

function kidOf(key: Readonly<Record<string, unknown>>): string {
  const kid = textOf(key, 'kid')
  if (/^[\w.~:-]{1,100}$/.test(kid)) return kid
  throw refusedFor({
    en: 'must have a kid of 1 to 100 plain characters',
    fa: 'باید kid با ۱ تا ۱۰۰ نویسهٔ ساده داشته باشد',
  })
}

function algorithmOf(key: Readonly<Record<string, unknown>>, { algorithms }: KeyKind): string {
  const [usual] = algorithms
  const algorithm = key['alg'] === undefined ? usual : textOf(key, 'alg')
  if (algorithm !== undefined && algorithms.includes(algorithm)) return algorithm
  throw refusedFor({
    en: `must have keys with alg ${algorithms.join(', ')}`,
    fa: `باید کلیدهایی با alg برابر ${algorithms.join('، ')} داشته باشد`,
  })
}

function assertLongEnough(modulus: string): void {
  const bytes = Buffer.from(modulus, 'base64url')
  const leading = bytes[0] ?? 0
  if (bytes.length < SHORTEST_RSA_BYTES || (bytes.length === SHORTEST_RSA_BYTES && leading < 128)) {
    throw refusedFor({
      en: 'must have RSA keys of 2048 bits at least',
      fa: 'باید کلیدهای RSA با دست‌کم ۲۰۴۸ بیت داشته باشد',
    })
  }
}

function memberOf(key: Readonly<Record<string, unknown>>, name: string): string {
  const text = textOf(key, name)
  if (MEMBER.test(text)) return text
  throw refusedFor({
    en: `must have "${name}" in each key`,
    fa: `باید در هر کلید «${name}» داشته باشد`,
  })
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

function refusedFor({ en, fa }: Said): CallerError {
  return refusal('INPUT_REJECTED', { en: `jwks ${en}.`, fa: `jwks ${fa}.` }, { fields: ['jwks'] })
}
