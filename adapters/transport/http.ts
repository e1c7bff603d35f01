// One system's HTTP connections. In: an exchange and the call's signal. Out: status, headers and bytes, whatever the
// status. Never: a redirect followed, a reply larger than the limit held in memory, a body or an address in an error.

import { Pool } from 'undici'

import type { CallContext, ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { Exchange } from './exchange.ts'
import { toTarget } from './join-path.ts'
import { ENCODINGS, unpackContent } from './unpack-content.ts'

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
    /** Of the key. */
    readonly passphrase?: string
  }
  /** Ask for compressed answers. One that comes compressed unasked is read, too. */
  readonly compression?: boolean | undefined
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
  readonly #replyBytes: number
  readonly #compression: boolean

  constructor({ system, address, limits, tls, compression = false }: TransportOptions) {
    this.#system = system
    this.#replyBytes = limits.replyBytes
    this.#compression = compression
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
        ...(tls?.passphrase !== undefined && { passphrase: tls.passphrase }),
      },
    })
  }

  async exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply> {
    const first = this.#begin(request, context)
    const reply = await first.reply.catch((error: unknown) => {
      // Only what changes nothing is sent again; the rest is for whoever knows what a call does.
      const mayRepeat = request.method === 'GET' && context.once === undefined
      if (!mayRepeat || !first.stale) throw error
      return this.#begin(request, context).reply
    })
    if (reply.headers['content-encoding'] === undefined) return reply
    return unpackContent(reply, { system: this.#system, limit: this.#replyBytes })
  }

  #begin(request: ExchangeRequest, context: CallContext): Exchange {
    const { signal } = context
    const path = toTarget(this.#base, request)
    const exchange = new Exchange({ system: this.#system, signal, stream: request.stream })
    if (signal.aborted) exchange.abort()
    else this.#dispatch(exchange, path, request, this.#headers(request.headers, context))
    return exchange
  }

  #dispatch(
    exchange: Exchange,
    path: string,
    { method, body }: ExchangeRequest,
    headers: string[],
  ): void {
    try {
      this.#pool.dispatch({ path, method, headers, body: body ?? null }, exchange)
    } catch (error) {
      exchange.fail(error)
    }
  }

  /** Flat, as undici takes them with the least work. A contract's own request id stays. */
  #headers(own: Readonly<Record<string, string>>, context: CallContext): string[] {
    const headers: string[] = []
    let identified = false
    for (const name in own) {
      headers.push(name, own[name] ?? '')
      identified ||= name.length === 12 && name.toLowerCase() === 'x-request-id'
    }
    if (!identified) headers.push('x-request-id', context.requestId)
    if (this.#compression) headers.push('accept-encoding', ENCODINGS)
    if (context.traceparent !== '') headers.push('traceparent', context.traceparent)
    return headers
  }

  /** Waits for exchanges under way; their deadlines bound the wait. */
  async close(): Promise<void> {
    await this.#pool.close()
  }
}
