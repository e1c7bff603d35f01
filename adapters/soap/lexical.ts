// The built-in types of XML Schema part 2 §3 in one table: text ↔ value. Integers wider than 32 bits and decimals stay
// exact strings, dates stay as written. Never: rounding, or a zone that is shifted or dropped.

import type { ScalarType, Value } from '../adapter.ts'
import { isXmlText } from '../xml/escape.ts'
import type { Lexical } from './model.ts'

const INTEGER = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/
const FLOAT = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN)$/
const ZONE = '(?:Z|[+-]\\d\\d:\\d\\d)?'
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const HEX = /^(?:[0-9A-Fa-f]{2})*$/
const ZERO = 0x30

/** Bounds of the integer types; the first group fits a GraphQL Int, the second stays text. */
const NARROW: Readonly<Record<string, readonly [number, number]>> = {
  int: [-(2 ** 31), 2 ** 31 - 1],
  short: [-(2 ** 15), 2 ** 15 - 1],
  byte: [-128, 127],
  unsignedShort: [0, 2 ** 16 - 1],
  unsignedByte: [0, 255],
}
const WIDE: Readonly<Record<string, readonly [bigint | undefined, bigint | undefined]>> = {
  integer: [undefined, undefined],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  unsignedInt: [0n, 2n ** 32n - 1n],
  unsignedLong: [0n, 2n ** 64n - 1n],
  nonNegativeInteger: [0n, undefined],
  positiveInteger: [1n, undefined],
  nonPositiveInteger: [undefined, 0n],
  negativeInteger: [undefined, -1n],
}
const DATES: Readonly<Record<string, string>> = {
  date: '-?\\d{4,}-\\d\\d-\\d\\d',
  dateTime: '-?\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?',
  time: '\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?',
  gYear: '-?\\d{4,}',
  gYearMonth: '-?\\d{4,}-\\d\\d',
  // The second form stood in the first edition of XML Schema, and some systems still want it.
  gMonth: '--\\d\\d(?:--)?',
  gMonthDay: '--\\d\\d-\\d\\d',
  gDay: '---\\d\\d',
}
const COLLAPSED = [
  'token',
  'anyURI',
  'QName',
  'NOTATION',
  'language',
  'Name',
  'NCName',
  'ID',
].concat(['IDREF', 'NMTOKEN', 'ENTITY', 'duration'])

/** By local name in the XML Schema namespace. */
export const LEXICALS: ReadonlyMap<string, Lexical> = new Map(
  [
    text('string', (value) => value),
    text('anySimpleType', (value) => value),
    text('normalizedString', (value) => value.replace(/[\t\n\r]/g, ' ')),
    ...COLLAPSED.map((name) => text(name, collapse)),
    ...Object.entries(NARROW).map(([name, [least, most]]) => narrow(name, least, most)),
    ...Object.entries(WIDE).map(([name, bounds]) => exact(name, INTEGER, within(bounds))),
    exact('decimal', DECIMAL, () => true),
    floating('float'),
    floating('double'),
    boolean(),
    ...Object.entries(DATES).map(([name, pattern]) => temporal(name, pattern)),
    encoded('base64Binary', 'binary', BASE64),
    encoded('hexBinary', 'string', HEX),
  ].map((lexical) => [lexical.name, lexical]),
)

/** Built-in list types (§3.3): name → item type. */
export const LEXICAL_LISTS: ReadonlyMap<string, string> = new Map([
  ['NMTOKENS', 'NMTOKEN'],
  ['IDREFS', 'IDREF'],
  ['ENTITIES', 'ENTITY'],
])

/** White space at the ends gone, inside as one blank (§4.3.6). */
function collapse(value: string): string {
  return /[\s]/.test(value) ? value.trim().replace(/\s+/g, ' ') : value
}

function text(name: string, normalise: (value: string) => string): Lexical {
  return {
    name,
    scalar: 'string',
    parse: normalise,
    // A number where text is due keeps its digits: constants of a system.json are written so.
    print: (value) => {
      const given = typeof value === 'number' ? String(value) : value
      return typeof given === 'string' && isXmlText(given) ? given : undefined
    },
  }
}

function narrow(name: string, least: number, most: number): Lexical {
  const parse = (value: string) => {
    const lexical = value.trim()
    if (!INTEGER.test(lexical)) return undefined
    const number = Number(lexical)
    return number >= least && number <= most ? number + 0 : undefined
  }
  return { name, scalar: 'int', parse, print: (value) => printed(value, parse) }
}

function exact(name: string, pattern: RegExp, fits: (value: string) => boolean): Lexical {
  const parse = (value: string) => {
    const lexical = value.trim()
    return pattern.test(lexical) && fits(lexical) ? lexical : undefined
  }
  return { name, scalar: 'exact', parse, print: (value) => safe(value, parse) }
}

function within([least, most]: readonly [bigint | undefined, bigint | undefined]) {
  const sure = sureDigits(least, most)
  return (lexical: string): boolean => {
    if (lexical.length <= sure && lexical.charCodeAt(0) >= ZERO) return true
    if (lexical.length > 40) return least === undefined && most === undefined
    const value = BigInt(lexical.startsWith('+') ? lexical.slice(1) : lexical)
    return (least === undefined || value >= least) && (most === undefined || value <= most)
  }
}

/** Numbers of so many digits without a sign are inside the bounds, whatever the digits. */
function sureDigits(least: bigint | undefined, most: bigint | undefined): number {
  if (least !== undefined && least > 0n) return 0
  if (most === undefined) return Infinity
  return most > 0n ? String(most).length - 1 : 0
}

function floating(name: string): Lexical {
  return { name, scalar: 'double', parse: parseFloating, print: printFloating }
}

function parseFloating(value: string): number | undefined {
  const lexical = value.trim()
  return FLOAT.test(lexical) ? Number(lexical.replace('INF', 'Infinity')) : undefined
}

function printFloating(value: Value): string | undefined {
  if (typeof value === 'number') return String(value).replace('Infinity', 'INF')
  return printed(value, parseFloating)
}

function boolean(): Lexical {
  return {
    name: 'boolean',
    scalar: 'boolean',
    parse: parseBoolean,
    print: (value) => {
      if (typeof value === 'boolean') return String(value)
      if (value === 1 || value === 0) return String(value === 1)
      return printed(value, parseBoolean)
    },
  }
}

function parseBoolean(value: string): boolean | undefined {
  const lexical = value.trim()
  if (lexical === 'true' || lexical === '1') return true
  return lexical === 'false' || lexical === '0' ? false : undefined
}

/** Read as written, because legacy systems write days such as 00 that the mapping knows; sent only if it is in the lexical space. */
function temporal(name: string, pattern: string): Lexical {
  const whole = new RegExp(`^${pattern}${ZONE}$`)
  const scalar = name === 'date' || name === 'dateTime' ? name : 'string'
  return {
    name,
    scalar,
    parse: (value) => value.trim(),
    print: (value) => (typeof value === 'string' && whole.test(value) ? value : undefined),
  }
}

function encoded(name: string, scalar: ScalarType, pattern: RegExp): Lexical {
  const parse = (value: string) => {
    const compact = value.replace(/\s+/g, '')
    return pattern.test(compact) ? compact : undefined
  }
  return {
    name,
    scalar,
    parse,
    print: (value) => (typeof value === 'string' ? parse(value) : undefined),
  }
}

/** The text of a number or string, if it parses. */
function printed(value: Value, parse: (text: string) => unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const given = String(value).trim()
  return parse(given) === undefined ? undefined : given
}

/** As printed, but a number that may already have lost digits is refused. */
function safe(value: Value, parse: (text: string) => string | undefined): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return undefined
  }
  return printed(value, parse)
}
