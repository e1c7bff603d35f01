// A sign-in under way, in a cookie of the browser that began it: one per sign-in, so several tabs do not disturb each
// other, and encrypted, so that a stranger's requests take no memory of ours.
import { createHash, hkdfSync } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

import { EncryptJWT, jwtDecrypt } from 'jose'

import { readCookies, writeCookie } from '../http/cookies.ts'
import { PortalError } from '../portal-error.ts'

export interface SignInUnderWay {
  readonly state: string
  readonly nonce: string
  /** RFC 7636 */
  readonly verifier: string
  readonly returnTo: string
  /** What was asked for, to be compared with what came. */
  readonly acr: readonly string[]
  /** Seconds. */
  readonly maxAge: number | undefined
}

interface SignInCookieOptions {
  readonly clientId: string
  readonly secret: string
  readonly lifetimeMs: number
  readonly now: () => number
}

const PREFIX = '__Host-sign-in-'
const MOST_AT_ONCE = 6

export class SignInCookie {
  readonly #options: SignInCookieOptions
  readonly #key: Uint8Array

  constructor(options: SignInCookieOptions) {
    this.#options = options
    this.#key = new Uint8Array(
      hkdfSync('sha256', options.secret, '', 'panjareh sign-in cookie', 32),
    )
  }

  async write(underWay: SignInUnderWay): Promise<string> {
    const { clientId, lifetimeMs, now } = this.#options
    const sealed = await new EncryptJWT({ ...underWay })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(clientId)
      .setExpirationTime(Math.floor((now() + lifetimeMs) / 1000))
      .encrypt(this.#key)
    return writeCookie(nameOf(underWay.state), sealed, Math.floor(lifetimeMs / 1000))
  }

  /** The sign-in that this browser began with this state. @throws {PortalError} SIGN_IN_REFUSED: it began none. */
  async read(headers: IncomingHttpHeaders, state: string): Promise<SignInUnderWay> {
    const [sealed, ...more] = readCookies(headers).get(nameOf(state)) ?? []
    if (sealed === undefined || more.length > 0) throw new PortalError('SIGN_IN_REFUSED', 'state')
    const { clientId, now } = this.#options
    const { payload } = await jwtDecrypt(sealed, this.#key, {
      audience: clientId,
      requiredClaims: ['exp'],
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(now()),
    }).catch((cause: unknown) => {
      throw new PortalError('SIGN_IN_REFUSED', 'state', cause)
    })
    const underWay = parsed(payload)
    if (underWay?.state !== state) throw new PortalError('SIGN_IN_REFUSED', 'state')
    return underWay
  }

  /** Names to clear so that a browser never carries more sign-ins than a request has room for. */
  surplus(headers: IncomingHttpHeaders): readonly string[] {
    const names = [...readCookies(headers).keys()].filter((name) => name.startsWith(PREFIX))
    // Browsers send older cookies first (RFC 6265 §5.4).
    return names.slice(0, Math.max(0, names.length - MOST_AT_ONCE + 1))
  }
}

/** Found by the state, and without telling it. */
export function nameOf(state: string): string {
  return `${PREFIX}${createHash('sha256').update(state).digest('hex').slice(0, 16)}`
}

function parsed(payload: Readonly<Record<string, unknown>>): SignInUnderWay | undefined {
  const { state, nonce, verifier, returnTo, acr, maxAge } = payload
  if (typeof state !== 'string' || typeof nonce !== 'string') return undefined
  if (typeof verifier !== 'string' || typeof returnTo !== 'string') return undefined
  return {
    state,
    nonce,
    verifier,
    returnTo,
    acr: Array.isArray(acr) ? acr.filter((name) => typeof name === 'string') : [],
    maxAge: typeof maxAge === 'number' ? maxAge : undefined,
  }
}
