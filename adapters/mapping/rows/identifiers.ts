// Numbers that name people, companies, things and places: the zeros in front that numeric columns lose come back.

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import { isLegalNationalId } from '../../../schema/scalars/legal-national-id.ts'
import { toMobileNumber } from '../../../schema/scalars/mobile-number.ts'
import { isNationalId } from '../../../schema/scalars/national-id.ts'
import { toPostCode } from '../../../schema/scalars/post-code.ts'
import { type Normaliser, NUMERIC, TEXT, textRow } from '../normaliser.ts'
import { readPlate } from '../plate.ts'

export const IDENTIFIER_ROWS = {
  NATIONAL_ID: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'National id: lost leading zeros restored, check digit verified.',
    accepts: NUMERIC,
    gives: 'string',
    decode: toNationalId,
    encode: (text) => (isNationalId(text) ? text : undefined),
  }),
  POST_CODE: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'Postcode of ten digits, with or without dash.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toPostCode(toAsciiDigits(text)),
  }),
  MOBILE: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'Mobile number to +989…; to the system as 09….',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toMobileNumber(toAsciiDigits(text)),
    encode: (text) => toMobileNumber(text)?.replace('+98', '0'),
  }),
  PLATE: textRow({
    quirks: ['Q7', 'Q8'],
    description: 'Vehicle plate to `12ع345-11`: two digits, letter, three digits, dash, province.',
    accepts: TEXT,
    gives: 'string',
    decode: readPlate,
  }),
  LEGAL_NATIONAL_ID: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'National id of a legal person: lost zeros restored, check digit verified.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => {
      const full = padded(text, 11)
      return full !== undefined && isLegalNationalId(full) ? full : undefined
    },
    encode: (text) => (isLegalNationalId(text) ? text : undefined),
  }),
  IMO_NUMBER: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'IMO number of a ship, with or without `IMO` before it; check digit verified.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) =>
      toImoNumber(
        toAsciiDigits(text)
          .trim()
          .replace(/^IMO\s*/i, ''),
      ),
    encode: toImoNumber,
  }),
  VIN: textRow({
    quirks: ['Q8', 'Q21'],
    description: 'Vehicle identification number (ISO 3779): 17 capitals and digits, no I, O, Q.',
    accepts: TEXT,
    gives: 'string',
    decode: (text) => {
      const plain = toAsciiDigits(text).replace(/[\s-]/g, '').toUpperCase()
      return /^[A-HJ-NPR-Z0-9]{17}$/.test(plain) ? plain : undefined
    },
  }),
  DIGITS_2: digits(2),
  DIGITS_3: digits(3),
  DIGITS_4: digits(4),
  DIGITS_5: digits(5),
  DIGITS_6: digits(6),
  DIGITS_7: digits(7),
  DIGITS_8: digits(8),
  DIGITS_9: digits(9),
  DIGITS_10: digits(10),
  DIGITS_11: digits(11),
  DIGITS_12: digits(12),
  DIGITS_16: digits(16),
} as const satisfies Record<string, Normaliser>

function digits(length: number): Normaliser {
  return textRow({
    quirks: ['Q8', 'Q11'],
    description: `A number of ${length} digits that names something: lost leading zeros restored.`,
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => padded(text, length),
    encode: (text) => (text.length === length && /^[0-9]+$/.test(text) ? text : undefined),
  })
}

function padded(text: string, length: number): string | undefined {
  const bare = toAsciiDigits(text).trim()
  return /^[0-9]+$/.test(bare) && bare.length <= length ? bare.padStart(length, '0') : undefined
}

function toNationalId(text: string): string | undefined {
  const full = padded(text, 10)
  return full !== undefined && isNationalId(full) ? full : undefined
}

/** IMO resolution A.1117(30): the last digit is that of 7·d1 + 6·d2 … + 2·d6. */
function toImoNumber(text: string): string | undefined {
  if (!/^[0-9]{7}$/.test(text) || text === '0000000') return undefined
  let sum = 0
  for (let place = 0; place < 6; place += 1) sum += Number(text[place]) * (7 - place)
  return sum % 10 === Number(text[6]) ? text : undefined
}
