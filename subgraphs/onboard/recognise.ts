// What a name in a contract probably means. In: a name and the type that the contract gives it. Out: our scalar and the
// normalisers that lead to it. Only names that say it without doubt: a wrong proposal would refuse right answers.

import type { ScalarType } from '../../adapters/adapter.ts'
import type { NormaliserName } from '../../adapters/mapping/normalisers.ts'
import { toLatin } from './latin.ts'

export interface Recognised {
  readonly type: string
  readonly as: readonly NormaliserName[]
  /** Text for a sample in the system's own form. */
  readonly sample: string
}

interface Row extends Recognised {
  /** Against the name in lower case without anything but letters and digits. */
  readonly name: RegExp
  readonly from: readonly ScalarType[]
}

const ROWS: readonly Row[] = [
  {
    name: /^(?:nin|melli(?:code|no)|(?:code|kod|kode|shomare)melli|nationalcode|nationalid(?:entifier)?|personnationalcode)$/,
    from: ['string', 'exact', 'int'],
    type: 'NationalId',
    as: ['NATIONAL_ID'],
    sample: '0012345679',
  },
  {
    name: /^(?:legalnationalid|shenasemelli|shenasemeli|nationallegalid|companynationalid)$/,
    from: ['string', 'exact'],
    type: 'LegalNationalId',
    as: ['LEGAL_NATIONAL_ID'],
    sample: '10380284790',
  },
  {
    name: /^(?:codeposti|kodposti|kodeposti)$/,
    from: ['string', 'exact', 'int'],
    type: 'PostCode',
    as: ['POST_CODE'],
    sample: '1593601044',
  },
  {
    name: /^(?:mobile(?:no|number)?|telhamrah|shomarehamrah)$/,
    from: ['string'],
    type: 'MobileNumber',
    as: ['MOBILE'],
    sample: '09000000001',
  },
  {
    name: /(?:^tarikh|tarikh$|jalali|shamsi)/,
    from: ['string'],
    type: 'Date',
    as: ['JALALI_SLASHED'],
    sample: '1397/09/07',
  },
  {
    name: /rial$/,
    from: ['string', 'exact'],
    type: 'Rial',
    as: ['RIAL'],
    sample: '1250000',
  },
]

export function recognise(name: string, type: ScalarType): Recognised | undefined {
  const plain = toLatin(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
  return ROWS.find((row) => row.name.test(plain) && row.from.includes(type))
}

/** Whose record is asked for, when this is the one thing that an operation wants to know. */
export const ENTITY_OF: Readonly<Record<string, string>> = {
  NationalId: 'Person',
  LegalNationalId: 'LegalPerson',
  PostCode: 'Address',
}

export type Credential = 'USER' | 'PASSWORD' | 'KEY'

const CREDENTIALS: readonly (readonly [RegExp, Credential])[] = [
  [/^(?:(?:ws)?user(?:name|id)?|login|naamkarbari)$/, 'USER'],
  [/^(?:(?:ws|user)?pass(?:word|wd)?|pwd|ramz)$/, 'PASSWORD'],
  [/^(?:api|access|client|security)?(?:key|token)$/, 'KEY'],
]

/** Is this input who asks, and not what is asked? */
export function credentialOf(name: string): Credential | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return CREDENTIALS.find(([pattern]) => pattern.test(plain))?.[1]
}

/** Verbs of operations that change nothing, as far as a name can say so. */
const READING =
  /^(?:get|find|list|search|query|read|fetch|check|lookup|look|inquir|inquiry|estelam|retrieve|view|show|is|has|count|validate|verify|calculate|calc|consult|latest|status)/i

export function soundsLikeReading(operation: string): boolean {
  return READING.test(operation)
}
