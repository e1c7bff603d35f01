// One text for one value, so that equal values have equal hashes (after RFC 8785: keys sorted, no blanks).

import { createHash } from 'node:crypto'

/** Of JSON data; a key whose value is undefined does not exist. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const members = entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 of the canonical text, lower-case hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}
