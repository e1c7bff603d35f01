import { expect, test } from 'vitest'

import { toUtm } from './utm.ts'

test.each([
  // The CN Tower, the worked example of many tables.
  [43.642567, -79.387139, 17, 630_084.3, 4_833_438.6],
  // On the central meridian the easting is the false one; 10,000 km of meridian less the scale at 45°.
  [45, 51, 39, 500_000, 4_982_950.4],
  [0, 57, 40, 500_000, 0],
])('%d° %d° is zone %i, %d m, %d m', (...[latitude, longitude, zone, easting, northing]) => {
  const point = toUtm({ latitude, longitude })
  expect(point.zone).toBe(zone)
  expect(Math.abs(point.easting - easting)).toBeLessThan(0.5)
  expect(Math.abs(point.northing - northing)).toBeLessThan(0.5)
})

test('a point may be told in its neighbour’s zone', () => {
  const own = toUtm({ latitude: 31.87, longitude: 54.1 })
  const other = toUtm({ latitude: 31.87, longitude: 54.1 }, 39)
  expect([own.zone, other.zone]).toEqual([40, 39])
  expect(other.easting).toBeGreaterThan(700_000)
})
