/**
 * Signing in by authorization code with PKCE (RFC 7636), in the browser. Tokens live in this tab's sessionStorage only
 * and go nowhere but to the sign-on and the gateway.
 *
 * @typedef {import('./settings.js').Settings} Settings
 * @typedef {{ access: string, refresh: string, id: string, expiresAt: number }} Tokens
 * @typedef {{ name: string, nationalId: string | undefined, roles: string[] }} Who
 * @typedef {{ verifier: string, state: string }} Started
 */

const TOKENS = 'panjareh.tokens'
const STARTED = 'panjareh.sign-in'
const MARGIN_MS = 20_000

export class Session {
  /** @readonly @type {Settings} */
  #settings
  /** @type {Promise<string | undefined> | undefined} */
  #renewal

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings
  }

  /** Leaves the page for the sign-on. */
  async signIn() {
    const endpoints = await this.#discover()
    const verifier = randomText(32)
    const state = randomText(16)
    sessionStorage.setItem(STARTED, JSON.stringify({ verifier, state }))
    const target = new URL(endpoints.authorization_endpoint)
    target.search = new URLSearchParams({
      client_id: this.#settings.clientId,
      redirect_uri: this.#redirectUri(),
      response_type: 'code',
      scope: 'openid',
      state,
      code_challenge: await digest(verifier),
      code_challenge_method: 'S256',
    }).toString()
    location.assign(target)
  }

  /**
   * Takes the code that the sign-on sent along, if there is one, and cleans the address.
   *
   * @returns {Promise<string | undefined>} why it failed
   */
  async finish() {
    const answer = new URLSearchParams(location.search)
    if (!answer.has('code') && !answer.has('error')) return undefined
    history.replaceState(null, '', location.pathname)
    /** @type {Started | null} */
    const started = JSON.parse(sessionStorage.getItem(STARTED) ?? 'null')
    sessionStorage.removeItem(STARTED)
    const error = answer.get('error')
    if (error !== null) return error
    // Another state, or another issuer (RFC 9207), means that this answer is to somebody else's question.
    const issuer = answer.get('iss') ?? this.#settings.issuer
    if (started === null || answer.get('state') !== started.state) return 'state'
    if (issuer !== this.#settings.issuer) return 'issuer'
    return this.#redeem({
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: this.#redirectUri(),
      code_verifier: started.verifier,
    })
  }

  /**
   * A token that is still good for a request, renewed when it is about to end.
   *
   * @returns {Promise<string | undefined>}
   */
  async token() {
    const tokens = kept()
    if (tokens === undefined) return undefined
    if (tokens.expiresAt - MARGIN_MS > Date.now()) return tokens.access
    // One renewal at a time: a refresh token is good for one use, the second would end the session.
    this.#renewal ??= this.#renew(tokens).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  /** @returns {Who | undefined} */
  who() {
    const tokens = kept()
    if (tokens === undefined) return undefined
    const claims = claimsOf(tokens.access)
    return {
      name: claims.name ?? claims.preferred_username ?? '',
      nationalId: claims.national_id,
      roles: claims.realm_access?.roles ?? [],
    }
  }

  forget() {
    sessionStorage.removeItem(TOKENS)
  }

  /** Forgets the tokens and ends the session at the sign-on. */
  async signOut() {
    const id = kept()?.id
    this.forget()
    if (id === undefined) return
    const endpoints = await this.#discover()
    const target = new URL(endpoints.end_session_endpoint)
    target.search = new URLSearchParams({
      id_token_hint: id,
      post_logout_redirect_uri: this.#redirectUri(),
    }).toString()
    location.assign(target)
  }

  /** @param {Tokens} tokens */
  async #renew(tokens) {
    const problem = await this.#redeem({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh,
    }).catch(() => 'unreachable')
    if (problem === 'unreachable') return tokens.access
    if (problem !== undefined) this.forget()
    return kept()?.access
  }

  /**
   * @param {Record<string, string>} form
   * @returns {Promise<string | undefined>} why it failed
   */
  async #redeem(form) {
    const endpoints = await this.#discover()
    const answer = await fetch(endpoints.token_endpoint, {
      method: 'POST',
      credentials: 'omit',
      body: new URLSearchParams({ ...form, client_id: this.#settings.clientId }),
    })
    const body = await answer.json()
    if (!answer.ok) return String(body.error ?? answer.status)
    /** @type {Tokens} */
    const tokens = {
      access: body.access_token,
      refresh: body.refresh_token ?? '',
      id: body.id_token ?? kept()?.id ?? '',
      expiresAt: Date.now() + Number(body.expires_in) * 1000,
    }
    sessionStorage.setItem(TOKENS, JSON.stringify(tokens))
    return undefined
  }

  async #discover() {
    const answer = await fetch(`${this.#settings.issuer}/.well-known/openid-configuration`, {
      credentials: 'omit',
    })
    return answer.json()
  }

  #redirectUri() {
    return `${location.origin}${this.#settings.graphql}`
  }
}

/** @returns {Tokens | undefined} */
function kept() {
  return JSON.parse(sessionStorage.getItem(TOKENS) ?? 'null') ?? undefined
}

/** Read for the greeting only; the gateway is the one that verifies. @param {string} token */
function claimsOf(token) {
  const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(part), (letter) => letter.codePointAt(0) ?? 0)
  return JSON.parse(new TextDecoder().decode(bytes))
}

/** @param {number} bytes */
function randomText(bytes) {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** @param {string} text */
async function digest(text) {
  return toBase64Url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  )
}

/** @param {Uint8Array} bytes */
function toBase64Url(bytes) {
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
