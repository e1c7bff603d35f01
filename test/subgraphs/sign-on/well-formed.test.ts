import { expect, test } from 'vitest'

import { countOf, daysOf, offsetOf, wellFormed } from '../../../subgraphs/sign-on/well-formed.ts'

const HOSTILE = [
  '..',
  '.',
  '../x',
  '%2e%2e',
  'a/b',
  'a?b',
  'a#b',
  'a\\b',
  'a b',
  '',
  'a\u0000',
  '*',
  'a%2Fb',
  '\u202Ea',
]

test.each(HOSTILE)('refuses %j as any id, and does not repeat it', (text) => {
  for (const form of ['id', 'clientId', 'kid', 'alias', 'role', 'agency', 'clientName'] as const) {
    expect(() => wellFormed(form, text, 'id')).toThrow(
      expect.objectContaining({ code: 'INPUT_REJECTED', fields: ['id'] }),
    )
  }
})

test.each([
  '*',
  'ka*',
  '"kaveh"',
  'id:123456',
  'a',
  '%%',
  'q=x',
  'kaveh\n',
  'x'.repeat(99),
  '(|',
  "a'--",
])('refuses %j as a search', (text) => {
  expect(() => wellFormed('search', text, 'name')).toThrow(
    expect.objectContaining({ code: 'INPUT_REJECTED' }),
  )
})

test.each(['کاوه', 'علی‌رضا', 'Kaveh Y', 'فرودگاه ۲'])('takes %j as a search', (text) => {
  expect(wellFormed('search', text, 'name')).toBe(text)
})

test.each([['13AM_-UoqaYGu86Q2YLAxUno'], ['_-abc'], ['ee2021b3-dc51-42c8-996c-f7a5f9eb9d82']])(
  'takes %j as an id of the sign-on',
  (text) => {
    expect(wellFormed('id', text, 'id')).toBe(text)
  },
)

test.each([[0], [-1], [101], [Number.NaN], ['5'], [undefined]])(
  'refuses %j as a number of items',
  (value) => {
    expect(() => countOf(value)).toThrow(expect.objectContaining({ code: 'INPUT_REJECTED' }))
  },
)

test('a period is bounded', () => {
  expect(daysOf(90)).toBe(90)
  expect(() => daysOf(91)).toThrow('days must be 1 to 90')
})

test.each([['-1'], ['1e3'], ['x'], [5], ['999999']])('refuses %j as a cursor', (value) => {
  expect(() => offsetOf(value)).toThrow(expect.objectContaining({ fields: ['after'] }))
})
