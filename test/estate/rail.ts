// Railway stations, wagons with their waybills and rail construction projects, shared by all simulators. All invented.

import { readFile } from 'node:fs/promises'

import type { Point } from './places.ts'

export interface RailStation extends Point {
  /** Three digits. */
  readonly code: string
  readonly name: string
  readonly nameEn: string
  /** Code of a province. */
  readonly province: string
}

export interface Wagon {
  /** Twelve digits, the last by Luhn (UIC 438-2). */
  readonly wagonNumber: string
  readonly kind: string
  readonly axles: number
  readonly tareTonnes: string
  readonly capacityTonnes: string
  /** Legal national id of a rail company. */
  readonly owner: string
  /** Jalali year. */
  readonly builtIn: number
  /** Jalali. */
  readonly repairDueOn: string
  readonly position: WagonPosition
  /** Newest first. */
  readonly waybills: readonly RailWaybill[]
}

interface WagonPosition {
  /** Code of a station. */
  readonly station: string
  /** Jalali date and local time of the report. */
  readonly at: string
  readonly time: string
  readonly state: 'loaded' | 'empty' | 'repair'
  readonly train: string | null
}

export interface RailWaybill {
  /** Twelve digits. */
  readonly waybillNumber: string
  /** Codes of stations. */
  readonly from: string
  readonly to: string
  readonly cargo: string
  readonly weightTonnes: string
  /** Jalali. */
  readonly issuedOn: string
  readonly loadedOn: string | null
  readonly arrivedOn: string | null
  /** Legal national id. */
  readonly consignee: string
}

export interface RailProject {
  /** `RC-1107` */
  readonly projectId: string
  readonly name: string
  readonly nameEn: string
  readonly from: string
  readonly to: string
  readonly lengthKm: string
  readonly progressPercent: string
  /** Jalali. */
  readonly startedOn: string
  readonly dueOn: string | null
  /** Legal national ids. */
  readonly contractors: readonly string[]
  /** Codes of provinces. */
  readonly provinces: readonly string[]
  readonly status: 'building' | 'acquiring' | 'stopped' | 'done'
  readonly rightOfWay: readonly RightOfWay[]
}

/** A parcel of the right of way (حریم). */
export interface RightOfWay {
  readonly chainageKm: string
  readonly widthMetres: number
  /** Corners in order; the last is joined to the first. */
  readonly ring: readonly Point[]
}

interface RailContent {
  readonly stations: readonly RailStation[]
  readonly wagons: readonly Wagon[]
  readonly projects: readonly RailProject[]
}

export class Rail {
  readonly stations: readonly RailStation[]
  readonly wagons: readonly Wagon[]
  readonly projects: readonly RailProject[]

  constructor(content: RailContent) {
    this.stations = content.stations
    this.wagons = content.wagons
    this.projects = content.projects
  }

  station(code: string): RailStation | undefined {
    return this.stations.find((station) => station.code === code)
  }

  wagon(wagonNumber: string): Wagon | undefined {
    return this.wagons.find((wagon) => wagon.wagonNumber === wagonNumber)
  }

  project(projectId: string): RailProject | undefined {
    return this.projects.find((project) => project.projectId === projectId)
  }

  waybill(waybillNumber: string): { wagon: Wagon; waybill: RailWaybill } | undefined {
    const all = this.wagons.flatMap((wagon) =>
      wagon.waybills.map((waybill) => ({ wagon, waybill })),
    )
    return all.find(({ waybill }) => waybill.waybillNumber === waybillNumber)
  }
}

export async function readRail(): Promise<Rail> {
  const text = await readFile(new URL('rail.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by rail.test.ts
  return new Rail(JSON.parse(text) as RailContent)
}

/** Twelve digits whose last makes the Luhn sum a multiple of ten. */
export function isWagonNumber(text: string): boolean {
  if (!/^[0-9]{12}$/u.test(text)) return false
  const sum = Array.from(text, Number).reduce((all, digit, place) => {
    const weighed = place % 2 === 0 ? digit * 2 : digit
    return all + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}
