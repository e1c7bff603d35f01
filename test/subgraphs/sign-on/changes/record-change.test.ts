import { expect, test } from 'vitest'

import { reasonOf } from '../../../../subgraphs/sign-on/changes/record-change.ts'

test('a reason is what somebody can read', () => {
  expect(reasonOf(' نامهٔ ۱۴۰۵ سازمان: کلید می\u200Cشود ')).toBe(
    'نامهٔ ۱۴۰۵ سازمان: کلید می\u200Cشود',
  )
})

test.each([
  ['nothing', undefined],
  ['a number', 1_234_567_890],
  ['nine letters', 'abcdefghi'],
  ['dots', '.'.repeat(50)],
  ['more than a page', 'a'.repeat(501)],
  ['a line break', 'because of\nanother row of the record'],
  ['a line break of Unicode', 'because of\u2028another row of the record'],
  ['text that is read backwards', 'because of \u202Erettel eht'],
  ['text that is shown elsewhere', 'because of \u2067the letter\u2069'],
])('%s is no reason', (_, value) => {
  expect(() => reasonOf(value)).toThrow(expect.objectContaining({ code: 'INPUT_REJECTED' }))
})
