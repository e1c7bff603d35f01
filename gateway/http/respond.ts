// Writes one answer. Nothing of an answer may be kept by a cache: it depends on who asks.

import type { ServerResponse } from 'node:http'

export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const

export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export function respond(response: ServerResponse, { status, type, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': type,
    'content-length': length,
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
