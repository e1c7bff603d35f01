// In: a user with a credential `otp` and a code. Out: whether it is the user's code of now or of the step before or after
// (RFC 6238), and was not used yet. Never: a code twice.
import { HOTP, Secret, TOTP } from 'otpauth'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { toAsciiDigits } from '../../../../schema/scalars/digits.ts'
import { parseJson } from '../parse-json.ts'
import type { LiveUser } from '../realm/live-realm.ts'
import type { Credential } from '../realm/realm-types.ts'

const SecretData = Type.Object({ value: Type.String({ minLength: 1 }) })
const CredentialData = Type.Object({
  subType: Type.Literal('totp'),
  digits: Type.Integer({ minimum: 6, maximum: 8 }),
  period: Type.Integer({ minimum: 10, maximum: 300 }),
  algorithm: Type.String(),
  secretEncoding: Type.Optional(Type.String()),
})
const ALGORITHMS: Readonly<Record<string, string>> = {
  HmacSHA1: 'SHA1',
  HmacSHA256: 'SHA256',
  HmacSHA512: 'SHA512',
}
/** Steps before and after the present one that a clock may be off. */
const WINDOW = 1
const MOST = 10_000

export class OneTimeCodes {
  readonly #now: () => number
  /** By user: the newest step of which a code was taken. */
  readonly #taken = new Map<string, Set<number>>()

  constructor(now: () => number) {
    this.#now = now
  }

  hasDevice(user: LiveUser): boolean {
    return totpOf(user) !== undefined
  }

  /** Takes the code: the same one is refused the next time. */
  take(user: LiveUser, code: string): boolean {
    const totp = totpOf(user)
    const digits = toAsciiDigits(code.replaceAll(/\s/g, ''))
    if (totp === undefined || !/^\d{6,8}$/.test(digits)) return false
    const timestamp = this.#now()
    const delta = totp.validate({ token: digits, timestamp, window: WINDOW })
    if (delta === null) return false
    const step = totp.counter({ timestamp }) + delta
    const taken = this.#taken.get(user.id) ?? new Set()
    if (taken.has(step)) return false
    for (const old of taken) if (old < step - 2 * WINDOW - 1) taken.delete(old)
    this.#makeRoom()
    this.#taken.set(user.id, taken.add(step))
    return true
  }

  /** The code that the user's device shows now, or the next one when this is taken; only for the demo's page. */
  shown(user: LiveUser): string | undefined {
    const totp = totpOf(user)
    if (totp === undefined) return undefined
    const now = totp.counter({ timestamp: this.#now() })
    const taken = this.#taken.get(user.id)
    const free = [now, now + 1, now - 1].find((step) => taken?.has(step) !== true)
    return free === undefined
      ? undefined
      : HOTP.generate({
          secret: totp.secret,
          algorithm: totp.algorithm,
          digits: totp.digits,
          counter: free,
        })
  }

  #makeRoom(): void {
    const oldest = this.#taken.keys().next()
    if (this.#taken.size >= MOST && !oldest.done) this.#taken.delete(oldest.value)
  }
}

function totpOf(user: LiveUser): TOTP | undefined {
  const credential = user.credentials?.find((one) => one.type === 'otp' || one.type === 'totp')
  return credential && readTotp(credential)
}

function readTotp(credential: Credential): TOTP | undefined {
  const secret = parseJson(credential.secretData)
  const data = parseJson(credential.credentialData)
  if (!Value.Check(SecretData, secret) || !Value.Check(CredentialData, data)) return undefined
  return new TOTP({
    // Keycloak's own secrets are letters whose bytes are the key; enrolled elsewhere they are Base32.
    secret:
      data.secretEncoding === 'BASE32'
        ? Secret.fromBase32(secret.value)
        : Secret.fromUTF8(secret.value),
    algorithm: ALGORITHMS[data.algorithm] ?? 'SHA1',
    digits: data.digits,
    period: data.period,
  })
}
