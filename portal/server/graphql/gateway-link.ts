// Requests to the gateway: one address, a chosen few headers, the session's token. What comes back is read by proxy.ts.
import type { IncomingHttpHeaders } from 'node:http'

import { Agent, type Dispatcher, request } from 'undici'

import { PortalError } from '../portal-error.ts'
import type { SignedIn } from '../session/signed-in.ts'
import { dpopProof } from '../sign-on/dpop.ts'

export interface GatewayQuestion {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly signal: AbortSignal
}

type Answer = Dispatcher.ResponseData

interface LinkOptions {
  readonly gateway: URL
  readonly timeoutMs: number
  readonly now: () => number
}

/** What a page may say to the gateway. Everything else stays here: cookies, forwarding headers, any Authorization. */
const SENT = [
  'accept',
  'accept-language',
  'content-type',
  'panjareh-mandate',
  'panjareh-purpose',
  'traceparent',
  'x-request-id',
  'x-road-issue',
]
const CONNECTIONS = 256

export class GatewayLink {
  readonly #options: LinkOptions
  readonly #url: string
  readonly #agent: Agent

  constructor(options: LinkOptions) {
    this.#options = options
    this.#url = new URL('/graphql', options.gateway).href
    // A stream may be silent for long; it ends with the client or with the session.
    this.#agent = new Agent({
      connections: CONNECTIONS,
      headersTimeout: options.timeoutMs,
      bodyTimeout: 0,
    })
  }

  /** @throws {PortalError} GATEWAY_UNAVAILABLE */
  async ask(question: GatewayQuestion, signedIn: SignedIn | undefined): Promise<Answer> {
    const answer = await this.#send(question, signedIn)
    const nonce = answer.headers['dpop-nonce']
    const wantsNonce = answer.statusCode === 401 && typeof nonce === 'string'
    if (!wantsNonce || signedIn?.dpopKey === undefined) return answer
    // RFC 9449 §9: refused for the lack of the server's nonce only, before anything was done.
    await drop(answer)
    return this.#send(question, signedIn, nonce)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #send(
    { headers, body, signal }: GatewayQuestion,
    signedIn: SignedIn | undefined,
    nonce?: string,
  ): Promise<Answer> {
    const chosen = SENT.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    })
    try {
      return await request(this.#url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { ...Object.fromEntries(chosen), ...(await this.#credentials(signedIn, nonce)) },
        body,
        signal,
      })
    } catch (cause) {
      throw new PortalError('GATEWAY_UNAVAILABLE', 'no-answer', cause)
    }
  }

  async #credentials(
    signedIn: SignedIn | undefined,
    nonce: string | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    if (signedIn === undefined) return {}
    const { accessToken, dpopKey } = signedIn
    if (dpopKey === undefined) return { authorization: `Bearer ${accessToken}` }
    const proof = { method: 'POST', url: this.#url, accessToken, nonce, now: this.#options.now }
    return { authorization: `DPoP ${accessToken}`, dpop: await dpopProof(dpopKey, proof) }
  }
}

/** An answer that nobody reads would keep its connection. */
export async function drop(answer: Answer): Promise<void> {
  await answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined)
}
