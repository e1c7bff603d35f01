// The talk of one client with the sign-on's back doors: codes and refresh tokens against tokens, and their end.
import { PortalError } from '../portal-error.ts'
import type { CallSignOn, SignOnAnswer } from './call-sign-on.ts'
import type { AuthenticateClient } from './client-authentication.ts'
import { type DpopKey, dpopProof } from './dpop.ts'
import type { MetadataSource } from './metadata.ts'

export interface TokenEndpointOptions {
  readonly clientId: string
  readonly metadata: MetadataSource
  readonly call: CallSignOn
  readonly authenticate: AuthenticateClient
  readonly now: () => number
}

export class TokenEndpoint {
  readonly #options: TokenEndpointOptions

  constructor(options: TokenEndpointOptions) {
    this.#options = options
  }

  /** RFC 6749 §4.1.3 with the verifier of RFC 7636 §4.5. @throws {PortalError} SIGN_IN_REFUSED, SIGN_ON_UNAVAILABLE */
  async redeem(
    form: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
    key: DpopKey | undefined,
  ): Promise<SignOnAnswer['body']> {
    const answer = await this.#ask(
      {
        grant_type: 'authorization_code',
        code: form.code,
        redirect_uri: form.redirectUri,
        code_verifier: form.verifier,
      },
      key,
    )
    if (answer.status === 200) return answer.body
    throw new PortalError(isOurFault(answer) ? 'SIGN_IN_REFUSED' : 'SIGN_ON_UNAVAILABLE', 'code')
  }

  /** RFC 6749 §6. @throws {PortalError} SESSION_ENDED when the sign-on says so, else SIGN_ON_UNAVAILABLE */
  async refresh(refreshToken: string, key: DpopKey | undefined): Promise<SignOnAnswer['body']> {
    const answer = await this.#ask(
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      key,
    )
    if (answer.status === 200) return answer.body
    throw new PortalError(isOurFault(answer) ? 'SESSION_ENDED' : 'SIGN_ON_UNAVAILABLE', 'refresh')
  }

  /**
   * Ends the person's session at the sign-on from here, by Keycloak's own form of the logout endpoint: the RP-initiated
   * one needs an ID token in the browser's address, with the person's data in it. Answers whether it is done.
   */
  async endSession(refreshToken: string): Promise<boolean> {
    const { endSessionFromHere } = await this.#options.metadata.read()
    if (endSessionFromHere === undefined) return false
    const form = { client_id: this.#options.clientId, refresh_token: refreshToken }
    const { status } = await this.#send(endSessionFromHere, form)
    return status === 200 || status === 204
  }

  /** RFC 9126 §2. @throws {PortalError} */
  async push(url: string, form: Readonly<Record<string, string>>): Promise<string> {
    const { status, body } = await this.#send(url, form)
    const uri = body['request_uri']
    if (status === 201 && typeof uri === 'string') return uri
    throw new PortalError('SIGN_ON_UNAVAILABLE', 'pushed-request')
  }

  async #ask(
    form: Readonly<Record<string, string>>,
    key: DpopKey | undefined,
  ): Promise<SignOnAnswer> {
    const { token } = await this.#options.metadata.read()
    const first = await this.#send(token, form, key)
    const nonce = first.headers.get('dpop-nonce') ?? undefined
    // RFC 9449 §8: the server wants its own nonce in the proof; it has not looked at anything else yet.
    if (first.body['error'] !== 'use_dpop_nonce' || nonce === undefined) return first
    return this.#send(token, form, key, nonce)
  }

  async #send(
    url: string,
    form: Readonly<Record<string, string>>,
    key?: DpopKey,
    nonce?: string,
  ): Promise<SignOnAnswer> {
    const { authenticate, call, now } = this.#options
    const request = await authenticate(form)
    if (key === undefined) return call(url, request)
    const dpop = await dpopProof(key, { method: 'POST', url, nonce, now })
    return call(url, { ...request, headers: { ...request.headers, dpop } })
  }
}

/** The code or token is no longer good; anything else (a wrong secret, an outage) says nothing about the person. */
function isOurFault({ status, body }: SignOnAnswer): boolean {
  return status === 400 && body['error'] === 'invalid_grant'
}
