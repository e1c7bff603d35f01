// In: a session that ended. Out: a logout token to every client of it that has an address for it, all at once (OpenID
// Connect Back-Channel Logout 1.0). Never: a call to an address that is none of the client's own hosts.
import { randomUUID } from 'node:crypto'

import { importJWK, SignJWT } from 'jose'

import { type Fetch, isLoopback, isSafe } from '../provider/guarded-fetch.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import type { LiveClient } from '../realm/realm-types.ts'
import type { UserSession } from '../realm/user-sessions.ts'
import { subjectFor } from '../tokens/claims.ts'
import { algorithmOf } from '../tokens/keys.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const LIFETIME_SECONDS = 120
const TIMEOUT_MS = 2500
const RETRY_AFTER_MS = 250

export interface LogoutOutcome {
  readonly clientId: string
  readonly told: boolean
  /** Status of the last answer; none when there was no answer. */
  readonly status: number | undefined
  readonly tookMs: number
}

export interface LogoutOptions {
  readonly realm: LiveRealm
  readonly keys: SigningKeys
  readonly issuer: string
  readonly report: (outcome: LogoutOutcome) => void
  readonly fetch?: Fetch
}

/** Sends as soon as a session ends; `settled` waits for those under way. */
export function logoutByBackChannel(options: LogoutOptions): { settled(): Promise<void> } {
  const running = new Set<Promise<void>>()
  options.realm.sessions.onEnd((session, why) => {
    if (why === 'expired') return
    const work = tellAll(options, session).finally(() => running.delete(work))
    running.add(work)
  })
  return { settled: async () => void (await Promise.all(running)) }
}

async function tellAll(options: LogoutOptions, session: UserSession): Promise<void> {
  const clients = [...session.clients.keys()]
    .map((id) => options.realm.clients.get(id))
    .filter((client) => client !== undefined)
  await Promise.all(clients.map((client) => tell(options, session, client)))
}

async function tell(
  options: LogoutOptions,
  session: UserSession,
  client: LiveClient,
): Promise<void> {
  const target = URL.parse(client.attributes['backchannel.logout.url'] ?? '')
  if (target === null) return
  const began = performance.now()
  const post = options.fetch ?? fetch
  let status: number | undefined
  for (let attempt = 0; attempt < 2 && isOwnHost(target, client); attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS))
    status = await send(post, target, await logoutToken(options, session, client))
    if (isTold(status)) break
  }
  const tookMs = Math.round(performance.now() - began)
  options.report({ clientId: client.clientId, told: isTold(status), status, tookMs })
}

async function send(post: Fetch, target: URL, token: string): Promise<number | undefined> {
  try {
    const answer = await post(target, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.body?.cancel()
    return answer.status
  } catch {
    return undefined
  }
}

/** 200 or 204 (§2.8); a refusal of the token will not change by sending it again, all else may. */
function isTold(status: number | undefined): boolean {
  return status === 200 || status === 204
}

/** Where the client itself lives: a changed logout address alone does not make the sign-on call anybody. */
function isOwnHost(target: URL, client: LiveClient): boolean {
  const hosts = [...client.redirectUris, ...client.webOrigins].map((uri) => URL.parse(uri)?.host)
  return isSafe(target) && (isLoopback(target) || hosts.includes(target.host))
}

async function logoutToken(
  { realm, keys, issuer }: LogoutOptions,
  session: UserSession,
  client: LiveClient,
): Promise<string> {
  const alg = algorithmOf(
    client.attributes['id.token.signed.response.alg'],
    realm.settings.defaultSignatureAlgorithm,
  )
  const jwk = keys.signing(alg)
  const user = realm.users.get(session.userId)
  const sub = user && subjectFor({ realm, client, user, scope: '' })
  const iat = Math.floor(realm.now() / 1000)
  const withSid = client.attributes['backchannel.logout.session.required'] !== 'false'
  return new SignJWT({
    typ: 'Logout',
    events: { [EVENT]: {} },
    // A removed user has no `sub` any more; the session names itself.
    ...(withSid || sub === undefined ? { sid: session.id } : {}),
    ...(sub === undefined ? {} : { sub }),
  })
    .setProtectedHeader({ alg, kid: jwk.kid, typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience(client.clientId)
    .setIssuedAt(iat)
    .setExpirationTime(iat + LIFETIME_SECONDS)
    .setJti(randomUUID())
    .sign(await importJWK(jwk, alg))
}
