// Provinces, weather stations, road sections, worn-out fabrics and weather warnings of the estate, shared by all
// simulators. Codes of provinces are the Statistical Centre's; the rest is invented and fits the personas' addresses.

import { readFile } from 'node:fs/promises'

/** WGS 84 degrees. */
export interface Point {
  readonly latitude: number
  readonly longitude: number
}

export interface Province {
  /** Two digits. */
  readonly code: string
  readonly name: string
  readonly nameEn: string
}

export interface WeatherStation extends Point {
  /** Five digits. */
  readonly stationId: string
  readonly name: string
  readonly nameEn: string
  /** Code of a province. */
  readonly province: string
  readonly elevationMetres: number
}

export interface RoadSection {
  /** Seven digits. */
  readonly sectionId: string
  readonly name: string
  readonly nameEn: string
  readonly province: string
  readonly kind: 'freeway' | 'highway' | 'main'
  readonly fromKm: number
  readonly toKm: number
  readonly start: Point
  readonly end: Point
}

/** An approved area of urban regeneration. */
export interface Fabric {
  /** `UF-23-0117` */
  readonly fabricId: string
  readonly name: string
  readonly city: string
  readonly province: string
  readonly kind: 'worn-out' | 'historic' | 'informal'
  /** Jalali. */
  readonly approvedOn: string
  readonly areaHectares: string
  readonly population: number
  /** Corners in order; the last is joined to the first. */
  readonly ring: readonly Point[]
}

/** A weather warning. Times are local to Tehran without zone. */
export interface Warning {
  readonly identifier: string
  readonly event: string
  readonly eventEn: string
  readonly level: 'yellow' | 'orange' | 'red'
  /** Words of CAP 1.2. */
  readonly category: 'Met'
  readonly urgency: 'Immediate' | 'Expected' | 'Future'
  readonly severity: 'Extreme' | 'Severe' | 'Moderate' | 'Minor'
  readonly certainty: 'Observed' | 'Likely' | 'Possible'
  readonly sentAt: string
  readonly onset: string
  readonly expires: string
  readonly provinces: readonly string[]
  readonly headline: string
  readonly instruction: string | null
}

interface PlacesContent {
  readonly provinces: readonly Province[]
  readonly weatherStations: readonly WeatherStation[]
  readonly roadSections: readonly RoadSection[]
  readonly fabrics: readonly Fabric[]
  readonly warnings: readonly Warning[]
}

export class Places {
  readonly provinces: readonly Province[]
  readonly weatherStations: readonly WeatherStation[]
  readonly roadSections: readonly RoadSection[]
  readonly fabrics: readonly Fabric[]
  readonly warnings: readonly Warning[]

  constructor(content: PlacesContent) {
    this.provinces = content.provinces
    this.weatherStations = content.weatherStations
    this.roadSections = content.roadSections
    this.fabrics = content.fabrics
    this.warnings = content.warnings
  }

  province(code: string): Province | undefined {
    return this.provinces.find((province) => province.code === code)
  }

  weatherStation(stationId: string): WeatherStation | undefined {
    return this.weatherStations.find((station) => station.stationId === stationId)
  }

  roadSection(sectionId: string): RoadSection | undefined {
    return this.roadSections.find((section) => section.sectionId === sectionId)
  }

  /** Those in which a point lies. */
  fabricsAt(point: Point): readonly Fabric[] {
    return this.fabrics.filter(({ ring }) => isInside(point, ring))
  }
}

export async function readPlaces(): Promise<Places> {
  const text = await readFile(new URL('places.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by places.test.ts
  return new Places(JSON.parse(text) as PlacesContent)
}

/** Even-odd rule: how many edges does a ray to the east cross? */
export function isInside({ latitude, longitude }: Point, ring: readonly Point[]): boolean {
  const crossed = ring.filter((from, place) => {
    const to = ring[(place + 1) % ring.length] ?? from
    if (from.latitude > latitude === to.latitude > latitude) return false
    const part = (latitude - from.latitude) / (to.latitude - from.latitude)
    return longitude < from.longitude + part * (to.longitude - from.longitude)
  })
  return crossed.length % 2 === 1
}
