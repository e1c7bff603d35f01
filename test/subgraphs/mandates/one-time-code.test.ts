import { expect, test } from 'vitest'

import {
  hashCode,
  isRightCode,
  newCode,
  readCode,
} from '../../../subgraphs/mandates/one-time-code.ts'

const SECRET = new Uint8Array(32).fill(7)
const AGREED = {
  id: '7b0f1c86-8b5e-4b58-9d0e-2f4f0f6f1a11',
  actor: 'clerk',
  office: '72-1001',
  principal: '0004120371',
  services: ['18071001000'],
  minutes: 30,
}

test('codes have six digits, and small numbers keep their zeros', () => {
  const codes = Array.from({ length: 2000 }, newCode)
  expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true)
  expect(codes.some((code) => code.startsWith('0'))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(1900)
})

test.each([
  ['012345', '012345'],
  ['۰۱۲۳۴۵', '012345'],
  ['٠١٢ ٣٤٥', '012345'],
  ['012-345', '012345'],
])('%s is read', (text, code) => {
  expect(readCode(text)).toBe(code)
})

test.each(['', '12345', '1234567', 'abcdef', '12345x', '１２３４５６'])(
  '"%s" is no code',
  (text) => {
    expect(readCode(text)).toBeUndefined()
  },
)

test('a code is right for what was agreed', () => {
  const code_hash = hashCode(SECRET, AGREED, '012345')
  expect(isRightCode(SECRET, { ...AGREED, code_hash }, '012345')).toBe(true)
  expect(isRightCode(SECRET, { ...AGREED, code_hash }, '012346')).toBe(false)
})

test.each([
  ['request', { id: '7b0f1c86-8b5e-4b58-9d0e-2f4f0f6f1a12' }],
  ['clerk', { actor: 'other' }],
  ['office', { office: '72-1002' }],
  ['citizen', { principal: '9924022343' }],
  ['service', { services: ['18071001000', '18071001001'] }],
  ['time', { minutes: 29 }],
])('and for no other %s', (_, change) => {
  const code_hash = hashCode(SECRET, AGREED, '012345')
  expect(isRightCode(SECRET, { ...AGREED, ...change, code_hash }, '012345')).toBe(false)
})

test('without the secret a stolen hash confirms nothing', () => {
  const code_hash = hashCode(SECRET, AGREED, '012345')
  expect(isRightCode(new Uint8Array(32), { ...AGREED, code_hash }, '012345')).toBe(false)
})

test('where no code was sent none is right', () => {
  expect(isRightCode(SECRET, { ...AGREED, code_hash: null }, '012345')).toBe(false)
})
