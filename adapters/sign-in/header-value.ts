// Secrets that become header values.

import { FindingsError } from '../finding.ts'

/** RFC 9110 §5.5, less what is beyond Latin-1. A line end in it would be a header of its own (request splitting). */
const FIELD_VALUE = /^[\x20-\x7e\x80-\xff]*$/

/** The value as it is; throws FindingsError, without the value, when no header can carry it. */
export function headerValue(value: string, variable: string): string {
  if (FIELD_VALUE.test(value) && value.trim() === value) return value
  const message = `${variable} holds what no header can carry: a line end, a blank at its end or a letter beyond Latin-1`
  throw new FindingsError([{ file: 'system.json', message }])
}

/** A token that a system gave: visible ASCII (RFC 6750 §2.1, RFC 6265 §4.1.1), and not without end. */
export function isToken(value: string): boolean {
  return /^[\x21-\x7e]{1,8192}$/.test(value)
}
