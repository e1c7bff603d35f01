// Where a code may be sent back to: exact addresses (RFC 9700 §2.1), https but on this machine (RFC 8252 §7.3, §8.3).

import { CallerError } from '../../../schema/errors.ts'

const MOST = 10
const LONGEST = 500
const LOOPBACK = new Set(['127.0.0.1', '[::1]'])

/** The same addresses. Throws CallerError INPUT_REJECTED. */
export function redirectAddressesOf(value: unknown): readonly string[] {
  const addresses = Array.isArray(value) ? value : []
  if (addresses.length > MOST) throw refused(`must be ${MOST} at most`)
  return addresses.map(redirectAddressOf)
}

function redirectAddressOf(address: unknown): string {
  if (typeof address !== 'string' || address.length > LONGEST || !URL.canParse(address)) {
    throw refused('must be absolute addresses')
  }
  if (/[*\\\s]/.test(address)) throw refused('must be exact: no wildcard and no blank')
  const url = new URL(address)
  const isLocal = url.protocol === 'http:' && LOOPBACK.has(url.hostname)
  if (url.protocol !== 'https:' && !isLocal) throw refused('must begin with https://')
  if (url.hash !== '' || address.includes('#')) throw refused('must have no fragment')
  if (url.username !== '' || url.password !== '') throw refused('must name no user')
  // What a parser would change (dots, case, a default port) is compared as text by the sign-on and would never fit.
  if (url.href !== address) throw refused('must be written in their plain form, a path included')
  return address
}

function refused(text: string): CallerError {
  return new CallerError('INPUT_REJECTED', `redirectUris ${text}.`, { fields: ['redirectUris'] })
}
