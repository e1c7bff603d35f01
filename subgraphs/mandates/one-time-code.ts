// The code that a citizen reads out to the clerk. In the database stands only an HMAC of it together with all that the
// message showed, so that a code agrees to nothing else and a stolen table tells none.

import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

import { toAsciiDigits } from '../../schema/scalars/digits.ts'

const DIGITS = 6

/** What a code is good for. */
export interface Agreed {
  readonly id: string
  readonly actor: string
  readonly office: string | null
  readonly principal: string
  readonly services: readonly string[] | null
  readonly minutes: number
}

/** Uniform over all codes of six digits (`crypto.randomInt` rejects what would bias it). */
export function newCode(): string {
  return String(randomInt(0, 10 ** DIGITS)).padStart(DIGITS, '0')
}

/** As a person types it: ASCII, Persian or Arabic digits, blanks between. Undefined for anything else. */
export function readCode(text: string): string | undefined {
  const code = toAsciiDigits(text).replace(/[\s‌-]/g, '')
  return code.length === DIGITS && /^[0-9]+$/.test(code) ? code : undefined
}

export function hashCode(secret: Uint8Array, agreed: Agreed, code: string): Buffer {
  const { id, actor, office, principal, services, minutes } = agreed
  const text = JSON.stringify([id, actor, office, principal, services, minutes, code])
  return createHmac('sha256', secret).update(text).digest()
}

/** Takes as long when there is no code to be right. */
export function isRightCode(
  secret: Uint8Array,
  agreed: Agreed & { readonly code_hash: Buffer | null },
  code: string,
): boolean {
  const given = hashCode(secret, agreed, code)
  const isRight = timingSafeEqual(given, agreed.code_hash ?? NOBODYS)
  return isRight && agreed.code_hash !== null
}

const NOBODYS = randomBytes(32)
