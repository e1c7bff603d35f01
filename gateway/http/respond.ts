// Writes one answer. Nothing of an answer may be kept by a cache: it depends on who asks.

import type { ServerResponse } from 'node:http'

export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const

const SAFE_FLAT = Object.entries(SAFE_HEADERS).flat()

export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export function respond(response: ServerResponse, { status, type, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  // Names and values in turn are what Node takes as it is; an object it goes through once more.
  const head = [...SAFE_FLAT, 'content-type', type, 'content-length', String(length)]
  for (const name in headers) head.push(name, headers[name] ?? '')
  response.writeHead(status, head)
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
