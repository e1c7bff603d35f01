import { generateKeyPairSync } from 'node:crypto'

import { expect, test } from 'vitest'

import { publicKeysOf } from '../../../../subgraphs/sign-on/clients/public-keys.ts'

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KEY = { ...EC.publicKey.export({ format: 'jwk' }), kid: 'k1' }
const PRIVATE = { ...EC.privateKey.export({ format: 'jwk' }), kid: 'k1' }
const ED = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const SHORT = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
  format: 'jwk',
})

test.each([
  ['EC', KEY, { kty: 'EC', alg: 'ES256' }],
  ['EdDSA', { ...ED, kid: 'k1' }, { kty: 'OKP', alg: 'EdDSA' }],
  ['RSA', { ...RSA, kid: 'k1', alg: 'PS256' }, { kty: 'RSA', alg: 'PS256' }],
])('keeps the public members of an %s key and nothing else', (_kind, key, expected) => {
  const text = publicKeysOf({
    keys: [{ ...key, x5u: 'https://elsewhere.example', jku: 'x', ext: true }],
  })
  const [kept] = JSON.parse(text).keys
  expect(kept).toMatchObject({ ...expected, kid: 'k1', use: 'sig' })
  expect(Object.keys(kept)).not.toEqual(expect.arrayContaining(['x5u']))
  expect(text).not.toMatch(/x5u|jku|elsewhere|ext/)
})

test.each([
  ['a private key', { keys: [PRIVATE] }, 'private key'],
  ['a shared secret', { keys: [{ kty: 'oct', kid: 'k', k: 'c2VjcmV0' }] }, 'private key'],
  ['no keys', { keys: [] }, '1 to 5'],
  ['too many', { keys: Array.from({ length: 6 }, (_, n) => ({ ...KEY, kid: `k${n}` })) }, '1 to 5'],
  ['one kid twice', { keys: [KEY, KEY] }, 'different kid'],
  ['no kid', { keys: [{ ...KEY, kid: undefined }] }, 'kid'],
  ['a key to encrypt with', { keys: [{ ...KEY, use: 'enc' }] }, 'use sig'],
  ['a foreign algorithm', { keys: [{ ...KEY, alg: 'HS256' }] }, 'alg ES256'],
  ['none', { keys: [{ ...KEY, alg: 'none' }] }, 'alg ES256'],
  ['a curve of others', { keys: [{ ...KEY, crv: 'secp256k1' }] }, 'keys of'],
  ['a prototype’s name as a kind', { keys: [{ kty: '__proto__', kid: 'k' }] }, 'keys of'],
  ['a constructor as a kind', { keys: [{ kty: 'constructor', kid: 'k' }] }, 'keys of'],
  ['a short RSA key', { keys: [{ ...SHORT, kid: 'k' }] }, '2048'],
  ['a member that is none', { keys: [{ ...KEY, x: 'a b' }] }, '"x"'],
  ['a text', '{"keys":[]}', '1 to 5'],
  ['null', null, '1 to 5'],
  ['a key that is none', { keys: [null] }, 'keys of'],
])('refuses %s', (_name, jwks, says) => {
  expect(() => publicKeysOf(jwks)).toThrow(
    expect.objectContaining({
      code: 'INPUT_REJECTED',
      fields: ['jwks'],
      message: expect.stringContaining(says),
    }),
  )
})
