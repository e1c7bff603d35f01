// In: a credential as the realm's files or Keycloak's export have it, and what was typed. Out: whether they fit. Never: a
// faster answer for a name that does not exist, or for a wrong letter at the beginning.
import { argon2, createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import type { LiveRealm, LiveUser } from '../realm/live-realm.ts'
import type { Credential } from '../realm/realm-types.ts'
import { SignOnError } from '../sign-on-error.ts'

const derivePbkdf2 = promisify(pbkdf2)
const deriveArgon2 = promisify(argon2)

const Secret = Type.Object({ value: Type.String(), salt: Type.String() })
const Data = Type.Object({
  hashIterations: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  algorithm: Type.String(),
  additionalParameters: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
})

interface Hash {
  readonly algorithm: string
  readonly iterations: number
  readonly salt: Buffer
  readonly bytes: number
  /** Of argon2 only: KiB of memory and lanes. */
  readonly memory: number
  readonly lanes: number
  readonly kind: 'argon2id' | 'argon2i' | 'argon2d'
}

/** Keycloak 26's own choice for new passwords. */
const USUAL: Omit<Hash, 'salt'> = {
  algorithm: 'argon2',
  iterations: 5,
  bytes: 32,
  memory: 7168,
  lanes: 1,
  kind: 'argon2id',
}
const PBKDF2: Readonly<Record<string, string>> = {
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
  pbkdf2: 'sha1',
}
const KINDS: Readonly<Record<string, Hash['kind']>> = { id: 'argon2id', i: 'argon2i', d: 'argon2d' }

/** Everybody who has no hash pays for one: a plain password of the demo, and a name that nobody has. */
export async function isPassword(user: LiveUser | undefined, typed: string): Promise<boolean> {
  const credential = user?.credentials?.find((one) => one.type === 'password')
  const hashed = credential && readHash(credential)
  if (hashed !== undefined) return equal(await derive(hashed.hash, typed), hashed.value)
  await derive({ ...USUAL, salt: randomBytes(16) }, typed)
  const plain = credential?.value
  const fits = equal(digest(typed), digest(plain ?? ''))
  return plain !== undefined && fits
}

/** Sets a user's password, hashed. @throws {SignOnError} NOT_FOUND, INVALID for an empty or overlong one. */
export async function setPassword(
  realm: LiveRealm,
  userId: string,
  typed: string,
  temporary = false,
): Promise<void> {
  if (typed === '' || typed.length > MOST_LETTERS) {
    throw new SignOnError('INVALID', 'password: is empty or too long')
  }
  const salt = randomBytes(16)
  const value = await derive({ ...USUAL, salt }, typed)
  const credential: Credential = {
    id: randomBytes(16).toString('hex'),
    type: 'password',
    temporary,
    createdDate: realm.now(),
    secretData: JSON.stringify({
      value: value.toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData: JSON.stringify({
      hashIterations: USUAL.iterations,
      algorithm: 'argon2',
      additionalParameters: {
        hashLength: [String(USUAL.bytes)],
        memory: [String(USUAL.memory)],
        type: ['id'],
        version: ['1.3'],
        parallelism: [String(USUAL.lanes)],
      },
    }),
  }
  const others = (realm.users.get(userId)?.credentials ?? []).filter((c) => c.type !== 'password')
  await realm.users.change(userId, { credentials: [credential, ...others] })
}

/** Whether the password was set by somebody else, for the person to replace at the next sign-in. */
export function isTemporary(user: LiveUser): boolean {
  const password = user.credentials?.find((credential) => credential.type === 'password')
  return password?.temporary === true || user.requiredActions?.includes('UPDATE_PASSWORD') === true
}

/** The person's own choice, if it is long enough, and neither the name nor the one before. */
export async function renewPassword(
  realm: LiveRealm,
  user: LiveUser,
  typed: string,
): Promise<boolean> {
  const policy: unknown = Reflect.get(realm.settings, 'passwordPolicy')
  const least = Number(/length\((\d+)\)/.exec(String(policy))?.[1] ?? LEAST_LETTERS)
  const short = typed.length < least || typed.length > MOST_LETTERS
  const isName = typed.toLowerCase() === user.username.toLowerCase()
  if (short || isName || (await isPassword(user, typed))) return false
  await setPassword(realm, user.id, typed)
  const requiredActions = user.requiredActions?.filter((action) => action !== 'UPDATE_PASSWORD')
  await realm.users.change(user.id, { requiredActions: requiredActions ?? [] })
  return true
}

const LEAST_LETTERS = 8

/** More is refused unread: hashing a megabyte is somebody else's wish. */
export const MOST_LETTERS = 1024

function readHash(credential: Credential): { hash: Hash; value: Buffer } | undefined {
  const secret = parseJson(credential.secretData)
  const data = parseJson(credential.credentialData)
  if (!Value.Check(Secret, secret) || !Value.Check(Data, data)) return undefined
  const value = Buffer.from(secret.value, 'base64')
  const parameter = (name: string): string | undefined => data.additionalParameters?.[name]?.[0]
  if (value.length < 16) return undefined
  return {
    value,
    hash: {
      algorithm: data.algorithm,
      iterations: data.hashIterations,
      salt: Buffer.from(secret.salt, 'base64'),
      bytes: value.length,
      memory: Number(parameter('memory') ?? USUAL.memory),
      lanes: Number(parameter('parallelism') ?? 1),
      kind: KINDS[parameter('type') ?? 'id'] ?? 'argon2id',
    },
  }
}

function derive(hash: Hash, typed: string): Promise<Buffer> {
  const { algorithm, iterations, salt, bytes } = hash
  const digestName = PBKDF2[algorithm]
  if (digestName !== undefined) return derivePbkdf2(typed, salt, iterations, bytes, digestName)
  if (algorithm !== 'argon2') return Promise.resolve(randomBytes(bytes))
  return deriveArgon2(hash.kind, {
    message: typed,
    nonce: salt,
    parallelism: hash.lanes,
    tagLength: bytes,
    memory: hash.memory,
    passes: iterations,
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
