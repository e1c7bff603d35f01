// The bytes of a request as text, no more than allowed.

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'

import { HttpRefusal } from './refuse.ts'

const BYTE_ORDER_MARK = '\uFEFF'

/** By events: an async iterator costs more than all the rest of the reading. */
export function readBody(request: IncomingMessage, most: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  if (Number(request.headers['content-length'] ?? 0) > most) {
    reject(tooLarge(most))
    return promise
  }
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size <= most) return
    request.pause()
    reject(tooLarge(most))
  })
  request.on('end', () => {
    const [first = NOTHING] = chunks
    const bytes = chunks.length > 1 ? Buffer.concat(chunks, size) : first
    if (isUtf8(bytes)) return resolve(textOf(bytes))
    return reject(malformed('The body is not UTF-8.'))
  })
  const onCut = () => {
    // Every request closes once, most of them after all is read.
    if (request.complete) return
    reject(malformed('The body did not arrive whole.'))
  }
  request.on('error', onCut)
  request.on('close', onCut)
  return promise
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

function malformed(message: string): HttpRefusal {
  return new HttpRefusal(400, message, { reason: 'body-malformed' })
}

const NOTHING = Buffer.alloc(0)

function tooLarge(most: number): HttpRefusal {
  const text = `The body is larger than ${most} bytes.`
  return new HttpRefusal(413, text, { reason: 'body-too-large', headers: { connection: 'close' } })
}
