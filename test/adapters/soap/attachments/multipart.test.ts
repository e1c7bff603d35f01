import { describe, expect, test } from 'vitest'

import {
  isMultipart,
  parameterOf,
  unpackMultipart,
} from '../../../../adapters/soap/attachments/multipart.ts'
import { Unreadable } from '../../../../adapters/soap/unreadable.ts'

const TYPE = 'multipart/related; boundary="b"'
const BYTES = Buffer.from([0, 0x0d, 0x0a, 0x2d, 0x2d, 0xff, 0x0a])

function message(
  parts: readonly (readonly [string, string | Buffer])[],
  end = '\r\n--b--\r\n',
): Buffer {
  const chunks = parts.flatMap(([head, body]) => [
    Buffer.from(`\r\n--b\r\n${head === '' ? '' : `${head}\r\n`}\r\n`),
    Buffer.from(body),
  ])
  return Buffer.concat([...chunks, Buffer.from(end)])
}

function read(bytes: Buffer, type = TYPE) {
  const { root, parts } = unpackMultipart(bytes, type)
  return {
    root: root.body.toString(),
    type: root.contentType,
    parts: Object.fromEntries([...parts].map(([id, { body }]) => [id, body])),
  }
}

describe('a package', () => {
  test('has its root first, and bytes as they are', () => {
    const bytes = message([
      ['Content-Type: application/xop+xml;\r\n charset=utf-8\r\nContent-ID: <root>', '<a/>'],
      ['content-id:<x@y>\r\nContent-Transfer-Encoding: binary', BYTES],
    ])
    expect(read(bytes)).toEqual({
      root: '<a/>',
      type: 'application/xop+xml; charset=utf-8',
      parts: { root: Buffer.from('<a/>'), 'x@y': BYTES },
    })
  })

  test.each([
    ['by start', `${TYPE}; start="<second>"`, '2'],
    ['by start without brackets', `${TYPE};start=second`, '2'],
    ['by its place', TYPE, '1'],
  ])('names its root %s', (_name, type, root) => {
    const bytes = message([
      ['Content-ID: <first>', '1'],
      ['Content-ID: <second>', '2'],
    ])
    expect(read(bytes, type).root).toBe(root)
  })

  test.each<[string, string, string]>([
    ['base64', 'AQ\r\nID', '\u0001\u0002\u0003'],
    ['BASE64', 'AQID', '\u0001\u0002\u0003'],
    ['quoted-printable', 'a=3D=\r\nb', 'a=b'],
    ['8bit', 'a=3D', 'a=3D'],
  ])('undoes %s', (encoding, body, text) => {
    expect(read(message([[`Content-Transfer-Encoding: ${encoding}`, body]])).root).toBe(text)
  })

  test.each([
    ['a preamble and an epilogue', `hello\r\n--b\r\n\r\nx\r\n--b--\r\nbye\r\n--b\r\n\r\ny`],
    ['bare line feeds', `--b\n\nx\n--b--`],
    ['blanks behind the boundary', `--b  \r\n\r\nx\r\n--b-- \t`],
    ['another boundary within', `--b\r\n\r\nx\r\n--bb\r\n--b--`],
    ['a boundary within a line', `--b\r\n\r\nx--b\r\n--b--`],
  ])('may have %s', (_name, text) => {
    expect(read(Buffer.from(text)).root).toMatch(/^x/)
  })
})

describe('is refused:', () => {
  test.each<[string, Buffer, string]>([
    ['no boundary', message([['', 'x']]), 'multipart/related'],
    ['an endless boundary', message([['', 'x']]), `multipart/related; boundary=${'b'.repeat(71)}`],
    ['no part', Buffer.from('--b--'), TYPE],
    ['no end', message([['', 'x']], ''), TYPE],
    ['nothing', Buffer.alloc(0), TYPE],
    [
      'two parts of one id',
      message([
        ['Content-ID: <a>', '1'],
        ['Content-ID: <a>', '2'],
      ]),
      TYPE,
    ],
    ['a part with two ids', message([['Content-ID: <a>\r\nContent-ID: <b>', '1']]), TYPE],
    ['a start that is not there', message([['Content-ID: <a>', '1']]), `${TYPE}; start="<c>"`],
    ['a head without end', Buffer.from(`--b\r\n${'x: y\r\n'.repeat(4_000)}\r\nz\r\n--b--`), TYPE],
    ['an encoding nobody knows', message([['Content-Transfer-Encoding: x-gzip', '1']]), TYPE],
    [
      'more parts than anybody sends',
      message(Array.from({ length: 1_002 }, () => ['', 'x'] as const)),
      TYPE,
    ],
  ])('%s', (_name, bytes, type) => {
    expect(() => unpackMultipart(bytes, type)).toThrow(Unreadable)
    expect(() => unpackMultipart(bytes, type)).toThrow('attachment')
  })
})

test.each([
  ['multipart/related; boundary=x', true],
  [' Multipart/Related;boundary=x', true],
  ['multipart/mixed; boundary=x', false],
  ['text/xml; x="multipart/related"', false],
  [undefined, false],
])('%s is a package: %s', (type, expected) => {
  expect(isMultipart(type)).toBe(expected)
})

test.each([
  ['a/b; x=1; boundary="a;b\\"c"', 'a;b"c'],
  ['a/b; y="; boundary=evil"; boundary=good', 'good'],
  ['a/b; Boundary=z', 'z'],
])('the parameter of %s is %s', (type, value) => {
  expect(parameterOf(type, 'boundary')).toBe(value)
})
