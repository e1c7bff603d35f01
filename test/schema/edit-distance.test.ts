import { expect, test } from 'vitest'

import { editDistance } from '../../schema/edit-distance.ts'

test.each([
  ['port', 'port', 0],
  ['prot', 'port', 2],
  ['por', 'port', 1],
  ['', 'port', 4],
  ['kitten', 'sitting', 3],
])('from "%s" to "%s" it is %i letters', (one, other, letters) => {
  expect(editDistance(one, other)).toBe(letters)
  expect(editDistance(other, one)).toBe(letters)
})
