import { expect, test } from 'vitest'

import { ConfigError, readConfig } from '../../gateway/config.ts'

test('has a default for everything that can have one', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    issuer: 'http://127.0.0.1:4001/realms/gov',
    keysUrl: 'http://127.0.0.1:4001/realms/gov/protocol/openid-connect/certs',
    audience: 'gateway',
    deadlineMs: 15_000,
    bodyLimit: 262_144,
    introspection: 'staff',
    answerLimit: 8_388_608,
    subscriptions: 1000,
    shareQueries: true,
    limits: { tokens: 2000, depth: 12, aliases: 15, rootFields: 10, directives: 10 },
  })
})

test('reads what is set, and DATABASE_URL where no own one is', () => {
  const config = readConfig({
    PANJAREH_PORT: '0',
    PANJAREH_DEADLINE: '500ms',
    PANJAREH_BODY: '1MB',
    DATABASE_URL: 'postgres://a/b',
    OTHER: 'ignored',
  })
  expect(config).toMatchObject({ port: 0, deadlineMs: 500, bodyLimit: 1_048_576 })
  expect(config.databaseUrl).toBe('postgres://a/b')
})

test('looks at whom a token is meant for, unless it is told in so many signs not to', () => {
  expect(readConfig({ PANJAREH_AUDIENCE: '' }).audience).toBe('gateway')
  expect(readConfig({ PANJAREH_AUDIENCE: 'api' }).audience).toBe('api')
  expect(readConfig({ PANJAREH_AUDIENCE: '*' }).audience).toBeUndefined()
})

test('takes what is set to nothing for not set', () => {
  const config = readConfig({ PANJAREH_OTLP: '', PANJAREH_PORT: '', DATABASE_URL: '' })
  expect(config).toMatchObject({ otlp: undefined, port: 4000, databaseUrl: undefined })
})

test('names everything that is wrong at once, without repeating values', () => {
  const broken = {
    PANJAREH_PROT: '1',
    PANJAREH_PORT: 'hunter2',
    PANJAREH_LOG: 'loud',
    PANJAREH_DEADLINE: '15',
  }
  const findings = findingsOf(broken)
  expect(findings.map((line) => line.split(/[ :]/)[0])).toEqual(Object.keys(broken))
  expect(findings[0]).toBe('PANJAREH_PROT is not a setting; did you mean PANJAREH_PORT?')
  expect(findings[2]).toContain('debug | info | warn | error | silent')
  expect(findings.join()).not.toMatch(/hunter2|loud/)
})

test('has a store of all copies only with the secret by which it is sealed', () => {
  const url = { PANJAREH_VALKEY_URL: 'redis://user:hunter2@valkey:6379' }
  expect(readConfig({})).toMatchObject({ valkey: undefined })
  const secret = 'ab'.repeat(32)
  const { valkey } = readConfig({ ...url, PANJAREH_VALKEY_SECRET: secret })
  expect(valkey).toEqual({ url: url.PANJAREH_VALKEY_URL, secret: new Uint8Array(32).fill(0xab) })
  const findings = [url, { ...url, PANJAREH_VALKEY_SECRET: 'short' }].flatMap(findingsOf)
  expect(findings.map((line) => line.split(' ')[0])).toEqual([
    'PANJAREH_VALKEY_SECRET',
    'PANJAREH_VALKEY_SECRET',
  ])
  expect(findings.join()).not.toMatch(/hunter2|short/)
})

test('refuses a port that does not exist', () => {
  expect(findingsOf({ PANJAREH_PORT: '70000' })).toEqual(['PANJAREH_PORT is above 65535'])
})

function findingsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.findings
    throw error
  }
  return []
}

test('the sign-on is administered where its client and secret are both named, at the realm of the issuer', () => {
  const named = {
    PANJAREH_ISSUER: 'https://sso.example/base/realms/gov/',
    PANJAREH_SIGN_ON_ADMIN_CLIENT: 'sign-on-admin',
    PANJAREH_SIGN_ON_ADMIN_SECRET: 'long-enough',
  }
  const { PANJAREH_SIGN_ON_ADMIN_SECRET: secret, ...withoutSecret } = named
  expect(readConfig({}).signOnAdministration).toBeUndefined()
  expect(readConfig(named).signOnAdministration).toEqual({
    url: 'https://sso.example/base',
    realm: 'gov',
    clientId: 'sign-on-admin',
    secret,
  })
  const inside = { ...named, PANJAREH_SIGN_ON_URL: 'http://keycloak:8080/' }
  expect(readConfig(inside).signOnAdministration?.url).toBe('http://keycloak:8080')
  expect(findingsOf(withoutSecret)).toEqual([
    'PANJAREH_SIGN_ON_ADMIN_SECRET is not set: the client signs in by a secret',
  ])
  expect(findingsOf({ ...named, PANJAREH_ISSUER: 'https://sso.example' })).toEqual([
    'PANJAREH_ISSUER is no realm (…/realms/…): it cannot be administered',
  ])
})
