import iconv from 'iconv-lite'
import { expect, test } from 'vitest'

import { decodeXmlBytes, headerCharset } from '../../../adapters/xml/charset.ts'
import { XmlError } from '../../../adapters/xml/parse.ts'

const declared = (charset: string) => `<?xml version="1.0" encoding="${charset}"?><a>علی كوچك é</a>`
const plain = '<a>علی</a>'
const arabic = '<a>علي</a>'

test.each<[string, Buffer, string | undefined, string | undefined, string]>([
  ['UTF-8 without a word', Buffer.from(plain), undefined, undefined, plain],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${plain}`), 'text/xml', undefined, plain],
  [
    'a mark against a wrong header',
    Buffer.from(`\uFEFF${plain}`),
    'text/xml; charset=windows-1256',
    undefined,
    plain,
  ],
  [
    'UTF-16 with a mark',
    iconv.encode(plain, 'utf-16le', { addBOM: true }),
    'text/xml; charset=utf-8',
    undefined,
    plain,
  ],
  [
    'big-endian UTF-16 with a mark',
    iconv.encode(plain, 'utf-16be', { addBOM: true }),
    undefined,
    undefined,
    plain,
  ],
  ['UTF-16 without a mark', iconv.encode(plain, 'utf-16le'), undefined, undefined, plain],
  [
    'big-endian UTF-16 without a mark',
    iconv.encode(plain, 'utf-16be'),
    undefined,
    undefined,
    plain,
  ],
  [
    'windows-1256 by header',
    iconv.encode(arabic, 'windows-1256'),
    'text/xml; charset="windows-1256"',
    undefined,
    arabic,
  ],
  [
    'windows-1256 by setting',
    iconv.encode(arabic, 'windows-1256'),
    'text/xml',
    'windows-1256',
    arabic,
  ],
  [
    'ISO-8859-1 by header',
    iconv.encode('<a>é</a>', 'iso-8859-1'),
    'text/xml;charset=ISO-8859-1',
    undefined,
    '<a>é</a>',
  ],
  [
    'ISO-8859-6 by header',
    iconv.encode(arabic, 'iso-8859-6'),
    'text/xml; charset=iso-8859-6',
    undefined,
    arabic,
  ],
  [
    'UTF-8 that a left-over declaration calls UTF-16',
    Buffer.from(declared('utf-16')),
    undefined,
    undefined,
    declared('utf-16'),
  ],
])('decodes %s', (...[, bytes, contentType, fallback, expected]) => {
  expect(decodeXmlBytes(bytes, contentType, fallback)).toBe(expected)
})

test('takes the declaration when the header gives no charset, and when its charset does not fit', () => {
  const text = '<?xml version="1.0" encoding="windows-1256"?><a>علي كوچك</a>'
  const bytes = iconv.encode(text, 'windows-1256')
  expect(decodeXmlBytes(bytes, 'text/xml')).toBe(text)
  expect(decodeXmlBytes(bytes, 'text/xml; charset=utf-8')).toBe(text)
})

test('refuses bytes that no declared charset fits instead of replacing them', () => {
  const bytes = iconv.encode(arabic, 'windows-1256')
  expect(() => decodeXmlBytes(bytes, 'text/xml; charset=utf-8')).toThrow(XmlError)
  expect(() => decodeXmlBytes(Buffer.from([0xef, 0xbb, 0xbf, 0x3c, 0xff]))).toThrow(XmlError)
})

test('refuses UTF-8 where another charset was only assumed', () => {
  expect(() => decodeXmlBytes(Buffer.from(plain), 'text/xml', 'windows-1256')).toThrow('charset')
  expect(decodeXmlBytes(Buffer.from(plain), 'text/xml; charset=utf-8', 'windows-1256')).toBe(plain)
  expect(decodeXmlBytes(Buffer.from('<a>b</a>'), 'text/xml', 'windows-1256')).toBe('<a>b</a>')
})

test.each([
  ['text/xml; charset=utf-8', 'utf-8'],
  ['text/xml;CHARSET="UTF-8"', 'UTF-8'],
  ['application/soap+xml; action="urn:a"; charset=utf-16', 'utf-16'],
  ['text/xml', undefined],
  [undefined, undefined],
])('finds the charset of %s', (contentType, expected) => {
  expect(headerCharset(contentType)).toBe(expected)
})
