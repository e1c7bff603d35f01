// The vessels of the estate, shared by all simulators. All of it is invented: call signs begin with XX0, which no country
// has, MMSI with 999. Data is clean here; each simulator spoils it in its own way.

import { readFile } from 'node:fs/promises'

export interface Vessel {
  /** Seven digits with a valid check digit. */
  readonly imoNumber: string
  readonly name: string
  readonly nameEn: string
  readonly kind: 'cargo' | 'tanker' | 'passenger' | 'fishing' | 'tug'
  /** ISO 3166-1, two letters. */
  readonly flag: string
  readonly portOfRegistry: string
  readonly portOfRegistryEn: string
  readonly callSign: string | null
  /** Nine digits. */
  readonly mmsi: string | null
  readonly grossTonnage: number
  readonly netTonnage: number | null
  readonly deadweightTonnes: string | null
  readonly lengthMetres: string
  readonly breadthMetres: string
  /** Jalali year. */
  readonly builtIn: number | null
  /** Jalali, as the other dates. */
  readonly registeredOn: string
  readonly safetyCertificateExpiresOn: string | null
  readonly loadLineExpiresOn: string | null
  readonly status: 'active' | 'suspended' | 'deleted'
  /** Shares make 100; each is a persona or a company. */
  readonly owners: readonly VesselOwner[]
}

export interface VesselOwner {
  readonly nationalId?: string
  readonly legalNationalId?: string
  readonly sharePercent: number
}

export class Vessels {
  readonly vessels: readonly Vessel[]

  constructor(vessels: readonly Vessel[]) {
    this.vessels = vessels
  }

  vessel(imoNumber: string): Vessel | undefined {
    return this.vessels.find((vessel) => vessel.imoNumber === imoNumber)
  }

  /** Of a person or company, by the register's order. */
  ownedBy(id: string): readonly Vessel[] {
    return this.vessels.filter(({ owners }) =>
      owners.some((owner) => owner.nationalId === id || owner.legalNationalId === id),
    )
  }
}

export async function readVessels(): Promise<Vessels> {
  const text = await readFile(new URL('vessels.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by vessels.test.ts
  return new Vessels((JSON.parse(text) as { vessels: Vessel[] }).vessels)
}

/** Σ digit × (7 … 2) ends with the seventh digit (IMO resolution A.1117(30)). */
export function isImoNumber(text: string): boolean {
  if (!/^[0-9]{7}$/u.test(text)) return false
  const digits = Array.from(text, Number)
  const sum = digits.slice(0, 6).reduce((all, digit, place) => all + digit * (7 - place), 0)
  return sum % 10 === digits[6]
}
