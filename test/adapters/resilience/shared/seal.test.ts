import { expect, test } from 'vitest'

import { Seal } from '../../../../adapters/resilience/shared/seal.ts'

const seal = new Seal(new Uint8Array(32).fill(1))
const TEXT = '{"firstName":"زهرا","nationalId":"0000001015"}'

test('what is sealed says nothing, is never the same twice, and opens again', () => {
  const [one, two] = [seal.close(TEXT, 'n'), seal.close(TEXT, 'n')]
  expect(one).not.toBe(two)
  const bytes = Buffer.from(one, 'base64')
  expect(bytes.includes('0000001015')).toBe(false)
  expect(bytes.includes('زهرا')).toBe(false)
  expect([seal.open(one, 'n'), seal.open(two, 'n')]).toEqual([TEXT, TEXT])
})

test.each<[string, (sealed: string) => string | undefined]>([
  ['under another name', (sealed) => seal.open(sealed, 'm')],
  ['with another secret', (sealed) => new Seal(new Uint8Array(32).fill(2)).open(sealed, 'n')],
  ['with one bit changed', (sealed) => seal.open(flipped(sealed), 'n')],
  ['cut short', (sealed) => seal.open(sealed.slice(0, -8), 'n')],
  ['empty', () => seal.open('', 'n')],
  ['what is no seal', () => seal.open('AAAA', 'n')],
])('%s it does not open', (_, open) => {
  expect(open(seal.close(TEXT, 'n'))).toBeUndefined()
})

function flipped(sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const last = bytes.length - 1
  bytes[last] = (bytes[last] ?? 0) ^ 1
  return bytes.toString('base64')
}
