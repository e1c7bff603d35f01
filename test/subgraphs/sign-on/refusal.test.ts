// What administrators are told when something is refused: in both languages, whichever room says it.

import { readdir, readFile } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { toPublicError } from '../../../schema/errors.ts'
import { reasonOf } from '../../../subgraphs/sign-on/changes/record-change.ts'
import { inquiryRolesOf } from '../../../subgraphs/sign-on/clients/grantable-roles.ts'
import { publicKeysOf } from '../../../subgraphs/sign-on/clients/public-keys.ts'
import { redirectAddressesOf } from '../../../subgraphs/sign-on/clients/redirect-addresses.ts'
import { refusal, refused } from '../../../subgraphs/sign-on/refusal.ts'
import { countOf, daysOf, offsetOf, wellFormed } from '../../../subgraphs/sign-on/well-formed.ts'

function shown(refuse: () => unknown) {
  try {
    refuse()
  } catch (error) {
    return toPublicError(error, 'reference')
  }
  throw new TypeError('it was not refused')
}

describe('is said in English and in Persian', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a reason of dots', () => reasonOf('..........'), /دلیل/],
    ['an id that climbs', () => wellFormed('id', '..', 'id'), /^id باید یک شناسه/],
    ['a page without end', () => countOf(1000), /۱ تا ۱۰۰/],
    ['a period before time', () => daysOf(1000), /۱ تا ۹۰/],
    ['a cursor of nowhere', () => offsetOf('x'), /نشانگر/],
    ['a role that is none for clients', () => inquiryRolesOf(['staff']), /نقش‌های استعلام/],
    ['a wildcard', () => redirectAddressesOf(['https://a.example/*']), /دقیق/],
    ['a private key', () => publicKeysOf({ keys: [{ kty: 'RSA', d: 'x' }] }), /خصوصی/],
  ])('%s', (_what, refuse, persian) => {
    const { message, extensions } = shown(refuse)
    expect(message).toMatch(/^[ -~…]+$/)
    expect(extensions['fa']).toMatch(persian)
  })

  test('what must not be told apart, by the general text', () => {
    const { message, extensions } = toPublicError(refused('NOT_FOUND'), 'reference')
    expect([message, extensions['fa']]).toEqual(['There is no such thing.', 'یافت نشد.'])
  })

  test('nothing about the detail, which is for the log', () => {
    const said = { en: 'No.', fa: 'نه.' }
    const error = refusal('CONFLICT', said, { fields: ['x'], detail: { operation: 'create' } })
    expect(error.detail).toEqual({ operation: 'create' })
    expect(toPublicError(error, 'r')).toEqual({
      message: 'No.',
      extensions: { code: 'CONFLICT', fa: 'نه.', fields: ['x'], reference: 'r' },
    })
  })
})

test('no room refuses by an error of its own, in one language', async () => {
  const root = new URL('../../../subgraphs/sign-on/', import.meta.url)
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const own = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(new URL(name, root), 'utf8')
      return text.includes('new CallerError(') ? [name] : []
    }),
  )
  expect(files.length).toBeGreaterThan(20)
  expect(own.flat()).toEqual(['refusal.ts'])
})
