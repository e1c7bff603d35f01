// Which published scalar may hold which contract type. In: a GraphQL type name. Out: the check at load and at run time.
// A conversion that can lose a digit is refused at load, with the mend.

import type { Value } from '../../adapters/adapter.ts'
import type { MappedType } from '../../adapters/mapping/normaliser.ts'
import { isTree } from '../../adapters/tree.ts'
import { parseScalar, SCALARS } from '../../schema/scalars/scalars.ts'

interface Fit {
  readonly accepts: readonly MappedType[]
  /** What to do when the type is another. */
  readonly mend: string
}

const FITS: Readonly<Record<string, Fit>> = {
  String: {
    accepts: ['string', 'int', 'exact', 'date', 'dateTime'],
    mend: 'add BASE64_TEXT to bytes that are text, use Boolean or Float for those',
  },
  ID: { accepts: ['string', 'int', 'exact'], mend: 'use String' },
  Int: {
    accepts: ['int'],
    mend: 'digits would be lost; use Decimal or Rial, or add WHOLE_NUMBER where it is small',
  },
  Float: { accepts: ['double', 'int'], mend: 'digits would be lost; use Decimal' },
  Boolean: { accepts: ['boolean'], mend: 'add BOOLEAN_TEXT, or codes with the values true, false' },
  Date: { accepts: ['date'], mend: 'add ISO_DATE or one of JALALI_…' },
  Decimal: { accepts: ['exact', 'int', 'string'], mend: 'use Float, or WHOLE_NUMBER and Int' },
  Rial: { accepts: ['exact', 'int'], mend: 'add RIAL or TOMAN' },
  NationalId: { accepts: ['string'], mend: 'leading zeros are lost; add NATIONAL_ID' },
  LegalNationalId: {
    accepts: ['string'],
    mend: 'leading zeros are lost; add LEGAL_NATIONAL_ID',
  },
  PostCode: { accepts: ['string'], mend: 'add POST_CODE' },
  DateTime: {
    accepts: ['dateTime'],
    mend: 'add TEHRAN_TIME, TEHRAN_JALALI_TIME, UTC_TIME or EPOCH_…: which moment is meant',
  },
  GeoJson: { accepts: ['geometry'], mend: 'add WKT, POS_LIST, POS_LINE or GEO_JSON' },
  MobileNumber: { accepts: ['string'], mend: 'add MOBILE' },
}

/** Why a contract type must not become that scalar; undefined when it may. */
export function misfit(scalar: string, type: MappedType): string | undefined {
  const fit = FITS[scalar]
  if (fit === undefined) return `there is no scalar ${scalar} in schema/scalars`
  if (fit.accepts.includes(type)) return undefined
  return `${type} does not fit ${scalar}: ${fit.mend}`
}

export function isKnownScalar(name: string): boolean {
  return Object.hasOwn(FITS, name)
}

/** The value as that scalar; undefined when it is none. */
export type Finish = (value: Value) => Value | undefined

export function finishScalar(scalar: string): Finish {
  if (SCALARS.has(scalar)) {
    return (value) => (isText(value) ? parseScalar(scalar, String(value)) : undefined)
  }
  return BUILT_IN[scalar] ?? (() => undefined)
}

export function finishEnum(values: ReadonlySet<string>): Finish {
  return (value) => (typeof value === 'string' && values.has(value) ? value : undefined)
}

const BUILT_IN: Readonly<Record<string, Finish>> = {
  // Its normaliser gives nothing else.
  GeoJson: (value) => (isTree(value) ? value : undefined),
  String: toText,
  ID: toText,
  Int: (value) =>
    Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31 ? value : undefined,
  Float: (value) => (Number.isFinite(value) ? value : undefined),
  Boolean: toBoolean,
}

function toText(value: Value): string | undefined {
  return isText(value) ? String(value) : undefined
}

function toBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function isText(value: Value): value is number | string {
  return typeof value === 'number' || typeof value === 'string'
}
