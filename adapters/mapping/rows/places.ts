// Places: degrees, metres of UTM, shapes. A pair of numbers comes as one text, `@from(paths: […])` joins them.

import type { Position } from '../../../schema/scalars/geo-json.ts'
import type { ScalarType, Value } from '../../adapter.ts'
import { readGeoJson, readPositions, readWellKnownText } from '../geometry.ts'
import { type Normaliser, NUMBERS, readingRow, type Scalar, TEXT } from '../normaliser.ts'
import { fromMetres, isEasting, toNumbers, toPosition, toZone } from '../places.ts'
import { toUtm, type UtmPoint } from '../utm.ts'

export const PLACE_ROWS = {
  LATITUDE: degrees('Latitude', { letters: 'NS', most: 90 }),
  LONGITUDE: degrees('Longitude', { letters: 'EW', most: 180 }),
  IRAN_LATITUDE: coordinate('Latitude of a pair of degrees in either order', toPair, 1),
  IRAN_LONGITUDE: coordinate('Longitude of a pair of degrees in either order', toPair, 0),
  UTM_LATITUDE: coordinate('Latitude of `easting northing zone`, zones 38 to 41', fromUtm, 1),
  UTM_LONGITUDE: coordinate('Longitude of `easting northing zone`, zones 38 to 41', fromUtm, 0),
  UTM_EASTING: asked('easting in metres', ({ easting }) => easting),
  UTM_NORTHING: asked('northing in metres', ({ northing }) => northing),
  UTM_ZONE: asked('zone', ({ zone }) => zone),
  WKT: shape(
    'Well-known text, `POLYGON ((51.4 35.7, …))`, `SRID=32639;` before metres',
    readWellKnownText,
  ),
  POS_LIST: shape(
    'Positions of a ring, `35.7 51.4 35.8 51.4 …`; last a zone, if in metres',
    (text) => readPositions(text, 'Polygon'),
  ),
  POS_LINE: shape('Positions of a line, as POS_LIST', (text) => readPositions(text, 'LineString')),
  GEO_JSON: shape('A geometry object of GeoJSON, or its text', readGeoJson),
} as const satisfies Record<string, Normaliser>

/** Zeros stand where nobody has measured (Q25): the point 0 0 lies in the Atlantic. */
function coordinate(
  what: string,
  read: (text: string) => Position | null | undefined,
  place: 0 | 1,
): Normaliser {
  return {
    quirks: ['Q25', 'Q28'],
    description: `${what}, within Iran; zeros are no place.`,
    accepts: NUMBERS,
    gives: 'double',
    only: 'reading',
    decode: (raw) => {
      const position = typeof raw === 'boolean' ? undefined : read(String(raw))
      return position === null ? null : position?.[place]
    },
    encode: () => undefined,
  }
}

function toPair(text: string): Position | null | undefined {
  const numbers = toNumbers(text)
  const [a, b] = numbers ?? []
  if (numbers?.length !== 2 || a === undefined || b === undefined) return undefined
  return a === 0 && b === 0 ? null : toPosition(a, b)
}

function fromUtm(text: string): Position | null | undefined {
  const words = text.trim().split(/[\s,;]+/)
  const zone = toZone(words.pop())
  const [a, b, ...rest] = toNumbers(words.join(' ')) ?? []
  if (zone === undefined || a === undefined || b === undefined || rest.length > 0) return undefined
  return a === 0 && b === 0 ? null : fromMetres(a, b, zone)
}

const SEXAGESIMAL =
  /^([0-9]{1,3})[°:\s]\s*([0-9]{1,2})(?:['′:\s]\s*([0-9]{1,2}(?:\.[0-9]+)?))?["″']*\s*([NSEW])?$/i

function degrees(
  what: string,
  { letters, most }: { letters: 'NS' | 'EW'; most: number },
): Normaliser {
  return {
    quirks: ['Q28'],
    description: `${what} in degrees of WGS 84, also \`35°41'21"${letters[0]}\`; ${most} at most.`,
    accepts: NUMBERS,
    gives: 'double',
    decode: (raw) => {
      if (typeof raw === 'boolean') return undefined
      const number = toNumbers(String(raw))
      const value = number?.length === 1 ? number[0] : fromSexagesimal(String(raw), letters)
      return value !== undefined && Math.abs(value) <= most ? value : undefined
    },
    encode: (value, type) => (typeof value === 'number' ? toType(value, type) : undefined),
  }
}

function fromSexagesimal(text: string, letters: string): number | undefined {
  const [, whole, minutes, seconds = '0', letter = letters[0]] = SEXAGESIMAL.exec(text.trim()) ?? []
  if (whole === undefined || Number(minutes) >= 60 || Number(seconds) >= 60) return undefined
  const sign = letters.indexOf((letter ?? '').toUpperCase())
  if (sign < 0) return undefined
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600
  return Number(((sign === 0 ? 1 : -1) * value).toFixed(7))
}

/** From `latitude longitude` of a caller, with a zone third where the system wants one of its own. */
function asked(what: string, pick: (point: UtmPoint) => number): Normaliser {
  return {
    quirks: ['Q28'],
    description: `The ${what} of UTM, asked from \`latitude longitude\`.`,
    accepts: NUMBERS,
    gives: 'double',
    only: 'asking',
    decode: () => undefined,
    encode: (value: Scalar, type: ScalarType) => {
      const [latitude, longitude, zone] = toNumbers(String(value)) ?? []
      if (latitude === undefined || longitude === undefined) return undefined
      if (toPosition(longitude, latitude)?.[0] !== longitude) return undefined
      const point = toUtm({ latitude, longitude }, zone)
      // So far from its meridian a point belongs to another zone.
      return isEasting(point.easting) ? toType(pick(point), type) : undefined
    },
  }
}

/** To a millimetre, or to 1e-7 degrees, which is a centimetre. */
function toType(number: number, type: ScalarType): Value {
  if (type === 'int') return Math.round(number)
  const rounded = Number(number.toFixed(Math.abs(number) > 180 ? 3 : 7))
  return type === 'double' ? rounded : String(rounded)
}

function shape(what: string, read: (text: string) => Value | undefined): Normaliser {
  return readingRow({
    quirks: ['Q28'],
    description: `${what}; to GeoJSON, within Iran.`,
    accepts: TEXT,
    gives: 'geometry',
    decode: (text) => (text.trim() === '' ? null : read(text)),
  })
}
