// Money, counts and shares. An amount stays exact text; only a small count becomes a number.

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import { fromDang, toDang } from '../dang.ts'
import { type Normaliser, NUMBERS, NUMERIC, TEXT, textRow, toPlainInteger } from '../normaliser.ts'

export const AMOUNT_ROWS = {
  RIAL: textRow({
    quirks: ['Q8', 'Q13'],
    description: 'Rial with commas or Persian separators to an exact integer.',
    accepts: NUMERIC,
    gives: 'exact',
    decode: toInteger,
  }),
  TOMAN: textRow({
    quirks: ['Q13', 'Q14'],
    description: 'Toman to Rial, ten to one.',
    accepts: NUMERIC,
    gives: 'exact',
    decode: (text) => {
      const toman = toInteger(text)
      return toman === undefined || toman === '0' ? toman : `${toman}0`
    },
    encode: (text) => (text === '0' ? text : /^(-?[1-9][0-9]*)0$/.exec(text)?.[1]),
  }),
  WHOLE_NUMBER: {
    quirks: ['Q8', 'Q13', 'Q31'],
    description: 'A whole number given as `12.0`, `1,200` or in Persian digits.',
    accepts: NUMBERS,
    gives: 'int',
    decode: toWholeNumber,
    encode: (value, type) =>
      !Number.isSafeInteger(value) ? undefined : type === 'string' ? String(value) : value,
  },
  DECIMAL_TEXT: textRow({
    quirks: ['Q8', 'Q13'],
    description:
      'A decimal number in any digits, with `.`, `٫` or `/` before the fraction: `۸۶٫45`, `12/5`.',
    accepts: NUMBERS,
    gives: 'exact',
    decode: toDecimal,
  }),
  DANG_TEXT: textRow({
    quirks: ['Q8'],
    description: 'Share of a plot in words, «سه دانگ» or «یک و نیم دانگ», to decimal dang of six.',
    accepts: TEXT,
    gives: 'exact',
    decode: toDang,
    encode: fromDang,
  }),
} as const satisfies Record<string, Normaliser>

function toInteger(text: string): string | undefined {
  const bare = toAsciiDigits(text).trim()
  if (!/^-?[0-9]{1,3}([,٬،][0-9]{3})+$|^-?[0-9]+$/.test(bare)) return undefined
  return toPlainInteger(bare.replace(/[,٬،]/g, ''))
}

/** Thousands in groups of three; anything else after a comma would be a guess. */
function toDecimal(text: string): string | undefined {
  const match = /^(-?)([0-9,٬،]+)(?:[.٫/]([0-9]+))?$/.exec(toAsciiDigits(text).trim())
  const [, sign = '', grouped = '', fraction] = match ?? []
  const whole = toInteger(grouped)
  if (whole === undefined) return undefined
  // The sign stays apart: an integer has no minus zero, but -0.5 is not 0.5.
  return fraction === undefined ? toPlainInteger(sign + whole) : `${sign}${whole}.${fraction}`
}

function toWholeNumber(raw: boolean | number | string): number | undefined {
  if (typeof raw === 'boolean') return undefined
  const text = typeof raw === 'number' ? String(raw) : toAsciiDigits(raw).trim()
  const integer = toInteger(text.replace(/[.٫]0+$/, ''))
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : undefined
}
