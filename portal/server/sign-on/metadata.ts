// Where the sign-on's endpoints are (OpenID Connect Discovery 1.0 §4), read when first needed and again now and then.
import { isProtected, type Settings } from '../options.ts'
import { PortalError } from '../portal-error.ts'
import type { CallSignOn } from './call-sign-on.ts'

export interface Metadata {
  readonly authorization: string
  readonly token: string
  readonly keys: string
  /** For browsers. */
  readonly endSession: string | undefined
  /** The same, for this server. */
  readonly endSessionFromHere: string | undefined
  /** RFC 9126 */
  readonly pushed: string | undefined
  /** RFC 9207 §3: then an answer without `iss` is refused. */
  readonly namesIssuer: boolean
}

const KEPT_MS = 10 * 60_000
const RETRY_MS = 5_000

type Where = Pick<Settings, 'issuer' | 'signOn' | 'now'>

export class MetadataSource {
  readonly #issuer: string
  readonly #signOn: string
  readonly #call: CallSignOn
  readonly #now: () => number
  #kept: { readonly metadata: Promise<Metadata>; readonly until: number } | undefined

  constructor({ issuer, signOn, now }: Where, call: CallSignOn) {
    this.#issuer = issuer
    this.#signOn = signOn
    this.#call = call
    this.#now = now
  }

  /** @throws {PortalError} SIGN_ON_UNAVAILABLE */
  read(): Promise<Metadata> {
    if (this.#kept !== undefined && this.#kept.until > this.#now()) return this.#kept.metadata
    const before = this.#kept
    const metadata = this.#fetch()
    const kept = { metadata, until: this.#now() + KEPT_MS }
    this.#kept = kept
    metadata.catch(() => {
      // The old addresses are still the likeliest, and are looked up again in a moment.
      this.#kept = before && { ...before, until: this.#now() + RETRY_MS }
    })
    return before === undefined ? metadata : metadata.catch(() => before.metadata)
  }

  async #fetch(): Promise<Metadata> {
    const { status, body } = await this.#call(`${this.#signOn}/.well-known/openid-configuration`)
    if (status !== 200) throw new PortalError('SIGN_ON_UNAVAILABLE', 'no-metadata')
    // §4.3: otherwise somebody else's endpoints would get our codes (mix-up).
    if (body['issuer'] !== this.#issuer) throw new PortalError('SIGN_ON_UNAVAILABLE', 'issuer')
    return {
      authorization: present(addressIn(body, 'authorization_endpoint')),
      token: present(this.#fromHere(body, 'token_endpoint')),
      keys: present(this.#fromHere(body, 'jwks_uri')),
      endSession: addressIn(body, 'end_session_endpoint'),
      endSessionFromHere: this.#fromHere(body, 'end_session_endpoint'),
      pushed: this.#fromHere(body, 'pushed_authorization_request_endpoint'),
      namesIssuer: body['authorization_response_iss_parameter_supported'] === true,
    }
  }

  /**
   * Keycloak names some endpoints by the address at which it was asked and others, the end of a session among them, by
   * that for browsers: what lies below the issuer is asked from here at the same place below the inner address.
   */
  #fromHere(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
    const value = body[name]
    if (typeof value !== 'string') return undefined
    if (value.startsWith(`${this.#issuer}/`)) return this.#signOn + value.slice(this.#issuer.length)
    return value.startsWith(`${this.#signOn}/`) ? value : addressIn(body, name)
  }
}

function addressIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name]
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  return isProtected(new URL(value)) ? value : undefined
}

function present(address: string | undefined): string {
  if (address === undefined) throw new PortalError('SIGN_ON_UNAVAILABLE', 'metadata-incomplete')
  return address
}
