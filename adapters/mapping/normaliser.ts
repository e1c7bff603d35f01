// One row of the normaliser table. In: what a system wrote. Out: what we publish, or `undefined`: a guess is never made.

import type { ScalarType, Value } from '../adapter.ts'

/** What stands after a normaliser: a contract's type, or a geometry object, which no contract knows. */
export type MappedType = ScalarType | 'geometry'

export type Scalar = boolean | number | string

export interface Normaliser {
  /** Quirk ids of the estate that it repairs. */
  readonly quirks: readonly string[]
  /** One sentence for the schema's documentation. */
  readonly description: string
  /** Contract types that it can read. */
  readonly accepts: readonly ScalarType[]
  /** The type after it, or what came in. */
  readonly gives: MappedType | 'same'
  /** It works one way: what was lost cannot be written again, or is only ever asked. Such use is refused at load. */
  readonly only?: 'reading' | 'asking'
  /** Their value to ours; null is a known absence; undefined: this cannot be such a value. Returns its argument if nothing changed. */
  readonly decode: (raw: Scalar) => Value | undefined
  /** Our value to theirs, in the contract's type; undefined: cannot be said to this system. */
  readonly encode: (value: Scalar, type: ScalarType) => Value | undefined
}

export const TEXT: readonly ScalarType[] = ['string']
export const NUMERIC: readonly ScalarType[] = ['string', 'int', 'exact']
export const NUMBERS: readonly ScalarType[] = ['string', 'int', 'exact', 'double']

/** A row whose decoder reads text; numbers arrive as their decimal text. */
export function textRow(
  row: Omit<Normaliser, 'decode' | 'encode'> & {
    readonly decode: (text: string) => Value | undefined
    readonly encode?: (text: string) => string | undefined
  },
): Normaliser {
  const encode = row.encode ?? ((text: string) => text)
  return {
    ...row,
    decode: (raw) => {
      if (typeof raw === 'boolean') return undefined
      const text = String(raw)
      const value = row.decode(text)
      return value === text ? raw : value
    },
    encode: (value, type) => {
      if (typeof value === 'boolean') return undefined
      const text = encode(String(value))
      return text === undefined ? undefined : toType(text, type)
    },
  }
}

/** Decimal text in the lexical form of the contract's type: a number has no leading zeros. */
function toType(text: string, type: ScalarType): Value | undefined {
  if (type === 'exact') return /^-?[0-9]+$/.test(text) ? toPlainInteger(text) : text
  if (type !== 'int' && type !== 'double') return text
  return toNumber(text, type)
}

/** Digits without zeros in front; there is no minus zero. Not by BigInt, whose time grows faster than the digits. */
export function toPlainInteger(text: string): string {
  const bare = text.replace(/^(-?)0+(?=[0-9])/, '$1')
  return bare === '-0' ? '0' : bare
}

/**
 * Decimal text as a number where nothing is lost; undefined otherwise. Number() alone would read an empty text as 0, `0x1F` as 31,
 * and give twenty digits back as others.
 */
export function toNumber(text: string, type: 'int' | 'double'): number | undefined {
  const [, whole, fraction] = /^-?([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? []
  if (whole === undefined || (type === 'int' && fraction !== undefined)) return undefined
  const number = Number(text)
  // Fifteen digits are what every double gives back.
  const digits = (whole + (fraction ?? '')).replace(/^0+/, '')
  return digits.length <= 15 || String(number) === text ? number : undefined
}

/** A row that is only ever read. */
export function readingRow(
  row: Omit<Normaliser, 'decode' | 'encode' | 'only'> & {
    readonly decode: (text: string) => Value | undefined
  },
): Normaliser {
  return { ...textRow(row), only: 'reading', encode: () => undefined }
}
