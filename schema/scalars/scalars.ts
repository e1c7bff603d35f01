// The scalars that all subgraphs share. In: what a caller or a system wrote. Out: one canonical text, or INPUT_REJECTED.
// An identifier, an amount or a decimal never becomes a JavaScript number.

import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'

import { toAsciiDigits } from './digits.ts'
import { isLegalNationalId } from './legal-national-id.ts'
import { toMobileNumber } from './mobile-number.ts'
import { isMoment, MOMENT_DESCRIPTION } from './moment.ts'
import { isNationalId } from './national-id.ts'
import { toPostCode } from './post-code.ts'

interface ScalarRow {
  /** English, then Persian. */
  readonly description: string
  /** What a refused caller reads; never the value itself. */
  readonly expected: string
  /** The canonical text; undefined for anything else. */
  readonly parse: (text: string) => string | undefined
}

const ROWS = {
  NationalId: {
    description:
      'Iranian national id: ten digits with leading zeros, check digit verified. / کد ملی ده‌رقمی با صفرهای ابتدایی.',
    expected: 'ten digits whose check digit is right',
    parse: (text) => {
      const digits = toAsciiDigits(text)
      return isNationalId(digits) ? digits : undefined
    },
  },
  LegalNationalId: {
    description:
      'National id of a legal person: eleven digits with leading zeros, check digit verified. / شناسهٔ ملی یازده‌رقمی اشخاص حقوقی.',
    expected: 'eleven digits whose check digit is right',
    parse: (text) => {
      const digits = toAsciiDigits(text)
      return isLegalNationalId(digits) ? digits : undefined
    },
  },
  PostCode: {
    description: 'Postcode of ten digits. / کد پستی ده‌رقمی.',
    expected: 'ten digits, not beginning with 0',
    parse: (text) => toPostCode(toAsciiDigits(text)),
  },
  MobileNumber: {
    description:
      'Iranian mobile number, answered as `+989…`; `09…` is also read. / شمارهٔ تلفن همراه ایران.',
    expected: 'an Iranian mobile number such as +989… or 09…',
    parse: (text) => toMobileNumber(toAsciiDigits(text)),
  },
  Date: {
    description: 'Gregorian date in ISO 8601, `2017-11-28`. / تاریخ میلادی.',
    expected: 'an ISO 8601 date such as 2017-11-28',
    parse: toDate,
  },
  DateTime: {
    description: MOMENT_DESCRIPTION,
    expected: 'a moment in ISO 8601 with its zone',
    parse: (text) => (isMoment(text) ? text : undefined),
  },
  Decimal: {
    description: 'Exact decimal number as text, `12.50`. / عدد اعشاری دقیق.',
    expected: 'a decimal number as text',
    parse: (text) => (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text) ? text : undefined),
  },
  Rial: {
    description: 'Amount in Rial, an exact whole number as text. / مبلغ به ریال، عدد صحیح دقیق.',
    expected: 'a whole number of Rial as text',
    parse: (text) => (/^-?(0|[1-9][0-9]*)$/.test(text) && text !== '-0' ? text : undefined),
  },
} as const satisfies Record<string, ScalarRow>

/** Every shared scalar by its name. */
export const SCALARS: ReadonlyMap<string, GraphQLScalarType<string, string>> = new Map(
  Object.entries(ROWS).map(([name, row]) => [name, toScalarType(name, row)]),
)

/** The canonical text of a value of that scalar; undefined when it is none. */
export function parseScalar(name: string, value: string): string | undefined {
  return Object.hasOwn(ROWS, name) ? rows[name]?.parse(value) : undefined
}

const rows: Readonly<Record<string, ScalarRow>> = ROWS

function toScalarType(name: string, row: ScalarRow): GraphQLScalarType<string, string> {
  const accept = (value: unknown): string => {
    const canonical = row.parse(textOf(value) ?? '')
    if (canonical !== undefined) return canonical
    throw new GraphQLError(`${name} must be ${row.expected}.`, {
      extensions: { code: 'INPUT_REJECTED' },
    })
  }
  return new GraphQLScalarType<string, string>({
    name,
    description: row.description,
    serialize: accept,
    parseValue: accept,
    parseLiteral: (node) => accept(sourceOf(node)),
  })
}

/** A number is taken only while it is still exact. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

/** A number literal is read as it is written, so no digit is lost. */
function sourceOf(node: ValueNode): string | undefined {
  const exact = node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT
  return exact ? node.value : undefined
}

function toDate(text: string): string | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}
