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
  const [, trace = randomBytes(16).toString('hex'), , flags = '00'] = parent?.split('-') ?? []
  return `00-${trace}-${randomBytes(8).toString('hex')}-${flags}`
}

function isZero(hex = ''): boolean {
  return /^0+$/.test(hex)
}
