// A sign-in that was not enough, said so that a client can begin a better one (RFC 9470 §3).

import { ServiceError } from '../../schema/errors.ts'
import type { Work } from '../pipeline.ts'

/** What of a request's work says whether a sign-in was enough. */
export interface Refused {
  readonly challenge?: Work['challenge'] | undefined
  readonly refusal?: Work['refusal'] | undefined
}

/** `authorization`: that of the request, whose scheme the challenge repeats. */
export function challengeHeaders(
  { challenge, refusal }: Refused = {},
  authorization?: string,
): Readonly<Record<string, string>> | undefined {
  const scheme = /^dpop /i.test(authorization ?? '') ? 'DPoP' : 'Bearer'
  if (challenge === undefined) {
    const isNobody = refusal?.errors.some(isUnauthenticated) === true
    return isNobody ? { 'www-authenticate': scheme } : undefined
  }
  const { acrValues, maxAge } = challenge
  const wanted = [
    'error="insufficient_user_authentication"',
    ...(acrValues === undefined ? [] : [`acr_values="${acrValues}"`]),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ]
  return { 'www-authenticate': `${scheme} ${wanted.join(', ')}` }
}

/** Of a request that was refused before its operation was looked at; `acrValues` of the error's detail says what suffices. */
export function thrownChallenge(error: unknown): Readonly<Record<string, string>> {
  const acrValues = error instanceof ServiceError ? error.detail['acrValues'] : undefined
  const challenge = {
    acrValues: typeof acrValues === 'string' ? acrValues : undefined,
    maxAge: undefined,
    whole: true,
  }
  return { ...challengeHeaders({ challenge }) }
}

/** Of an operation that was refused as a whole: 401 if signing in, or signing in better, may help. */
export function statusOfRefused({ challenge, refusal }: Refused): 401 | 403 {
  const mayHelp = challenge !== undefined || refusal?.errors.some(isUnauthenticated) === true
  return mayHelp ? 401 : 403
}

function isUnauthenticated({
  extensions,
}: NonNullable<Work['refusal']>['errors'][number]): boolean {
  return extensions?.['code'] === 'UNAUTHENTICATED'
}
