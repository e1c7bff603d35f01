// Texts that a broken or evil system, or a caller, writes to keep us busy or to be read as something else. Each would take
// minutes or hours where an expression goes back over what it has read: this file is over at once, or not at all.

import { describe, expect, test } from 'vitest'

import type { ScalarType, Shape } from '../../adapters/adapter.ts'
import { compileEncode } from '../../adapters/mapping/field.ts'
import { NORMALISERS } from '../../adapters/mapping/normalisers.ts'
import { readXmlText } from '../../adapters/rest/xml-text.ts'
import { readPage } from '../../adapters/table/html-rows.ts'

const MANY = 100_000
const scalar = (type: ScalarType): Shape => ({ kind: 'scalar', type })
const RUNS: readonly string[] = [
  ' ',
  '\u00a0',
  '\u200c',
  ' \u200c',
  '0',
  '9',
  '1.',
  '1,',
  '-',
  '/',
  ':',
  'A',
  'ا',
  '(',
  '[',
  ';',
  '1 ',
  'IMO ',
].map((each) => each.repeat(MANY))

/** What is read of a text is not larger by magnitudes: nothing is unfolded. */
function sizeOf(value: unknown): number {
  return JSON.stringify(value ?? null).length
}

describe('long runs', () => {
  test.each(Object.entries(NORMALISERS))('%s reads them at once', (_name, { decode }) => {
    for (const run of RUNS)
      for (const text of [run, `${run}x`, `x${run}x`, `1.${run}1`])
        expect(sizeOf(decode(text))).toBeLessThan(6 * text.length)
  })

  test.each(Object.entries(NORMALISERS))('%s asks with them at once', (_name, { encode }) => {
    for (const run of RUNS)
      for (const text of [`${run}x`, `1.${run}1`])
        expect(sizeOf(encode(text, 'string'))).toBeLessThan(6 * text.length)
  })

  test.each(['exact', 'int', 'double', 'boolean', 'binary', 'date'] as const)(
    'a text of XML for %s is refused at once',
    (type) => {
      for (const whole of [true, false]) {
        const model = { nullable: false, kind: { is: 'scalar', type, whole } } as const
        const read = (text: string) => () =>
          readXmlText(text, { model, required: true, path: () => 'p' })
        if (type !== 'date') expect(read(`${'0'.repeat(MANY)}x`)).toThrow(`expected ${type}`)
        if (type !== 'binary' && type !== 'date')
          expect(read(`1.${'0'.repeat(MANY)}x`)).toThrow(`expected ${type}`)
      }
    },
  )

  test('a page is read at once', () => {
    expect(readPage(`<p>a${'\u00a0'.repeat(MANY)}b</p>`)?.text).toHaveLength(MANY + 2)
  })

  test('a geometry nested without end is none', () => {
    const deep = `${'['.repeat(MANY)}${']'.repeat(MANY)}`
    expect(NORMALISERS.GEO_JSON.decode(`{"type":"Point","coordinates":${deep}}`)).toBeUndefined()
    expect(NORMALISERS.WKT.decode(`POLYGON ${'('.repeat(MANY)}${')'.repeat(MANY)}`)).toBeUndefined()
  })
})

describe('a text that is asked where a number is', () => {
  test.each([
    '',
    ' ',
    ' 12',
    '0x1F',
    '1e3',
    'abc',
    '12345678901234567890',
    'Infinity',
    'NaN',
    '+1',
    '1.',
    '.5',
  ])('%j is refused, not another number', (text) => {
    for (const type of ['int', 'double'] as const) {
      expect(compileEncode([], scalar(type))(text)).toBeUndefined()
      for (const name of ['CODE_TEXT', 'DIGITS', 'RIAL', 'DECIMAL_TEXT'] as const) {
        expect(compileEncode([name], scalar(type))(text)).toBeUndefined()
      }
    }
  })

  test.each<[string, ScalarType, unknown]>([
    ['0012', 'int', 12],
    ['12.50', 'double', 12.5],
    ['0.1234567890123456', 'double', 0.123_456_789_012_345_6],
    ['1234567890123456.78', 'double', undefined],
    ['12.5', 'int', undefined],
    ['00123456789012345678', 'exact', '00123456789012345678'],
  ])('%s as %s is %j', (given, type, sent) => {
    expect(compileEncode([], scalar(type))(given)).toBe(sent)
  })

  test('zeros in front go only where a number stands', () => {
    expect(compileEncode(['CODE_TEXT'], scalar('exact'))('0012')).toBe('12')
    expect(compileEncode(['CODE_TEXT'], scalar('string'))('0012')).toBe('0012')
  })
})

describe('names of JavaScript itself', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is a word like any other',
    (word) => {
      expect(NORMALISERS.DANG_TEXT.decode(word)).toBeUndefined()
      expect(NORMALISERS.DANG_TEXT.decode(`یک و ${word}`)).toBeUndefined()
      expect(NORMALISERS.PERSIAN_TEXT.decode(word)).toBe(word)
      expect(NORMALISERS.BOOLEAN_TEXT.decode(word)).toBeUndefined()
      expect(NORMALISERS.WKT.decode(`${word} (1 2)`)).toBeUndefined()
    },
  )
})

describe('words in either spelling', () => {
  test.each([
    ['می \u200c \u200c \u200cرود', 'می رود'],
    ['\u200c \u200cعلی\u200c \u200c', 'علی'],
    ['نیک\u200c\u200c\u200cنام', 'نیک\u200cنام'],
    ['ك\u0640\u0640\u0627', 'کا'],
    ['\u0627\u0640\u0653', '\u0622'],
  ])('%j is read as %j, and again as the same', (given, read) => {
    expect(NORMALISERS.PERSIAN_TEXT.decode(given)).toBe(read)
    expect(NORMALISERS.PERSIAN_TEXT.decode(read)).toBe(read)
  })
})
