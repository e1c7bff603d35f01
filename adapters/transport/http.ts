// One system's HTTP connections. In: an exchange and the call's signal. Out: status, headers and bytes, whatever the
// status. Never: a redirect followed, a reply larger than the limit held in memory, a body or an address in an error.

import { Pool } from 'undici'

import type { CallContext, ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { toFault } from './fault.ts'
import { toTarget } from './join-path.ts'

export interface TransportOptions {
  /** Id of the system, only to be named in errors. */
  readonly system: string
  /** Base address, http or https; `path` of an exchange is joined below it. */
  readonly address: string
  readonly limits: {
    readonly replyBytes: number
    /** Connections kept to the system, and so calls under way at once. */
    readonly concurrency: number
  }
  /** PEM texts. With `authority` the system's certificate is verified against it alone. */
  readonly tls?: {
    readonly certificate: string
    readonly key: string
    readonly authority: string
  }
}

// A call's own deadline comes by its signal. These end what no signal ends, so that a socket is never held for ever.
const CONNECT_MS = 5_000
const SILENCE_MS = 120_000

export function openTransport(options: TransportOptions): Transport {
  return new HttpTransport(options)
}

class HttpTransport implements Transport {
  readonly #system: string
  readonly #base: URL
  readonly #pool: Pool

  constructor({ system, address, limits, tls }: TransportOptions) {
    this.#system = system
    this.#base = new URL(address)
    this.#pool = new Pool(this.#base.origin, {
      connections: limits.concurrency,
      connectTimeout: CONNECT_MS,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      maxResponseSize: limits.replyBytes,
      allowH2: false,
      connect: {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(tls && { cert: tls.certificate, key: tls.key, ca: tls.authority }),
      },
    })
  }

  async exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply> {
    const path = toTarget(this.#base, request)
    try {
      const reply = await this.#pool.request({
        path,
        method: request.method,
        headers: { ...tracing(context), ...request.headers },
        body: request.body ?? null,
        signal: context.signal,
      })
      const body = await reply.body.bytes()
      return { status: reply.statusCode, headers: joined(reply.headers), body }
    } catch (error) {
      throw toFault(error, this.#system, context.signal)
    }
  }

  /** Waits for exchanges under way; their deadlines bound the wait. */
  async close(): Promise<void> {
    await this.#pool.close()
  }
}

function tracing(context: CallContext): Record<string, string> {
  const id = { 'x-request-id': context.requestId }
  return context.traceparent === '' ? id : { ...id, traceparent: context.traceparent }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}
