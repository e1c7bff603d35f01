// A reply's content encoding undone (RFC 9110 §8.4). Never: more bytes than the system's limit, whatever the compressed
// reply promises; an encoding that is not known taken for data.

import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'

import { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply } from '../adapter.ts'

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // Some send what RFC 1950 wraps, some the bare stream.
  deflate: (packed, options) =>
    ((packed[0] ?? 0) & 0x0f) === 8
      ? promisify(inflate)(packed, options)
      : promisify(inflateRaw)(packed, options),
  br: promisify(brotliDecompress),
}

export interface UnpackOptions {
  readonly system: string
  /** Bytes at most. */
  readonly limit: number
}

/** For `Accept-Encoding`. */
export const ENCODINGS = 'gzip, deflate, br'

export async function unpackContent(
  reply: ExchangeReply,
  { system, limit }: UnpackOptions,
): Promise<ExchangeReply> {
  const { 'content-encoding': encoding = '', ...headers } = reply.headers
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity' || reply.body.length === 0) return { ...reply, headers }
  const unpack = UNPACK[name]
  if (unpack === undefined) throw broken(system, 'content encoding')
  try {
    const body = await unpack(reply.body, { maxOutputLength: limit })
    return { ...reply, headers, body }
  } catch (error) {
    const large = error instanceof RangeError && 'code' in error
    throw broken(system, large ? 'too large' : 'content encoding')
  }
}

function broken(system: string, reason: string): SystemError {
  return new SystemError('SYSTEM_REPLY_INVALID', system, { detail: { reason } })
}
