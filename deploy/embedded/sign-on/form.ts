import type { IncomingMessage } from 'node:http'

const LIMIT_BYTES = 8192

/** A form of one of our pages; undefined when it is too long or is no form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const parts: Buffer[] = []
  let size = 0
  // Not destroyed when it is left early: whoever sent too much still reads the answer.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(part)) return undefined
    size += part.length
    if (size > LIMIT_BYTES) break
    parts.push(part)
  }
  // The rest is let go by, until the server's time for a request is over.
  request.resume()
  return size > LIMIT_BYTES ? undefined : new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}

/** A form that another site sent: its pages may not sign anybody in or out (Fetch Metadata; absent in old browsers). */
export function isForeignForm(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site']
  if (request.method !== 'POST') return false
  return site === 'cross-site' || site === 'same-site'
}
