// The closed vocabulary of repairs: every row reads one habit of old systems and writes it again.
// In: a value of the contract. Out: ours. The enum `Normaliser` of the mapping directives is made from this table.

import type { Normaliser } from './normaliser.ts'
import { AMOUNT_ROWS } from './rows/amounts.ts'
import { DATE_ROWS } from './rows/dates.ts'
import { DOCUMENT_ROWS } from './rows/documents.ts'
import { IDENTIFIER_ROWS } from './rows/identifiers.ts'
import { MOMENT_ROWS } from './rows/moments.ts'
import { PLACE_ROWS } from './rows/places.ts'
import { TEXT_ROWS } from './rows/text.ts'

const TABLE = {
  ...TEXT_ROWS,
  ...IDENTIFIER_ROWS,
  ...DATE_ROWS,
  ...MOMENT_ROWS,
  ...AMOUNT_ROWS,
  ...PLACE_ROWS,
  ...DOCUMENT_ROWS,
} as const satisfies Record<string, Normaliser>

export type NormaliserName = keyof typeof TABLE
export const NORMALISERS: Readonly<Record<NormaliserName, Normaliser>> = TABLE

export function isNormaliserName(name: string): name is NormaliserName {
  return Object.hasOwn(NORMALISERS, name)
}
