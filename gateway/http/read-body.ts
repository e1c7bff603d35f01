// The bytes of a request as text, no more than allowed.

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'

import { HttpRefusal } from './refuse.ts'

const BYTE_ORDER_MARK = '\uFEFF'

export async function readBody(request: IncomingMessage, most: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(most)
  const bytes = await collect(request, most)
  if (!isUtf8(bytes)) {
    throw new HttpRefusal(400, 'The body is not UTF-8.', { reason: 'body-malformed' })
  }
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** By events: an async iterator costs more than all the rest of the reading. */
function collect(request: IncomingMessage, most: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size <= most) return
    request.pause()
    reject(tooLarge(most))
  })
  request.once('end', () => {
    const [first = NOTHING] = chunks
    resolve(chunks.length > 1 ? Buffer.concat(chunks, size) : first)
  })
  const onCut = () => {
    // Every request closes once, most of them after all is read.
    if (request.complete) return
    reject(new HttpRefusal(400, 'The body did not arrive whole.', { reason: 'body-malformed' }))
  }
  request.once('error', onCut)
  request.once('close', onCut)
  return promise
}

const NOTHING = Buffer.alloc(0)

function tooLarge(most: number): HttpRefusal {
  const text = `The body is larger than ${most} bytes.`
  return new HttpRefusal(413, text, { reason: 'body-too-large', headers: { connection: 'close' } })
}
