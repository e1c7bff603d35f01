// Degrees of WGS 84 as metres of UTM (Krüger's series to the third order, as in Karney 2011): how surveyors hold places.

import type { Point } from './places.ts'

const EQUATOR_M = 6_378_137
const FLATTENING = 1 / 298.257_223_563
const SCALE = 0.9996
const FALSE_EASTING_M = 500_000
const THIRD = FLATTENING / (2 - FLATTENING)
const RADIUS_M = (EQUATOR_M / (1 + THIRD)) * (1 + THIRD ** 2 / 4 + THIRD ** 4 / 64)
const ALPHA = [
  THIRD / 2 - (2 / 3) * THIRD ** 2 + (5 / 16) * THIRD ** 3,
  (13 / 48) * THIRD ** 2 - (3 / 5) * THIRD ** 3,
  (61 / 240) * THIRD ** 3,
]

export interface UtmPoint {
  readonly zone: number
  readonly easting: number
  readonly northing: number
}

/** Northern hemisphere, to the millimetre within a zone. `zone`: another than the point's own, as surveys of one project do. */
export function toUtm({ latitude, longitude }: Point, zone = zoneOf(longitude)): UtmPoint {
  const phi = (latitude * Math.PI) / 180
  const lambda = ((longitude - (6 * zone - 183)) * Math.PI) / 180
  const squeeze = (2 * Math.sqrt(THIRD)) / (1 + THIRD)
  const sine = Math.sin(phi)
  const tau = Math.sinh(Math.atanh(sine) - squeeze * Math.atanh(squeeze * sine))
  const xi = Math.atan2(tau, Math.cos(lambda))
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(tau, Math.cos(lambda)))
  const terms = ALPHA.map((alpha, place) => ({ alpha, times: 2 * (place + 1) }))
  const north = terms.reduce(
    (sum, { alpha, times }) => sum + alpha * Math.sin(times * xi) * Math.cosh(times * eta),
    xi,
  )
  const east = terms.reduce(
    (sum, { alpha, times }) => sum + alpha * Math.cos(times * xi) * Math.sinh(times * eta),
    eta,
  )
  return {
    zone,
    easting: FALSE_EASTING_M + SCALE * RADIUS_M * east,
    northing: SCALE * RADIUS_M * north,
  }
}

/** 38 to 41 in Iran. */
function zoneOf(longitude: number): number {
  return Math.floor((longitude + 180) / 6) + 1
}
