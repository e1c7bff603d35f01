// HTTP Digest (RFC 7616). In: a transport, user and password. Out: a transport that answers the system's challenge, keeps
// its nonce for the next calls (§3.4, `nc`) and takes a new one when it is stale. Never: Basic in its stead, a password.

import { createHash, randomBytes } from 'node:crypto'

import { SystemError } from '../../schema/errors.ts'
import type { CallContext, ExchangeReply, ExchangeRequest, Transport } from '../adapter.ts'
import { toTarget } from '../transport/join-path.ts'
import { type Challenge, chooseChallenge, parseFields } from './challenge.ts'

export interface DigestOptions {
  readonly system: string
  readonly address: string
  readonly user: string
  readonly password: string
}

export function withDigest(transport: Transport, options: DigestOptions): Transport {
  return new DigestTransport(transport, options)
}

/** A challenge and how often it has been answered. */
interface Nonce extends Challenge {
  count: number
}

class DigestTransport implements Transport {
  readonly #inner: Transport
  readonly #options: DigestOptions
  readonly #base: URL
  #nonce: Nonce | undefined

  constructor(inner: Transport, options: DigestOptions) {
    this.#inner = inner
    this.#options = options
    this.#base = new URL(options.address)
  }

  async exchange(request: ExchangeRequest, context: CallContext): Promise<ExchangeReply> {
    const used = this.#nonce
    const reply = await this.#send(request, context, used)
    if (reply.status !== 401) return this.#noted(reply, used)
    const challenge = this.#challenge(reply, used)
    if (challenge === undefined) return reply
    return this.#noted(await this.#send(request, context, challenge), challenge)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #send(
    request: ExchangeRequest,
    context: CallContext,
    nonce: Nonce | undefined,
  ): Promise<ExchangeReply> {
    if (nonce === undefined) return this.#inner.exchange(request, context)
    const target = toTarget(this.#base, request)
    const authorization = answerChallenge(nonce, this.#options, {
      method: request.method,
      target,
      count: ++nonce.count,
      cnonce: randomBytes(16).toString('hex'),
    })
    const headers = { ...request.headers, authorization }
    return this.#inner.exchange({ ...request, headers }, context)
  }

  /** What to try again with; nothing when the credentials themselves were refused. */
  #challenge(reply: ExchangeReply, used: Nonce | undefined): Nonce | undefined {
    const header = reply.headers['www-authenticate'] ?? ''
    const challenge = chooseChallenge(header)
    if (challenge === undefined) {
      if (!/\bdigest\b/i.test(header)) return undefined
      throw new SystemError('SYSTEM_REFUSED', this.#options.system, {
        detail: { reason: 'digest of another kind', status: 401 },
      })
    }
    // Several calls wait with the same old nonce: the first answer renews it for all.
    const current = this.#nonce
    if (current !== undefined && current !== used && !challenge.stale) return current
    // Answered with this very nonce, which is not stale: user or password are wrong.
    if (used !== undefined && !challenge.stale && challenge.nonce === used.nonce) return undefined
    this.#nonce = { ...challenge, count: 0 }
    return this.#nonce
  }

  /** RFC 7616 §3.5: the system may name the next nonce before the old one ends. */
  #noted(reply: ExchangeReply, used: Nonce | undefined): ExchangeReply {
    const info = reply.headers['authentication-info']
    if (info === undefined || used === undefined || this.#nonce !== used) return reply
    const next = parseFields(info).get('nextnonce')
    if (next !== undefined && next !== used.nonce) this.#nonce = { ...used, nonce: next, count: 0 }
    return reply
  }
}

export interface DigestRequest {
  readonly method: string
  readonly target: string
  /** How often the nonce has been used, this time included. */
  readonly count: number
  readonly cnonce: string
}

/** The Authorization header (§3.4). Without `qop` as RFC 2069 did, for systems that old. */
export function answerChallenge(
  challenge: Challenge,
  { user, password }: Pick<DigestOptions, 'user' | 'password'>,
  { method, target, count, cnonce }: DigestRequest,
): string {
  const { realm, nonce, opaque, algorithm, hash, session, qop } = challenge
  const digest = (text: string): string => createHash(hash).update(text, 'utf8').digest('hex')
  const secret = digest(`${user}:${realm}:${password}`)
  const a1 = session ? digest(`${secret}:${nonce}:${cnonce}`) : secret
  const a2 = digest(`${method}:${target}`)
  const nc = count.toString(16).padStart(8, '0')
  const fields = [
    ...userFields(challenge, user, digest),
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(target)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ]
  if (!qop) {
    const cnonceField = session ? [`cnonce="${cnonce}"`] : []
    fields.push(...cnonceField, `response="${digest(`${a1}:${nonce}:${a2}`)}"`)
  } else {
    const response = digest(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`)
    fields.push(`qop=auth`, `nc=${nc}`, `cnonce="${cnonce}"`, `response="${response}"`)
  }
  return `Digest ${fields.join(', ')}`
}

/** §3.4.4: hashed where the system asks for it; a name beyond ASCII by RFC 8187. */
function userFields(
  { userhash, realm }: Challenge,
  user: string,
  digest: (text: string) => string,
): string[] {
  if (userhash) return [`username="${digest(`${user}:${realm}`)}"`, 'userhash=true']
  if (/^[\x20-\x7e]*$/.test(user)) return [`username=${quoted(user)}`]
  const encoded = encodeURIComponent(user).replace(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return [`username*=UTF-8''${encoded}`]
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
