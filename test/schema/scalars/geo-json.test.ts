import { GraphQLError } from 'graphql'
import { describe, expect, test } from 'vitest'

import { GEO_JSON_SCALAR, toGeometry } from '../../../schema/scalars/geo-json.ts'

const RING = [
  [51.4, 35.7],
  [51.5, 35.7],
  [51.5, 35.8],
  [51.4, 35.7],
]

const GEOMETRIES = [
  { type: 'Point', coordinates: [51.4, 35.7] },
  { type: 'LineString', coordinates: RING },
  { type: 'Polygon', coordinates: [RING] },
  { type: 'MultiPolygon', coordinates: [[RING]] },
]

const OTHERS: readonly (readonly [string, unknown])[] = [
  ['a text', 'POINT(51.4 35.7)'],
  ['a feature', { type: 'Feature', geometry: GEOMETRIES[0] }],
  ['no coordinates', { type: 'Point' }],
  ['a text as number', { type: 'Point', coordinates: ['51.4', '35.7'] }],
  ['a latitude beyond the pole', { type: 'Point', coordinates: [35.7, 91] }],
  ['a position of four', { type: 'Point', coordinates: [1, 2, 3, 4] }],
  ['an open ring', { type: 'Polygon', coordinates: [RING.slice(0, 3)] }],
  ['an open ring of many', { type: 'MultiPolygon', coordinates: [[[...RING, [1, 1]]]] }],
  ['too shallow a list', { type: 'Polygon', coordinates: RING }],
  ['an empty line', { type: 'LineString', coordinates: [] }],
]

describe('GeoJson', () => {
  test.each(GEOMETRIES)('$type is itself', (geometry) => {
    expect(GEO_JSON_SCALAR.serialize(geometry)).toEqual(geometry)
    expect(GEO_JSON_SCALAR.parseValue(geometry)).toEqual(geometry)
  })

  test('what the standard does not ask for, and a height, are left out', () => {
    const geometry = { type: 'Point', coordinates: [51.4, 35.7, 1200], crs: 'x' }
    expect(toGeometry(geometry)).toEqual({ type: 'Point', coordinates: [51.4, 35.7] })
  })

  test.each(OTHERS)('%s is refused', (_what, value) => {
    expect(() => GEO_JSON_SCALAR.serialize(value)).toThrow(GraphQLError)
    expect(() => GEO_JSON_SCALAR.parseValue(value)).toThrow(
      expect.objectContaining({ extensions: { code: 'INPUT_REJECTED' } }),
    )
  })
})
