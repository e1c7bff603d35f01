// A sign-in that was not enough, said so that a client can begin a better one (RFC 9470 §3).

import { CallerError } from '../../schema/errors.ts'
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

/** Of a request that was refused before its operation was looked at; the error's `extensions` say what suffices. */
export function thrownChallenge(error: unknown): Readonly<Record<string, string>> {
  const shown = error instanceof CallerError ? error.extensions : undefined
  const [acrValues, maxAge] = [shown?.['acrValues'], shown?.['maxAge']]
  const challenge = {
    acrValues: typeof acrValues === 'string' ? acrValues : undefined,
    maxAge: typeof maxAge === 'number' ? maxAge : undefined,
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
