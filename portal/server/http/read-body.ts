import type { IncomingMessage } from 'node:http'

import { PortalError } from '../portal-error.ts'

/** The whole body, at most `limit` bytes; also of one that says nothing of its length. @throws {PortalError} */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  // The rest of a body that is not read would be taken for the next request: such a connection ends with its answer.
  const said = Number(request.headers['content-length'] ?? 0)
  if (said > limit) throw new PortalError('BODY_TOO_LARGE', 'said')
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part))
    size += bytes.length
    if (size > limit) throw new PortalError('BODY_TOO_LARGE', 'sent')
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

/** Fields of a form; a name given twice is refused, because two readers could choose differently. @throws {PortalError} */
export async function readForm(
  request: IncomingMessage,
  limit: number,
): Promise<ReadonlyMap<string, string>> {
  if (!FORM.test(request.headers['content-type'] ?? ''))
    throw new PortalError('BAD_REQUEST', 'type')
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(String(await readBody(request, limit)))) {
    if (fields.has(name)) throw new PortalError('BAD_REQUEST', 'field-twice')
    fields.set(name, value)
  }
  return fields
}
