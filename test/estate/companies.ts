// The companies of the estate, shared by all simulators. All of it is invented: legal national ids begin with 000 or 99,
// which nobody has. Data is clean here; each simulator spoils it in its own way.

import { readFile } from 'node:fs/promises'

export interface Company {
  /** Stable name, for instance `yektabar`. */
  readonly key: string
  /** Eleven digits with a valid check digit. */
  readonly legalNationalId: string
  readonly name: string
  readonly nameEn: string
  readonly kind: 'private-joint-stock' | 'public-joint-stock' | 'limited' | 'cooperative'
  readonly activity:
    | 'carrier'
    | 'coach'
    | 'rail'
    | 'airline'
    | 'shipping'
    | 'engineering'
    | 'construction'
    | 'services'
    | 'trade'
  /** Number in the register of its unit (شماره ثبت). */
  readonly registrationNumber: string
  readonly registrationUnit: string
  /** Jalali `1389/03/05`. */
  readonly registeredOn: string
  readonly status: 'active' | 'dissolved'
  readonly statusSince: string
  /** Key of `Population.addresses`. */
  readonly postCode: string
  readonly capitalRial: string
  /** How its own trade calls it: carrier code, number of the rail company, IATA designator … */
  readonly code: string
  readonly board: readonly BoardMember[]
}

export interface BoardMember {
  /** A persona. */
  readonly nationalId: string
  readonly position: string
  /** Jalali. */
  readonly from: string
  readonly to: string | null
  /** Signs for the company (حق امضا); absent where the notice does not say. */
  readonly signs?: boolean
}

export class Companies {
  readonly companies: readonly Company[]
  readonly #byId: ReadonlyMap<string, Company>
  readonly #byKey: ReadonlyMap<string, Company>

  constructor(companies: readonly Company[]) {
    this.companies = companies
    this.#byId = new Map(companies.map((company) => [company.legalNationalId, company]))
    this.#byKey = new Map(companies.map((company) => [company.key, company]))
  }

  /** Also finds an id that has lost its leading zeros on the way. */
  byLegalNationalId(legalNationalId: string): Company | undefined {
    return this.#byId.get(legalNationalId.padStart(11, '0'))
  }

  byKey(key: string): Company | undefined {
    return this.#byKey.get(key)
  }

  /** Those on whose board a person sits or sat. */
  ofPerson(nationalId: string): readonly Company[] {
    return this.companies.filter(({ board }) =>
      board.some((member) => member.nationalId === nationalId),
    )
  }
}

export async function readCompanies(): Promise<Companies> {
  const text = await readFile(new URL('companies.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by companies.test.ts
  return new Companies((JSON.parse(text) as { companies: Company[] }).companies)
}

const WEIGHTS = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17]

/** Check digit of a legal national id: Σ weight × (digit + tenth digit + 2) mod 11, and 0 for 10. */
export function isLegalNationalId(text: string): boolean {
  if (!/^[0-9]{11}$/u.test(text)) return false
  const digits = Array.from(text, Number)
  const added = (digits[9] ?? 0) + 2
  const sum = WEIGHTS.reduce(
    (all, weight, place) => all + weight * ((digits[place] ?? 0) + added),
    0,
  )
  return digits[10] === (sum % 11) % 10
}
