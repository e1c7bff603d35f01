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

/** What is wrong with an address that a parser understands, in the order in which it is told. */
const FAULTS: readonly (readonly [(url: URL, address: string) => boolean, string])[] = [
  [(_url, address) => /[*\\\s]/.test(address), 'must be exact: no wildcard and no blank'],
  [(url) => url.protocol !== 'https:' && !isOnThisMachine(url), 'must begin with https://'],
  [(_url, address) => address.includes('#'), 'must have no fragment'],
  [(url) => url.username !== '' || url.password !== '', 'must name no user'],
  // What a parser would change (dots, case, a default port) is compared as text by the sign-on and would never fit.
  [(url, address) => url.href !== address, 'must be written in their plain form, a path included'],
]

function redirectAddressOf(address: unknown): string {
  if (typeof address !== 'string' || address.length > LONGEST || !URL.canParse(address)) {
    throw refused('must be absolute addresses')
  }
  const url = new URL(address)
  const fault = FAULTS.find(([isWrong]) => isWrong(url, address))
  if (fault !== undefined) throw refused(fault[1])
  return address
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOOPBACK.has(hostname)
}

function refused(text: string): CallerError {
  return new CallerError('INPUT_REJECTED', `redirectUris ${text}.`, { fields: ['redirectUris'] })
}
