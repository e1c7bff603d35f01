// The people of the estate, shared by all simulators so that their answers fit together. All of it is invented:
// national ids begin with place codes that are not given out (9xx, 000), mobiles with 0900000, plates are made up.
// Data is clean here (ی ک, Latin digits, padded Jalali dates); each simulator spoils it in its own way.

import { readFile } from 'node:fs/promises'

export interface Persona {
  /** Stable name for the command line, for instance `kaveh`. */
  readonly key: string
  /** Ten digits with a valid check digit. */
  readonly nationalId: string
  readonly firstName: string
  readonly lastName: string
  readonly fatherName: string
  /** Latin letters, for English output. */
  readonly nameEn: string
  /** How the registries hold the name when it is not clean (Arabic letters, tatweel, no-break space …). */
  readonly writtenAs?: {
    readonly firstName: string
    readonly lastName: string
    readonly fatherName: string
  }
  readonly gender: 'male' | 'female'
  /** Jalali `1365/04/17`; day `00` when only approximate. */
  readonly birthDate: string
  readonly birthDateApproximate: boolean
  /** Number of the birth certificate (شماره شناسنامه); `0` for those born after 1368 (it is the national id). */
  readonly identityNumber: string
  /** Jalali date of death. */
  readonly deceasedOn: string | null
  /** National ids of other personas, where the civil registry knows them. */
  readonly fatherNationalId?: string
  readonly motherNationalId?: string
  /** `09000000001` */
  readonly mobile: string
  /** Ten digits; key of `Population.addresses`. */
  readonly postCode: string
  readonly drivingLicence: DrivingLicence | null
  readonly driverCard: DriverCard | null
  readonly vehicles: readonly Vehicle[]
  readonly insurance: readonly InsurancePeriod[]
  /** Null: not subject to service (women). */
  readonly conscription: Conscription | null
}

interface DrivingLicence {
  readonly number: string
  readonly class: 'پایه یک' | 'پایه دو' | 'پایه سه' | 'موتورسیکلت'
  readonly issuedOn: string
  readonly expiresOn: string
  readonly negativePoints: number
}

/** Smart card of a professional driver (RMTO). */
interface DriverCard {
  /** Seven digits. */
  readonly number: string
  readonly kind: 'باری' | 'مسافری'
  readonly grade: 1 | 2
  readonly issuedOn: string
  readonly expiresOn: string
  readonly active: boolean
  /** Date until which the health card is valid. */
  readonly healthCardExpiresOn: string
}

export interface Vehicle {
  /** `12ع345-11` */
  readonly plate: string
  /** 17 characters. */
  readonly vin: string
  readonly model: string
  readonly year: number
  /** Smart card of a commercial vehicle, seven digits. */
  readonly fleetCard: string | null
  readonly capacityTonnes: number | null
  readonly fleetCardExpiresOn: string | null
  readonly plateIssuedOn: string
}

/** A run of whole months with one employer. */
export interface InsurancePeriod {
  readonly employer: string
  /** `1392/05` */
  readonly from: string
  readonly to: string
  /** Rial per month in the first year; grows by a fifth each year. */
  readonly wage: number
  /** Insured days of each month; default whole months. */
  readonly days?: number
}

export interface Conscription {
  readonly status: 'completed' | 'exempt' | 'serving' | 'student-deferred' | 'absent' | 'not-yet'
  readonly cardNumber: string | null
  /** Jalali. */
  readonly date: string | null
  /** Kind of exemption in Persian. */
  readonly reason: string | null
}

export interface Address {
  readonly postCode: string
  readonly province: string
  readonly city: string
  readonly district: string
  readonly street: string
  readonly alley: string | null
  readonly houseNumber: number
  readonly floor: number | null
  readonly unit: number | null
  readonly latitude: number
  readonly longitude: number
}

/** A registered plot or flat; shares of all owners make six dang. */
export interface Plot {
  /** شناسه یکتای ملک, twelve digits. */
  readonly plotId: string
  /** پلاک ثبتی main/sub: `2395/117` */
  readonly registryPlate: string
  /** بخش ثبتی */
  readonly section: string
  readonly kind: string
  readonly areaSquareMetres: string
  readonly postCode: string
  readonly owners: readonly PlotOwner[]
}

export interface PlotOwner {
  readonly nationalId: string
  /** Whole or half dang: 6, 3, 1.5 */
  readonly shareDang: number
  readonly deedNumber: string
  readonly issuedOn: string
}

export interface PopulationContent {
  readonly personas: readonly Persona[]
  readonly addresses: readonly Address[]
  readonly plots: readonly Plot[]
}

export class Population {
  readonly personas: readonly Persona[]
  readonly addresses: readonly Address[]
  readonly plots: readonly Plot[]
  readonly #byNationalId: ReadonlyMap<string, Persona>
  readonly #byKey: ReadonlyMap<string, Persona>
  readonly #addressByPostCode: ReadonlyMap<string, Address>

  constructor(content: PopulationContent) {
    this.personas = content.personas
    this.addresses = content.addresses
    this.plots = content.plots
    this.#byNationalId = new Map(content.personas.map((persona) => [persona.nationalId, persona]))
    this.#byKey = new Map(content.personas.map((persona) => [persona.key, persona]))
    this.#addressByPostCode = new Map(content.addresses.map((place) => [place.postCode, place]))
  }

  /** Also finds an id that has lost its leading zeros on the way. */
  byNationalId(nationalId: string): Persona | undefined {
    return this.#byNationalId.get(nationalId.padStart(10, '0'))
  }

  byKey(key: string): Persona | undefined {
    return this.#byKey.get(key)
  }

  address(postCode: string): Address | undefined {
    return this.#addressByPostCode.get(postCode)
  }

  plot(plotId: string): Plot | undefined {
    return this.plots.find((plot) => plot.plotId === plotId)
  }

  plotsOf(nationalId: string): readonly Plot[] {
    return this.plots.filter((plot) => plot.owners.some((owner) => owner.nationalId === nationalId))
  }
}

export async function readPopulation(): Promise<Population> {
  const text = await readFile(new URL('personas.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by personas.test.ts
  return new Population(JSON.parse(text) as PopulationContent)
}

/** Check digit of a national id: Σ digit × (10 − place) mod 11. */
export function isNationalId(text: string): boolean {
  if (!/^[0-9]{10}$/u.test(text)) return false
  const digits = Array.from(text, Number)
  const sum = digits.slice(0, 9).reduce((total, digit, place) => total + digit * (10 - place), 0)
  const rest = sum % 11
  return digits[9] === (rest < 2 ? rest : 11 - rest)
}
