// W3C Trace Context §3.2: the caller's trace is continued if it is well formed, else a new one begins.

import { randomBytes } from 'node:crypto'

const PATTERN = /^00-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/

/** The header, if it is well formed. */
export function parentTrace(header: string | string[] | undefined): string | undefined {
  const given = typeof header === 'string' ? PATTERN.exec(header)?.groups : undefined
  const known = given !== undefined && !isZero(given['trace']) && !isZero(given['span'])
  return known ? String(header) : undefined
}

/** Same trace, a span of our own. */
export function continueTrace(parent: string | undefined): string {
  const trace = parent?.slice(3, 35) ?? randomHex(32)
  const flags = parent?.slice(53) ?? '00'
  return `00-${trace}-${randomHex(16)}-${flags}`
}

/** Asking the system for random bytes costs the same for a few as for many, and more than all else about an id. */
const POOL_BYTES = 4096
let pool = ''
let taken = 0

function randomHex(digits: number): string {
  if (taken + digits > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex')
    taken = 0
  }
  taken += digits
  return pool.slice(taken - digits, taken)
}

function isZero(hex = ''): boolean {
  return /^0+$/.test(hex)
}
