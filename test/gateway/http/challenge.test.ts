import { expect, test } from 'vitest'

import {
  challengeHeaders,
  statusOfRefused,
  thrownChallenge,
} from '../../../gateway/http/challenge.ts'
import { CallerError } from '../../../schema/errors.ts'

const refusedAs = (code: string) => ({
  refusal: {
    kind: 'unauthorized',
    reason: 'access',
    errors: [{ message: '', extensions: { code } }],
  } as const,
})
const challenge = { acrValues: 'substantial', maxAge: 300, whole: true }
const FULL = 'error="insufficient_user_authentication", acr_values="substantial", max_age="300"'

test.each<[string, Parameters<typeof challengeHeaders>, string | undefined]>([
  ['a sign-in that is not enough', [{ challenge }], `Bearer ${FULL}`],
  ['one with a bound token', [{ challenge }, 'DPoP x.y.z'], `DPoP ${FULL}`],
  [
    'one of any age',
    [{ challenge: { ...challenge, maxAge: undefined } }],
    'Bearer error="insufficient_user_authentication", acr_values="substantial"',
  ],
  ['nobody', [refusedAs('UNAUTHENTICATED')], 'Bearer'],
  ['one who may not', [refusedAs('FORBIDDEN')], undefined],
  ['one who was answered', [{}], undefined],
  ['one who was not asked', [], undefined],
])('tells %s what to do', (_, given, told) => {
  expect(challengeHeaders(...given)?.['www-authenticate']).toBe(told)
})

test('signing in may help against 401 and not against 403', () => {
  expect(statusOfRefused(refusedAs('UNAUTHENTICATED'))).toBe(401)
  expect(statusOfRefused({ ...refusedAs('INSUFFICIENT_AUTHENTICATION'), challenge })).toBe(401)
  expect(statusOfRefused(refusedAs('FORBIDDEN'))).toBe(403)
  expect(statusOfRefused(refusedAs('PURPOSE_REQUIRED'))).toBe(403)
})

test('an error that was thrown names level and age by its extensions', () => {
  const error = new CallerError('INSUFFICIENT_AUTHENTICATION', '', {
    extensions: { acrValues: 'substantial', maxAge: 900 },
  })
  expect(thrownChallenge(error)['www-authenticate']).toContain('acr_values="substantial"')
  expect(thrownChallenge(new Error('x'))['www-authenticate']).not.toContain('acr_values')
})
