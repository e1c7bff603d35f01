// A logout token of the issuer in, what has ended out (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6). Whoever brings it:
// what the issuer has signed is true. Also Keycloak's older way to say what has ended.

import {
  audienceOf,
  CLOCK_SKEW_MS,
  isMoment,
  isName,
  readSigning,
  typeOf,
} from '../access-token.ts'
import { type Compact, readCompact } from '../form/compact.ts'
import { isMembers, type Members } from '../form/strict-json.ts'
import { isSigned } from '../keys/algorithms.ts'
import type { KeySet } from '../keys/key-set.ts'
import type { Ending } from './ended-sessions.ts'

export interface Issuing {
  readonly issuer: string
  readonly keys: KeySet
  readonly now: () => number
}

/** What of the token is not as it must be; for the one who sent it. */
export type LogoutFault = 'form' | 'kind' | 'issuer' | 'audience' | 'time' | 'subject' | 'signature'

export interface LoggedOut {
  readonly ending: Ending
  /** By which a second coming is known. */
  readonly jti: string
}

const LONGEST_TOKEN = 8192
/** A logout is told when it happens. An old message is not; one without an end has this one. */
const TOLD_WITHIN_MS = 600_000
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Rejects with SystemError if the issuer's keys cannot be read. */
export async function readLogoutToken(
  token: string,
  issuing: Issuing,
): Promise<LoggedOut | LogoutFault> {
  const compact = token.length > LONGEST_TOKEN ? undefined : readCompact(token)
  if (compact === undefined) return 'form'
  const { header, claims } = compact
  const fault = faultOf(header, claims, issuing)
  if (fault !== undefined) return fault
  if (!(await isOfIssuer(compact, issuing.keys))) return 'signature'
  const { sid, sub, iat, jti } = claims
  const atMs = Number(iat) * 1000
  const ending: Ending | undefined = isName(sid)
    ? { kind: 'session', id: sid, atMs }
    : isName(sub)
      ? { kind: 'subject', id: sub, atMs }
      : undefined
  return ending === undefined ? 'subject' : { ending, jti: String(jti) }
}

function faultOf(
  header: Members,
  claims: Members,
  { issuer, now }: Issuing,
): LogoutFault | undefined {
  if (!isLogout(header, claims)) return 'kind'
  if (claims['iss'] !== issuer) return 'issuer'
  // Of whichever client: it is the session at the issuer that has ended, and with it every token of it.
  const audience = audienceOf(claims)
  if (audience === undefined || audience.length === 0) return 'audience'
  if (!isTimely(claims, now())) return 'time'
  const { sid, sub, jti } = claims
  const isWell = [sid, sub].every((one) => one === undefined || isName(one)) && isName(jti)
  return isWell ? undefined : 'subject'
}

/** `nonce` is of ID tokens, which must not be taken for one of these (§2.4). */
function isLogout(header: Members, claims: Members): boolean {
  const { events, typ, nonce } = claims
  const type = typeOf(header['typ'])
  if (type !== 'logout+jwt' && type !== 'jwt' && type !== '') return false
  if (typ !== undefined && typ !== 'Logout') return false
  return nonce === undefined && isMembers(events) && isMembers(events[EVENT])
}

function isTimely({ iat, exp }: Members, nowMs: number): boolean {
  if (!isMoment(iat) || iat * 1000 > nowMs + CLOCK_SKEW_MS) return false
  if (iat * 1000 < nowMs - TOLD_WITHIN_MS) return false
  return exp === undefined || (isMoment(exp) && exp * 1000 > nowMs - CLOCK_SKEW_MS)
}

/**
 * What Keycloak tells a client's admin URL, signed as its tokens are: `PUSH_NOT_BEFORE`, and `LOGOUT` of some sessions or of
 * all. Undefined: not that, not by the issuer, or too late.
 */
export async function readAdminAction(
  token: string,
  { keys, now }: Pick<Issuing, 'keys' | 'now'>,
): Promise<readonly Ending[] | undefined> {
  const compact = token.length > LONGEST_TOKEN ? undefined : readCompact(token)
  if (compact === undefined) return undefined
  const { expiration, typ, iss } = compact.claims
  // A token into which a mapper has written these members, bearing the same signature, is none.
  if (typ !== undefined || iss !== undefined) return undefined
  const endings = endingsOf(compact.claims)
  if (endings === undefined || !isMoment(expiration)) return undefined
  if (expiration * 1000 < now() - CLOCK_SKEW_MS) return undefined
  return (await isOfIssuer(compact, keys)) ? endings : undefined
}

function endingsOf({
  action,
  notBefore,
  keycloakSessionIds,
}: Members): readonly Ending[] | undefined {
  if (!isMoment(notBefore)) return undefined
  const atMs = notBefore * 1000
  if (action === 'LOGOUT' && Array.isArray(keycloakSessionIds)) {
    const sessions: readonly unknown[] = keycloakSessionIds
    return sessions.filter(isName).map((id) => ({ kind: 'session', id, atMs }))
  }
  return action === 'PUSH_NOT_BEFORE' || action === 'LOGOUT'
    ? [{ kind: 'everybody', atMs }]
    : undefined
}

async function isOfIssuer({ header, jws }: Compact, keys: KeySet): Promise<boolean> {
  const signing = readSigning(header)
  if (signing === undefined) return false
  await keys.ready()
  const { kid, algorithm } = signing
  const key = keys.get(kid) ?? (await keys.lookAgain(kid))
  if (key === undefined || !key.algorithms.includes(algorithm)) return false
  return isSigned(algorithm, key.key, jws)
}
