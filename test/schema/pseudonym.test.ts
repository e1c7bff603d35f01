import { expect, test } from 'vitest'

import { buildPseudonyms } from '../../schema/pseudonym.ts'

const SECRET = new Uint8Array(32).fill(1)
const name = buildPseudonyms(SECRET)

test('a person has one name within a sector, and another in each other one', () => {
  expect(name('rmto', 'u1')).toBe(buildPseudonyms(SECRET)('rmto', 'u1'))
  const names = ['rmto', 'mrud', 'portal'].map((sector) => name(sector, 'u1'))
  expect(new Set([...names, name('rmto', 'u2')]).size).toBe(4)
})

test('nobody without the secret can make it', () => {
  expect(buildPseudonyms(new Uint8Array(32).fill(2))('rmto', 'u1')).not.toBe(name('rmto', 'u1'))
})

test('no other sector and subject make the same name', () => {
  expect(name('a b', 'c')).not.toBe(name('a', 'b c'))
  expect(name('', 'a b')).not.toBe(name('a', 'b'))
})

test('is short, plain, and says nothing of whom it names', () => {
  expect(name('rmto', '0012345679')).toMatch(/^[\w-]{22}$/)
})
