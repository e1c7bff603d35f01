// The gateway's refusals of a token (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3), read from WWW-Authenticate.

export interface Challenge {
  readonly error: string | undefined
  /** Names of levels, in one text with spaces. */
  readonly acrValues: string | undefined
  /** Seconds. */
  readonly maxAge: string | undefined
}

const PARAMETER = /([a-z_]+)="([^"\\]{0,256})"/g
const ACR = /^[\w:./-]{1,64}(?: [\w:./-]{1,64}){0,3}$/
const SECONDS = /^\d{1,6}$/

export function parseChallenge(header: string | undefined): Challenge {
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of (header ?? '').slice(0, 2048).matchAll(PARAMETER)) {
    if (!found.has(name)) found.set(name, value)
  }
  const [acr, seconds] = [found.get('acr_values') ?? '', found.get('max_age') ?? '']
  return {
    error: found.get('error'),
    acrValues: ACR.test(acr) ? acr : undefined,
    maxAge: SECONDS.test(seconds) ? seconds : undefined,
  }
}

/** Where a person signs in again as the challenge asks; the page adds `return_to`. */
export function stepUpPath(base: string, { acrValues, maxAge }: Challenge): string {
  const query = new URLSearchParams()
  if (acrValues !== undefined) query.set('acr', acrValues)
  if (maxAge !== undefined) query.set('max_age', maxAge)
  return `${base}/sso/login?${query.toString()}`
}
