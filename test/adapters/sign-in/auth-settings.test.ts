import { expect, test } from 'vitest'

import { type AuthSettings, variablesOf } from '../../../adapters/sign-in/auth-settings.ts'

test.each<[AuthSettings, string]>([
  [{ scheme: 'basic', user: 'U', password: 'P' }, 'U /user, P /password'],
  [{ scheme: 'api-key', header: 'X', key: 'K' }, 'K /key'],
  [{ scheme: 'query', values: { 'a/b': 'V', c: 'W' } }, 'V /values/a~1b, W /values/c'],
  [
    {
      scheme: 'login',
      path: '/PATH',
      json: { user: 'U' },
      constants: { KIND: 'NONE' },
      token: 'TOKEN',
      send: { header: 'H' },
      lifetime: '5m',
      signedOut: ['OUT'],
    },
    'U /json/user',
  ],
  [
    {
      scheme: 'x509-signature',
      certificate: 'C',
      key: 'K',
      sign: ['Body'],
      trust: 'T',
      signer: 'NAME',
    },
    'C /certificate, K /key, T /trust',
  ],
  [{ scheme: 'ws-addressing', to: 'TO', actions: { ask: 'URN' } }, 'TO /to'],
])('names the variables of a scheme and nothing else: %j', (auth, expected) => {
  expect(
    variablesOf(auth)
      .map(({ variable, pointer }) => `${variable} ${pointer}`)
      .join(', '),
  ).toBe(expected)
})
