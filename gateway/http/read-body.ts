// The bytes of a request as text, no more than allowed.

import type { IncomingMessage } from 'node:http'

import { HttpRefusal } from './refuse.ts'

export async function readBody(request: IncomingMessage, most: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(most)
  const bytes = await collect(request, most)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', 'The body is not UTF-8.')
  }
}

async function collect(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk)
      size += bytes.length
      if (size > most) throw tooLarge(most)
      chunks.push(bytes)
    }
  } catch (error) {
    if (error instanceof HttpRefusal) throw error
    throw new HttpRefusal(400, 'BAD_REQUEST', 'The body did not arrive whole.')
  }
  return Buffer.concat(chunks)
}

function tooLarge(most: number): HttpRefusal {
  return new HttpRefusal(413, 'BAD_REQUEST', `The body is larger than ${most} bytes.`, {
    connection: 'close',
  })
}
