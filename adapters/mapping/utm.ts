// Universal Transverse Mercator on WGS 84, northern half. In: metres and zone, or degrees. Out: the other, within a
// millimetre: the series of Krüger (Karney 2011, "Transverse Mercator with an accuracy of a few nanometers", §3).

export interface UtmPoint {
  /** Metres, 500 000 on the central meridian. */
  readonly easting: number
  /** Metres from the equator. */
  readonly northing: number
  /** 1 to 60; Iran lies in 38 to 41. */
  readonly zone: number
}

/** Degrees. */
export interface Degrees {
  readonly latitude: number
  readonly longitude: number
}

const FLATTENING = 1 / 298.257_223_563
const N = FLATTENING / (2 - FLATTENING)
/** Radius of the rectified meridian by the scale on the central meridian. */
const RADIUS = ((0.9996 * 6_378_137) / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64)
const FALSE_EASTING = 500_000
const ECCENTRICITY = (2 * Math.sqrt(N)) / (1 + N)

const FORWARD: readonly number[] = [
  N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
  (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
  (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
  (49_561 * N ** 4) / 161_280,
]
const BACKWARD: readonly number[] = [
  N / 2 - (2 * N ** 2) / 3 + (37 * N ** 3) / 96 - N ** 4 / 360,
  N ** 2 / 48 + N ** 3 / 15 - (437 * N ** 4) / 1440,
  (17 * N ** 3) / 480 - (37 * N ** 4) / 840,
  (4397 * N ** 4) / 161_280,
]
const RADIANS = Math.PI / 180

export function toDegrees({ easting, northing, zone }: UtmPoint): Degrees {
  const xi = northing / RADIUS
  const eta = (easting - FALSE_EASTING) / RADIUS
  let across = eta
  let along = xi
  for (const [place, factor] of BACKWARD.entries()) {
    const twice = 2 * (place + 1)
    along -= factor * Math.sin(twice * xi) * Math.cosh(twice * eta)
    across -= factor * Math.cos(twice * xi) * Math.sinh(twice * eta)
  }
  const conformal = Math.sin(along) / Math.cosh(across)
  return {
    latitude: fromConformal(conformal) / RADIANS,
    longitude: centralMeridian(zone) + Math.atan2(Math.sinh(across), Math.cos(along)) / RADIANS,
  }
}

/** In the zone that the longitude lies in, or in one beside it that is asked for. */
export function toUtm({ latitude, longitude }: Degrees, zone = zoneOf(longitude)): UtmPoint {
  const sine = Math.sin(latitude * RADIANS)
  const t = Math.sinh(Math.atanh(sine) - ECCENTRICITY * Math.atanh(ECCENTRICITY * sine))
  const lambda = (longitude - centralMeridian(zone)) * RADIANS
  const xi = Math.atan2(t, Math.cos(lambda))
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(t, Math.cos(lambda)))
  let along = xi
  let across = eta
  for (const [place, factor] of FORWARD.entries()) {
    const twice = 2 * (place + 1)
    along += factor * Math.sin(twice * xi) * Math.cosh(twice * eta)
    across += factor * Math.cos(twice * xi) * Math.sinh(twice * eta)
  }
  return { easting: FALSE_EASTING + RADIUS * across, northing: RADIUS * along, zone }
}

export function zoneOf(longitude: number): number {
  return Math.floor((longitude + 180) / 6) + 1
}

function centralMeridian(zone: number): number {
  return zone * 6 - 183
}

/** Newton's method on the isometric latitude; three steps leave less than 1e-15. */
function fromConformal(sine: number): number {
  const t = sine / Math.sqrt(1 - sine ** 2)
  let tau = t
  for (let step = 0; step < 4; step += 1) {
    const root = Math.hypot(1, tau)
    const sigma = Math.sinh(ECCENTRICITY * Math.atanh((ECCENTRICITY * tau) / root))
    const reached = tau * Math.hypot(1, sigma) - sigma * root
    const squeezed = 1 - ECCENTRICITY ** 2
    tau += ((t - reached) * (1 + squeezed * tau ** 2)) / (Math.hypot(1, reached) * squeezed * root)
  }
  return Math.atan(tau)
}
