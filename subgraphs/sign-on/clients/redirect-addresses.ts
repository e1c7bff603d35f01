// Where a code may be sent back to: exact addresses (RFC 9700 §2.1), https but on this machine (RFC 8252 §7.3, §8.3).

import type { CallerError } from '../../../schema/errors.ts'
import { refusal, type Said } from '../refusal.ts'

const MOST = 10
const LONGEST = 500
const LOOPBACK = new Set(['127.0.0.1', '[::1]'])

/** The same addresses. Throws CallerError INPUT_REJECTED. */
export function redirectAddressesOf(value: unknown): readonly string[] {
  const addresses = Array.isArray(value) ? value : []
  if (addresses.length > MOST)
    throw refusedFor({
      en: `must be ${MOST} at most`,
      fa: `باید حداکثر ${MOST.toLocaleString('fa-IR')} تا باشد`,
    })
  return addresses.map(redirectAddressOf)
}

/** What is wrong with an address that a parser understands, in the order in which it is told. */
const FAULTS: readonly (readonly [(url: URL, address: string) => boolean, Said])[] = [
  [
    (_url, address) => /[*\\\s]/.test(address),
    {
      en: 'must be exact: no wildcard and no blank',
      fa: 'باید دقیق باشد: بدون ستاره و بدون فاصله',
    },
  ],
  [
    (url) => url.protocol !== 'https:' && !isOnThisMachine(url),
    { en: 'must begin with https://', fa: 'باید با https:// آغاز شود' },
  ],
  [
    (_url, address) => address.includes('#'),
    { en: 'must have no fragment', fa: 'نباید # داشته باشد' },
  ],
  [
    (url) => url.username !== '' || url.password !== '',
    { en: 'must name no user', fa: 'نباید نام کاربری در خود داشته باشد' },
  ],
  // What a parser would change (dots, case, a default port) is compared as text by the sign-on and would never fit.
  [
    (url, address) => url.href !== address,
    {
      en: 'must be written in their plain form, a path included',
      fa: 'باید به شکل سادهٔ خود و با مسیر نوشته شود',
    },
  ],
]

function redirectAddressOf(address: unknown): string {
  if (typeof address !== 'string' || address.length > LONGEST || !URL.canParse(address)) {
    throw refusedFor({ en: 'must be absolute addresses', fa: 'باید نشانی‌های کامل باشد' })
  }
  const url = new URL(address)
  const fault = FAULTS.find(([isWrong]) => isWrong(url, address))
  if (fault !== undefined) throw refusedFor(fault[1])
  return address
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK.has(hostname)
}

function refusedFor({ en, fa }: Said): CallerError {
  const said = { en: `redirectUris ${en}.`, fa: `redirectUris ${fa}.` }
  return refusal('INPUT_REJECTED', said, { fields: ['redirectUris'] })
}
