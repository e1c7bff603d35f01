// A system at the other end of a real socket, for tests of the adapters.

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsOptions } from 'node:tls'

import { onTestFinished } from 'vitest'

import type { CallContext } from '../../adapters/adapter.ts'
import type { SystemSettings } from '../../adapters/settings.ts'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WireAnswer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

export interface Wire {
  readonly address: string
  readonly port: number
  readonly received: Received[]
}

/** Listens until the test has finished. */
export async function listen(listener: RequestListener, tls?: TlsOptions): Promise<string> {
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  return `${tls ? 'https' : 'http'}://127.0.0.1:${await start(server)}`
}

/** Answers every request by the function, and keeps what it received. */
export async function serve(
  answer: (request: Received, count: number) => WireAnswer | Promise<WireAnswer>,
  tls?: TlsOptions,
): Promise<Wire> {
  const received: Received[] = []
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers: sent } = request
    const entry = {
      method,
      url,
      headers: sent,
      body: Buffer.concat(await request.toArray()).toString(),
    }
    received.push(entry)
    const { status = 200, headers = {}, body = '' } = await answer(entry, received.length)
    response.writeHead(status, headers).end(body)
  }
  const origin = await listen((request, response) => void reply(request, response), tls)
  return { address: `${origin}/base`, port: Number(new URL(origin).port), received }
}

async function start(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

export function callContext(signal: AbortSignal = AbortSignal.timeout(30_000)): CallContext {
  return { requestId: '4c8f7b1e-0000-4000-8000-000000000001', traceparent: '', signal }
}

/** Settings of a system that bears everything, with what a test changes. */
export function systemSettings(changes: Partial<SystemSettings> = {}): SystemSettings {
  return {
    name: { fa: 'آزمایش', en: 'Test' },
    agency: { code: 'TEST', fa: 'آزمایش', en: 'Test' },
    protocol: 'rest',
    contract: 'contract.json',
    address: 'TEST_URL',
    auth: [],
    quirks: {},
    limits: { timeout: '1s', concurrency: 4, queue: 4, reply: '64KB' },
    breaker: { failures: 3, halfOpenAfter: '10s' },
    retries: 0,
    maintenance: [],
    operations: {},
    ...changes,
  }
}

/** Everything that a log or an answer could ever show of an error, causes included. */
export function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error)
  const own = Object.fromEntries(Object.entries(error))
  return [error.message, error.stack, JSON.stringify(own), everythingOf(error.cause ?? null)].join(
    '\n',
  )
}
