// Places as geometry objects of GeoJSON (RFC 7946 §3.1): longitude first, degrees of WGS 84.

import { GraphQLError, GraphQLScalarType } from 'graphql'

export type Position = readonly [longitude: number, latitude: number]

export interface Geometry {
  readonly type: keyof typeof DEPTHS
  readonly coordinates: Nested
}

export type Nested = readonly (number | Nested)[]

/** How many lists stand around a position. */
const DEPTHS = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
} as const satisfies Record<string, number>

/** The geometry, without members that the standard does not ask for; undefined for anything else. */
export function toGeometry(value: unknown): Geometry | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  const { type } = value
  if (!('coordinates' in value) || !isGeometryType(type)) return undefined
  const coordinates = toNested(value.coordinates, DEPTHS[type])
  if (coordinates === undefined || !areRings(type, coordinates)) return undefined
  return { type, coordinates }
}

export const GEO_JSON_SCALAR = new GraphQLScalarType<unknown, Geometry>({
  name: 'GeoJson',
  description:
    'Geometry object of GeoJSON (RFC 7946), longitude first, WGS 84. / شکل هندسی به GeoJSON، نخست طول جغرافیایی.',
  serialize: accept,
  parseValue: accept,
})

function accept(value: unknown): Geometry {
  const geometry = toGeometry(value)
  if (geometry !== undefined) return geometry
  throw new GraphQLError('GeoJson must be a geometry object of GeoJSON.', {
    extensions: { code: 'INPUT_REJECTED' },
  })
}

function isGeometryType(type: unknown): type is Geometry['type'] {
  return typeof type === 'string' && Object.hasOwn(DEPTHS, type)
}

function toNested(value: unknown, depth: number): Nested | undefined {
  if (!Array.isArray(value)) return undefined
  const list: readonly unknown[] = value
  if (depth === 0) return toPosition(list)
  const parts = list.map((each) => toNested(each, depth - 1))
  return parts.every((each) => each !== undefined) && parts.length > 0 ? parts : undefined
}

/** A height, which may stand third, is not of a place on the map. */
function toPosition(value: readonly unknown[]): Position | undefined {
  const [longitude, latitude, height, ...rest] = value
  if (typeof longitude !== 'number' || typeof latitude !== 'number' || rest.length > 0) {
    return undefined
  }
  if (height !== undefined && typeof height !== 'number') return undefined
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined
}

/** A ring has four positions or more and ends where it began (RFC 7946 §3.1.6). */
function areRings(type: Geometry['type'], coordinates: Nested): boolean {
  if (type === 'Polygon') return coordinates.every(isRing)
  if (type !== 'MultiPolygon') return true
  return coordinates.every((polygon) => Array.isArray(polygon) && polygon.every(isRing))
}

function isRing(ring: unknown): boolean {
  return (
    Array.isArray(ring) &&
    ring.length >= 4 &&
    JSON.stringify(ring[0]) === JSON.stringify(ring.at(-1))
  )
}
