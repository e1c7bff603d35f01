import type { IncomingMessage } from 'node:http'

import { Refusal } from './route.ts'

const LIMIT_BYTES = 262_144

/** Undefined for an empty body. Throws Refusal 400 or 413. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) throw new Refusal(400, 'expected bytes')
    size += part.length
    if (size > LIMIT_BYTES) throw new Refusal(413, 'the request is too long')
    parts.push(part)
  }
  if (size === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw new Refusal(400, 'expected JSON')
  }
}
