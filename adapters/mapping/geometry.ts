// Shapes on the map: well-known text (OGC 06-103r4 §7), positions of GML (OGC 07-036 §10.1.4), GeoJSON as it comes.
// In: text or a tree. Out: GeoJSON, longitude first, WGS 84; undefined for anything that is not wholly in Iran.

import { type Geometry, type Nested, toGeometry } from '../../schema/scalars/geo-json.ts'
import type { Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { fromMetres, toNumbers, toPosition, toZone } from './places.ts'

type ToPosition = (a: number, b: number) => Nested | undefined

/** EPSG 32638 to 32641: UTM on WGS 84, northern half. */
const EWKT = /^SRID=(?:326(3[89]|4[01])|4326);/i
const TYPES: Readonly<Record<string, Geometry['type']>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
}

/** `POLYGON ((51.4 35.7, …))`, with `SRID=32639;` before it in metres. */
export function readWellKnownText(text: string): Tree | undefined {
  const place = toPlacing(toZone(EWKT.exec(text)?.[1]))
  const match = /^([A-Z]+)\s*(?:Z\s*)?(\(.*\))$/is.exec(text.replace(EWKT, '').trim())
  const type = TYPES[match?.[1]?.toUpperCase() ?? '']
  if (type === undefined) return undefined
  // Positions become lists of JSON; a bracket that does not close is no JSON any more.
  const json = (match?.[2] ?? '')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replace(/[^[\],]+/g, (words) => (words.trim() === '' ? ' ' : `"${words.trim()}"`))
  const nested = parseList(json)
  const coordinates = nested && placeWords(nested, place)
  const bare = type === 'Point' ? coordinates?.[0] : coordinates
  return typeof bare === 'object' ? toTree({ type, coordinates: bare }) : undefined
}

/** `35.7 51.4 35.8 51.5 …`, or `51.4,35.7 51.5,35.8`; an odd count ends with the UTM zone. */
export function readPositions(text: string, type: 'LineString' | 'Polygon'): Tree | undefined {
  const words = text.trim().split(/[\s,;]+/)
  const zone = words.length % 2 === 1 ? toZone(words.pop()) : undefined
  const numbers = toNumbers(words.join(' '))
  if (numbers === undefined || numbers.length % 2 === 1) return undefined
  const place = toPlacing(zone)
  const positions: Nested[] = []
  for (let at = 0; at < numbers.length; at += 2) {
    const position = place(numbers[at] ?? Number.NaN, numbers[at + 1] ?? Number.NaN)
    if (position === undefined) return undefined
    positions.push(position)
  }
  if (type === 'LineString') return toTree({ type, coordinates: positions })
  return toTree({ type, coordinates: [closed(positions)] })
}

/** A geometry object of the contract, or its text; coordinates that came as exact text become numbers. */
export function readGeoJson(value: Value): Tree | undefined {
  const tree = typeof value === 'string' ? parseTree(value) : value
  if (!isTree(tree)) return undefined
  const given = toGeometry({ type: tree['type'], coordinates: withNumbers(tree['coordinates']) })
  const coordinates = given && placed(given.coordinates, toPosition)
  return given && coordinates && toTree({ type: given.type, coordinates })
}

function toPlacing(zone: number | undefined): ToPosition {
  return zone === undefined ? toPosition : (a, b) => fromMetres(a, b, zone)
}

/** A ring that does not come back to its beginning says nothing else than one that does. */
function closed(ring: readonly Nested[]): readonly Nested[] {
  const [first] = ring
  const ends = JSON.stringify(first) === JSON.stringify(ring.at(-1))
  return first === undefined || ends ? ring : [...ring, first]
}

type Words = readonly (string | Words)[]

function parseList(json: string): Words | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return isWords(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isWords(value: unknown): value is Words {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' || isWords(each))
}

function placeWords(words: Words, place: ToPosition): Nested | undefined {
  const found = words.map((each) => {
    if (typeof each !== 'string') return placeWords(each, place)
    const [a, b, height, ...rest] = toNumbers(each) ?? []
    const isPair = a !== undefined && b !== undefined && rest.length === 0
    return isPair && (height === undefined || Number.isFinite(height)) ? place(a, b) : undefined
  })
  return found.every((each) => each !== undefined) ? found : undefined
}

function placed(nested: Nested, place: ToPosition): Nested | undefined {
  const [a, b] = nested
  if (typeof a === 'number') return typeof b === 'number' ? place(a, b) : undefined
  const parts = nested.map((each) => (typeof each === 'number' ? undefined : placed(each, place)))
  return parts.every((each) => each !== undefined) ? parts : undefined
}

/** Nothing lies deeper than the positions of many polygons. */
function withNumbers(value: Value | undefined, depth = 0): unknown {
  if (isList(value))
    return depth > 4 ? undefined : value.map((each) => withNumbers(each, depth + 1))
  return typeof value === 'string' ? toNumbers(value)?.[0] : value
}

function parseTree(text: string): Value {
  try {
    const parsed: Value = JSON.parse(text)
    return parsed
  } catch {
    return null
  }
}

function toTree(geometry: Geometry): Tree | undefined {
  const checked = toGeometry(geometry)
  return checked && { type: checked.type, coordinates: checked.coordinates }
}
