// Documents that a system puts into its reply as base64 (Q33): what they are, how large, their digest, and their bytes.
// A page is shown by its facts; the bytes leave only where a schema asks for them by a field of their own.

import { createHash } from 'node:crypto'

import type { ScalarType } from '../../adapter.ts'
import { type Normaliser, readingRow } from '../normaliser.ts'

const BYTES: readonly ScalarType[] = ['string', 'binary']

/** First bytes, in hexadecimal, of what registers send. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['255044462d', 'application/pdf'],
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['49492a00', 'image/tiff'],
  ['4d4d002a', 'image/tiff'],
  ['47494638', 'image/gif'],
  ['504b0304', 'application/zip'],
]

export const DOCUMENT_ROWS = {
  DOCUMENT_TYPE: document(
    'string',
    'Media type of a document, told by its first bytes',
    toMediaType,
  ),
  DOCUMENT_SIZE: document('int', 'Size of a document in bytes', (bytes) => bytes.length),
  DOCUMENT_SHA256: document('string', 'SHA-256 of a document in hexadecimal', (bytes) =>
    createHash('sha256').update(bytes).digest('hex'),
  ),
  DOCUMENT_CONTENT: document('string', 'A document in base64 without blanks', (bytes) =>
    bytes.toString('base64'),
  ),
} as const satisfies Record<string, Normaliser>

function document(
  gives: 'string' | 'int',
  what: string,
  read: (bytes: Buffer) => string | number,
): Normaliser {
  return readingRow({
    quirks: ['Q33'],
    description: `${what}, from base64; nothing for an empty one.`,
    accepts: BYTES,
    gives,
    decode: (text) => {
      const bytes = toBytes(text)
      if (bytes === undefined) return undefined
      return bytes.length === 0 ? null : read(bytes)
    },
  })
}

function toBytes(text: string): Buffer | undefined {
  const bare = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) return undefined
  return Buffer.from(bare, 'base64')
}

/** RFC 2046 §4.5.1 names what nobody can tell. */
function toMediaType(bytes: Buffer): string {
  const start = bytes.subarray(0, 8).toString('hex')
  return BEGINNINGS.find(([begin]) => start.startsWith(begin))?.[1] ?? 'application/octet-stream'
}
