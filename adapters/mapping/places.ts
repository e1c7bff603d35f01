// Places of Iran as systems write them: pairs in either order (Q28), UTM of zones 38 to 41. Out: degrees of WGS 84.
// Iran's latitudes and longitudes do not overlap, nor do its eastings and northings: which is which is known, not guessed.

import type { Position } from '../../schema/scalars/geo-json.ts'
import { toDegrees } from './utm.ts'

/** Land, islands and the coastal seas. */
const LATITUDES = [24, 41] as const
const LONGITUDES = [43, 64] as const
const EASTINGS = [100_000, 900_000] as const
const NORTHINGS = [2_600_000, 4_600_000] as const
const ZONES: ReadonlySet<number> = new Set([38, 39, 40, 41])

/** Longitude first, 1e-7 degrees (a centimetre); undefined for anything that is not in Iran. */
export function toPosition(a: number, b: number): Position | undefined {
  if (isIn(a, LONGITUDES) && isIn(b, LATITUDES)) return [a, b]
  return isIn(b, LONGITUDES) && isIn(a, LATITUDES) ? [b, a] : undefined
}

/** The same from metres of a zone. */
export function fromMetres(a: number, b: number, zone: number): Position | undefined {
  if (!ZONES.has(zone)) return undefined
  const swapped = isIn(a, NORTHINGS) && isIn(b, EASTINGS)
  if (!swapped && !(isIn(a, EASTINGS) && isIn(b, NORTHINGS))) return undefined
  const [easting, northing] = swapped ? [b, a] : [a, b]
  const { latitude, longitude } = toDegrees({ easting, northing, zone })
  return toPosition(rounded(longitude), rounded(latitude))
}

/** Numbers between blanks, commas or semicolons; undefined when there is anything else. */
export function toNumbers(text: string): number[] | undefined {
  const parts = text.trim().split(/\s*[,;]\s*|\s+/)
  const numbers = parts.map((part) =>
    /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(part) ? Number(part) : Number.NaN,
  )
  return numbers.every(Number.isFinite) ? numbers : undefined
}

/** `39`, `39N`, `39S` (a latitude band), as the last of the words. */
export function toZone(word: string | undefined): number | undefined {
  const zone = /^(3[89]|4[01])[A-Z]?$/i.exec(word ?? '')?.[1]
  return zone === undefined ? undefined : Number(zone)
}

export function isEasting(metres: number): boolean {
  return isIn(metres, EASTINGS)
}

function isIn(number: number, [from, to]: readonly [number, number]): boolean {
  return number >= from && number <= to
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(7))
}
