import { describe, expect, test } from 'vitest'

import { decodeText, isHtml } from '../../../adapters/transport/content.ts'
import { statusFault } from '../../../adapters/transport/status.ts'

function reply(contentType: string, bytes: readonly number[] | string) {
  const body = typeof bytes === 'string' ? Buffer.from(bytes) : Uint8Array.from(bytes)
  return { status: 200, headers: { 'content-type': contentType }, body }
}

describe('text of a reply', () => {
  test.each([
    ['the header', 'text/csv; charset=windows-1256', [0xe6, 0xd1], 'utf-8', 'ور'],
    ['a quoted header', 'text/csv;CHARSET="Windows-1256"', [0xe6, 0xd1], 'utf-8', 'ور'],
    ['the contract', 'text/csv', [0xe6, 0xd1], 'windows-1256', 'ور'],
    [
      'a byte order mark before the header',
      'text/csv; charset=windows-1256',
      [0xef, 0xbb, 0xbf, 0x41],
      'utf-8',
      'A',
    ],
    ['a UTF-16 mark', '', [0xff, 0xfe, 0x48, 0x06], 'utf-8', 'و'],
  ])('is read by %s', (...row) => {
    const [, type, bytes, otherwise, text] = row
    expect(decodeText(reply(type, bytes), otherwise)).toBe(text)
  })

  test.each([
    ['bytes that are not of the charset', 'text/csv', [0xe6, 0xd1]],
    ['a charset nobody knows', 'text/csv; charset=x-none', [0x41]],
  ])('is undefined for %s', (_name, type, bytes) => {
    expect(decodeText(reply(type, bytes), 'utf-8')).toBeUndefined()
  })

  test('is undefined for UTF-8 where another charset was only assumed', () => {
    expect(decodeText(reply('text/csv', '12;پايان'), 'windows-1256')).toBeUndefined()
  })

  test.each([
    ['ASCII', 'text/csv', '12;a', 'windows-1256', '12;a'],
    ['UTF-8 that was assumed', 'text/csv', '12;پايان', 'UTF8', '12;پايان'],
    ['a charset that was declared', 'text/csv; charset=windows-1256', [0xd3, 0x90], 'utf-8', 'سگ'],
  ])('is read when it is %s', (...row) => {
    const [, type, bytes, otherwise, text] = row
    expect(decodeText(reply(type, bytes), otherwise)).toBe(text)
  })
})

test.each([
  ['text/html; charset=utf-8', 'x', true],
  ['application/json', '<!DOCTYPE html><p>', true],
  ['', '\uFEFF\n <HTML>', true],
  ['text/csv', 'a,<html>', false],
  ['text/xml', '<htmlish/>', false],
])('content of type %s that begins with %j is a page: %s', (type, body, expected) => {
  expect(isHtml(reply(type, body))).toBe(expected)
})

test.each([
  [200, undefined],
  [204, undefined],
  [302, 'SYSTEM_REPLY_INVALID'],
  [400, 'SYSTEM_REFUSED'],
  [401, 'SYSTEM_REFUSED'],
  [403, 'SYSTEM_REFUSED'],
  [404, 'SYSTEM_REFUSED'],
  [408, 'SYSTEM_TIMEOUT'],
  [422, 'SYSTEM_REFUSED'],
  [429, 'SYSTEM_BUSY'],
  [500, 'SYSTEM_UNAVAILABLE'],
  [503, 'SYSTEM_UNAVAILABLE'],
  [504, 'SYSTEM_TIMEOUT'],
])('status %i means %s', (status, code) => {
  expect(statusFault(status, 'sys', 'op')?.code).toBe(code)
})
