/**
 * The session of this page at the portal's server, known by a cookie that no script can read. There is no token here, and
 * nothing worth stealing: a name, a level, two moments, and the text that proves that a request comes from this page.
 *
 * @typedef {{ signedIn: false, clientId: string, csrf: string }} Nobody
 * @typedef {{ signedIn: true, clientId: string, csrf: string, name: string, kind: string, roles: string[],
 *   purposes: string[], acr?: string, authTime?: number, idleEndsAt: string, endsAt: string }} Somebody
 * @typedef {Nobody | Somebody} Who
 */

/** At most so often is the server told that somebody is here. */
const SIGN_EVERY_MS = 60_000

export class Session {
  /** @type {Who} */
  who = { signedIn: false, clientId: '', csrf: 'nobody' }
  #toldAt = 0

  /** Asks who is signed in; that does not lengthen the session. */
  async read() {
    const answer = await fetch('sso/session')
    if (!answer.ok) throw new Error(`session: status ${answer.status}`)
    this.who = await answer.json()
    return this.who
  }

  /** The person did something: the time without a sign of them begins anew. */
  async alive() {
    const now = Date.now()
    if (!this.who.signedIn || now - this.#toldAt < SIGN_EVERY_MS) return
    this.#toldAt = now
    const answer = await fetch('sso/session', { method: 'POST', headers: this.headers() })
    if (answer.ok) this.who = await answer.json()
    else await this.read()
  }

  /** What every request carries that only this page can say. */
  headers() {
    return { 'panjareh-csrf': this.who.csrf }
  }

  /** Milliseconds until the session ends without a further sign; none when nobody is signed in. */
  idleMs() {
    return this.who.signedIn ? Date.parse(this.who.idleEndsAt) - Date.now() : undefined
  }

  /**
   * @param {'here' | 'everywhere'} scope
   * @returns {Promise<string>} where to go
   */
  async signOut(scope) {
    const answer = await fetch('sso/logout', {
      method: 'POST',
      headers: this.headers(),
      body: new URLSearchParams({ scope }),
    })
    if (!answer.ok) throw new Error(`sign-out: status ${answer.status}`)
    return (await answer.json()).location
  }
}

/**
 * Where a person signs in, or signs in again more strongly, and comes back from to where they are.
 *
 * @param {{ acr?: string | undefined, maxAge?: number | undefined }} level
 * @param {{ pathname: string, search: string }} here
 */
export function signInAddress({ acr, maxAge }, { pathname, search }) {
  const query = new URLSearchParams({ return_to: `${pathname}${search}` })
  if (acr !== undefined) query.set('acr', acr)
  if (maxAge !== undefined) query.set('max_age', String(maxAge))
  return `sso/login?${query}`
}

/**
 * The level that an answer asks for (RFC 9470), if it does.
 *
 * @param {import('./ask.js').AnswerError[]} errors
 * @returns {{ acr: string | undefined, maxAge: number | undefined } | undefined}
 */
export function stepUpOf(errors) {
  const found = errors.find(
    ({ extensions }) => extensions?.['code'] === 'INSUFFICIENT_AUTHENTICATION',
  )
  if (found === undefined) return undefined
  const { acrValues, maxAge } = found.extensions ?? {}
  const acr = Array.isArray(acrValues) ? acrValues.join(' ') : acrValues
  return {
    acr: typeof acr === 'string' && acr !== '' ? acr : undefined,
    maxAge: typeof maxAge === 'number' ? maxAge : undefined,
  }
}
