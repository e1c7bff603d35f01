// Refuses what a page of another site makes a browser send (CSRF): by where the browser says it comes from, and by a
// header that only a page of ours can set and whose value only a page of ours can read.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import { PortalError } from '../portal-error.ts'

export const CSRF_HEADER = 'panjareh-csrf'
/** What a page sends in the header as long as nobody is signed in. */
export const NOBODY = 'nobody'

/** @throws {PortalError} CROSS_SITE unless the browser itself says that a page of `origin` asks. */
export function refuseOtherOrigins({ headers }: IncomingMessage, origin: string): void {
  const { origin: from, 'sec-fetch-site': site } = headers
  if (site !== undefined && site !== 'same-origin') throw new PortalError('CROSS_SITE', 'site')
  if (from !== undefined && from !== origin) throw new PortalError('CROSS_SITE', 'origin')
  // Every browser sends one of the two with a POST; what sends neither is none, or hides something.
  if (from === undefined && site === undefined) throw new PortalError('CROSS_SITE', 'no-origin')
}

/** @throws {PortalError} CROSS_SITE unless `given` is the session's token; without a session, any value of one kind. */
export function refuseForged(given: unknown, expected: string | undefined): void {
  if (typeof given !== 'string') throw new PortalError('CROSS_SITE', 'no-token')
  if (!isSame(given, expected ?? NOBODY)) throw new PortalError('CROSS_SITE', 'token')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
