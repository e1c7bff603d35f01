// Durations and sizes as system.json writes them. In: text that the settings' schema has accepted. Out: numbers.

import { invariant } from '../schema/errors.ts'

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const BYTES: Readonly<Record<string, number>> = { KB: 1_024, MB: 1_048_576 }

/** `6s` → 6000. */
export function toMilliseconds(duration: string): number {
  return scale(duration, MILLISECONDS)
}

/** `256KB` → 262144. */
export function toBytes(size: string): number {
  return scale(size, BYTES)
}

function scale(text: string, units: Readonly<Record<string, number>>): number {
  const [, count, unit] = /^([0-9]+)([A-Za-z]+)$/.exec(text) ?? []
  const factor = units[unit ?? '']
  invariant(factor !== undefined, `not a duration or size: ${text}`)
  return Number(count) * factor
}
