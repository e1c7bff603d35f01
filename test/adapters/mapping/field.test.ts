import { describe, expect, test } from 'vitest'

import type { Shape } from '../../../adapters/adapter.ts'
import {
  compileEncode,
  compileValue,
  compileValues,
  toContract,
  typeAfter,
} from '../../../adapters/mapping/field.ts'

describe('typeAfter', () => {
  test('follows a chain of normalisers', () => {
    expect(typeAfter('binary', ['BASE64_TEXT', 'PERSIAN_TEXT'])).toEqual({ type: 'string' })
    expect(typeAfter('exact', ['ZERO_IS_ABSENT', 'POST_CODE'])).toEqual({ type: 'string' })
  })

  test.each([
    ['double', ['JALALI_SLASHED'], 'here stands double'],
    ['binary', ['PERSIAN_TEXT'], 'here stands binary'],
    ['string', ['JALALI_SLASHED', 'DIGITS'], 'DIGITS reads string, but here stands date'],
    ['string', ['NOTHING'], 'no normaliser "NOTHING"'],
  ] as const)('refuses %s with %j', (type, names, problem) => {
    expect(typeAfter(type, names)).toEqual({ problem: expect.stringContaining(problem) })
  })
})

describe('compileValue', () => {
  test('names the normalisers that changed the value, in order', () => {
    const read = compileValue({ as: ['BASE64_TEXT', 'PERSIAN_TEXT'] })
    expect(read('2YPYp9mI2Yc=')).toEqual({
      value: 'کاوه',
      normalisations: ['BASE64_TEXT', 'PERSIAN_TEXT'],
    })
    expect(read('2qnYp9mI2Yc=')).toEqual({ value: 'کاوه', normalisations: ['BASE64_TEXT'] })
  })

  test('leaves an absence alone and stops at one that a normaliser finds', () => {
    const read = compileValue({ as: ['SENTINEL_DATE', 'JALALI_SLASHED'] })
    expect(read(null)).toEqual({ value: null, normalisations: [] })
    expect(read('1300/01/01')).toEqual({ value: null, normalisations: ['SENTINEL_DATE'] })
  })

  test('reads codes exactly and guesses none', () => {
    const read = compileValue({ as: [], codes: new Map([['0', 'ALIVE']]) })
    expect(read(0)).toEqual({ value: 'ALIVE', normalisations: ['CODES'] })
    expect(read('0 ')).toBeUndefined()
    expect(read(2)).toBeUndefined()
  })

  test('refuses a record where a value should be', () => {
    expect(compileValue({ as: [] })({ a: 1 })).toBeUndefined()
  })
})

test('compileValues refuses the whole list for one bad item', () => {
  const read = compileValues({ as: ['POST_CODE'] })
  expect(read(['15936-01044', '1593601044'])).toEqual({
    value: ['1593601044', '1593601044'],
    normalisations: ['POST_CODE'],
  })
  expect(read(['1593601044', 'x'])).toBeUndefined()
  expect(read(null)).toEqual({ value: [], normalisations: [] })
})

const shape = (type: 'int' | 'exact' | 'string'): Shape => ({ kind: 'scalar', type })

describe('compileEncode', () => {
  test('runs the normalisers backwards to the type of the contract', () => {
    expect(compileEncode(['NATIONAL_ID'], shape('exact'))('0004120371')).toBe('4120371')
    expect(compileEncode(['DIGITS', 'NATIONAL_ID'], shape('string'))('0004120371')).toBe(
      '0004120371',
    )
  })

  test('says undefined for what cannot be said', () => {
    expect(compileEncode(['NATIONAL_ID'], shape('exact'))('123')).toBeUndefined()
    expect(compileEncode([], shape('int'))('12x')).toBeUndefined()
  })
})

test.each([
  ['12', 'int', 12],
  ['12345678901234567890', 'int', undefined],
  [12, 'exact', '12'],
  [true, 'string', 'true'],
  ['1.5', 'double', 1.5],
  ['x', 'double', undefined],
  ['true', 'boolean', undefined],
] as const)('toContract makes %j to a %s as %j', (value, type, made) => {
  expect(toContract(value, type)).toBe(made)
})
