// In: a data folder. Out: the cookie keys and the signing keys that are kept there, the same at every start, so that tokens
// and sessions outlive a restart. Never: half a file, one that others may read, or a key in an error.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import { SignOnError } from '../sign-on-error.ts'
import { ALGORITHMS, createKey, RsaKey, SigningKey } from './keys.ts'

/** One key with what Keycloak's administration says of it (a component of the kind KeyProvider). */
const KeptKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Of those that sign by one algorithm, the highest does. */
  priority: Type.Integer(),
  /** One that is not is published no more: what it signed is refused. */
  enabled: Type.Boolean(),
  /** One that is not signs no more. */
  active: Type.Boolean(),
  key: SigningKey,
})
export type KeptKey = Static<typeof KeptKey>

const KeptKeys = Type.Object({
  cookies: Type.Array(Type.String({ minLength: 32 }), { minItems: 1 }),
  signing: Type.Array(KeptKey, { minItems: ALGORITHMS.length }),
})
export type KeptKeys = Static<typeof KeptKeys>

const { cookies } = KeptKeys.properties
/** Before keys were rotated. */
const OneOfEach = Type.Object({
  cookies,
  signing: Type.Array(SigningKey, { minItems: ALGORITHMS.length }),
})
/** Before there were several algorithms. */
const OneAlone = Type.Object({ cookies, jwk: RsaKey })

const FILE = 'sign-on-keys.json'
const FIRST_PRIORITY = 100

/** Makes them where there are none yet. @throws {SignOnError} DATA_UNUSABLE. */
export async function openKeyFile(folder: string | undefined): Promise<KeptKeys> {
  const text = folder === undefined ? undefined : await readIfThere(join(folder, FILE))
  if (text !== undefined && folder !== undefined) {
    const kept = parseJson(text)
    if (Value.Check(KeptKeys, kept) && hasEach(kept)) return kept
    const older = await readOlder(kept)
    // Without a cause: a parse error quotes what it read, and that is a private key.
    if (older === undefined) {
      throw new SignOnError(
        'DATA_UNUSABLE',
        `${join(folder, FILE)}: is not a key file of the sign-on`,
      )
    }
    await keepKeys(folder, older)
    return older
  }
  const made = {
    cookies: [randomBytes(32).toString('base64url')],
    signing: (await Promise.all(ALGORITHMS.map(createKey))).map(asFirst),
  }
  await keepKeys(folder, made)
  return made
}

/** Resolves when it is on the disk; without a folder nothing outlives the process. @throws {SignOnError} DATA_UNUSABLE. */
export async function keepKeys(folder: string | undefined, keys: KeptKeys): Promise<void> {
  if (folder === undefined) return
  const file = join(folder, FILE)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // Written beside and renamed, so that a crash never leaves half a key behind.
    await writeFile(`${file}.new`, JSON.stringify(keys), { mode: 0o600 })
    await rename(`${file}.new`, file)
  } catch (cause) {
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be written`, cause)
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be read`, cause)
  }
}

async function readOlder(kept: unknown): Promise<KeptKeys | undefined> {
  if (Value.Check(OneOfEach, kept)) return { ...kept, signing: kept.signing.map(asFirst) }
  if (!Value.Check(OneAlone, kept)) return undefined
  const others = await Promise.all(ALGORITHMS.slice(1).map(createKey))
  return { cookies: kept.cookies, signing: [kept.jwk, ...others].map(asFirst) }
}

function asFirst(key: SigningKey): KeptKey {
  const name = key.alg.toLowerCase()
  return { id: randomUUID(), name, priority: FIRST_PRIORITY, enabled: true, active: true, key }
}

/** Each algorithm has a key that signs: without it a client that wants it would get no token. */
export function hasEach({ signing }: Pick<KeptKeys, 'signing'>): boolean {
  return ALGORITHMS.every((alg) =>
    signing.some(({ enabled, active, key }) => enabled && active && key.alg === alg),
  )
}
