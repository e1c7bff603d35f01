import { expect, test } from 'vitest'

import { closest } from '../../subgraphs/closest.ts'

test.each([
  ['braker', ['breaker', 'retries'], '"braker", did you mean "breaker"?'],
  ['BASE64', ['DIGITS', 'BASE64_TEXT'], '"BASE64", did you mean "BASE64_TEXT"?'],
  ['nationalID', ['nationalId'], '"nationalID", did you mean "nationalId"?'],
  ['quite', ['other', 'names'], '"quite", only other, names'],
  ['x', [], '"x"'],
])('%j among %j', (written, known, words) => {
  expect(closest(written, known)).toBe(words)
})
