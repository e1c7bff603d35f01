import { describe, expect, test } from 'vitest'

import { credentialOf, subjectOf } from '../../../../subgraphs/sign-on/clients/credential.ts'

const NOW_MS = 1_700_000_000_000
const SUBJECT = 'CN=waybills,OU=RMTO,O=سازمان راهداری,C=IR'
const JWKS = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'a', kid: '1' }] }

describe('the credential of a new client', () => {
  test('is a secret where nothing else is sent', () => {
    for (const sent of [{}, { jwks: null, certificateSubject: null }]) {
      expect(credentialOf(sent, NOW_MS)).toEqual({
        field: 'secret',
        authenticator: 'client-secret',
        attributes: {},
      })
    }
  })

  test('may be keys', () => {
    const credential = credentialOf({ jwks: JWKS }, NOW_MS)
    expect(credential).toMatchObject({
      field: 'jwks',
      authenticator: 'client-jwt',
      attributes: { 'use.jwks.string': 'true', 'panjareh.keys.since': '1700000000' },
    })
  })

  test('may be a certificate of one subject, with tokens that are bound to it', () => {
    expect(credentialOf({ certificateSubject: SUBJECT }, NOW_MS)).toEqual({
      field: 'certificateSubject',
      authenticator: 'client-x509',
      attributes: {
        'x509.subjectdn': SUBJECT,
        'x509.allow.regex.pattern.comparison': 'false',
        'tls.client.certificate.bound.access.tokens': 'true',
      },
    })
  })

  test('is not two at once', () => {
    expect(() => credentialOf({ jwks: JWKS, certificateSubject: SUBJECT }, NOW_MS)).toThrow(
      expect.objectContaining({ code: 'INPUT_REJECTED' }),
    )
  })
})

test.each(['', '.*', 'CN=.*', 'CN=*,C=IR', 'C = IR, CN = waybills', 'waybills', 7, ['CN=a']])(
  'the subject %j is refused',
  (value) => {
    expect(() => subjectOf(value)).toThrow(
      expect.objectContaining({
        code: 'INPUT_REJECTED',
        fields: ['certificateSubject'],
      }),
    )
  },
)
