// Who may sign in: hashed passwords, limits of guessing, disabled people, names that differ by sector.
import { argon2Sync, pbkdf2Sync, randomBytes } from 'node:crypto'

import { afterAll, beforeAll, describe, expect } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import type { RealmFile, SignOnEngine, TestUser } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import { PAIRWISE, web } from './support/clients.ts'
import { administer, claimsOf, idOf } from './support/endpoints.ts'
import { answerPages, askToken, authorizationRequest, CALLBACK, signIn } from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const PASSWORD = 'panjareh'
const ELSEWHERE = CALLBACK.replace('127.0.0.1', 'localhost')

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    engine = await openEngine(name, {
      clients: [
        web('web'),
        web('sector-one', { protocolMappers: [PAIRWISE] }),
        web('sector-one-too', { protocolMappers: [PAIRWISE] }),
        web('sector-two', { protocolMappers: [PAIRWISE], redirectUris: [ELSEWHERE] }),
      ],
      change: withHashes,
    })
  })
  afterAll(() => engine.close())

  /** Whether this password leads back with a code. */
  async function tries(username: string, password: string): Promise<boolean> {
    const browser = new Browser(engine.issuer)
    const start = await browser.open(authorizationRequest(engine, 'web').url)
    if (start.page === undefined) return false
    const stop = await browser.submit(start.page, { username, password })
    return stop.away?.searchParams.has('code') ?? false
  }

  describe('passwords', () => {
    for (const username of ['pbkdf2-sha512', 'pbkdf2-sha256', 'argon2id']) {
      capability(name, `a password that came as a hash: ${username}`, async () => {
        expect(await tries(username, PASSWORD)).toBe(true)
        expect(await tries(username, `${PASSWORD}x`)).toBe(false)
      })
    }

    capability(name, 'an unknown name and a wrong password look alike', async () => {
      expect(await shownAfterWrong(engine, 'no-such-person')).toBe(
        await shownAfterWrong(engine, 'nima-young'),
      )
    })

    capability(name, 'the password grant is refused', async () => {
      const answer = await askToken(engine, {
        grant_type: 'password',
        client_id: 'web',
        client_secret: 'web-secret',
        username: 'kaveh',
        password: PASSWORD,
      })
      expect(answer).toMatchObject({ access: '', refresh: '' })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    })
  })

  describe('limits of guessing', () => {
    capability(name, 'five wrong passwords lock, and the right one does not open', async () => {
      const person = 'yadollah-old'
      for (let count = 0; count < 5; count += 1) expect(await tries(person, 'wrong')).toBe(false)
      await counted(engine, person, 5)
      expect(await tries(person, PASSWORD)).toBe(false)
    })

    capability(name, 'the administration sees the lock and opens it', async () => {
      const person = 'ghasem-farmer'
      for (let count = 0; count < 5; count += 1) await tries(person, 'wrong')
      await counted(engine, person, 5)
      const id = await idOf(engine, 'users', person)
      const attack = `/attack-detection/brute-force/users/${id}`
      expect((await administer(engine, 'GET', attack)).body).toMatchObject({
        numFailures: 5,
        disabled: true,
      })
      expect((await administer(engine, 'DELETE', attack)).status).toBe(204)
      expect(await tries(person, PASSWORD)).toBe(true)
    })

    capability(name, 'a sign-in begins the count anew', async () => {
      const person = 'tara-child'
      for (let round = 0; round < 2; round += 1) {
        for (let count = 0; count < 4; count += 1) await tries(person, 'wrong')
        await counted(engine, person, 4)
        expect(await tries(person, PASSWORD)).toBe(true)
        await counted(engine, person, 0)
      }
    })

    capability(name, 'wrong one-time codes count, too', async () => {
      const browser = new Browser(engine.issuer)
      const request = authorizationRequest(engine, 'web', { acr_values: 'substantial' })
      const start = await browser.open(request.url)
      const person = { ...engine.person('clerk'), totpSecret: undefined }
      let { stop } = await answerPages(engine, browser, start, person)
      for (let count = 0; count < 5 && stop.page !== undefined; count += 1) {
        if (!stop.page.forms.some(({ names }) => names.includes('otp'))) break
        stop = await browser.submit(stop.page, { otp: '000000' })
      }
      await counted(engine, 'clerk', 5)
      expect(await tries('clerk', PASSWORD)).toBe(false)
    })
  })

  describe('people who may not', () => {
    capability(name, 'a disabled person is refused, and so is their refresh token', async () => {
      const { refresh } = await signIn(engine, 'web', 'isa-deceased-driver')
      const id = await idOf(engine, 'users', 'isa-deceased-driver')
      const { body } = await administer(engine, 'GET', `/users/${id}`)
      const put = await administer(engine, 'PUT', `/users/${id}`, { ...body, enabled: false })
      expect(put.status).toBe(204)
      expect(await tries('isa-deceased-driver', PASSWORD)).toBe(false)
      const renewed = await askToken(engine, {
        grant_type: 'refresh_token',
        client_id: 'web',
        client_secret: 'web-secret',
        refresh_token: refresh,
      })
      expect(renewed).toMatchObject({ status: 400, error: 'invalid_grant' })
    })
  })

  describe('pairwise subjects', () => {
    capability(name, 'one name within a sector, another in the next', async () => {
      const one = await subOf(engine, 'sector-one')
      expect(await subOf(engine, 'sector-one')).toBe(one)
      expect(await subOf(engine, 'sector-one-too')).toBe(one)
      const two = await subOf(engine, 'sector-two', ELSEWHERE)
      expect(two).not.toBe(one)
      const open = await subOf(engine, 'web')
      expect([one, two]).not.toContain(open)
    })
  })
})

/** Keycloak counts a moment after it has answered. */
async function counted(engine: SignOnEngine, username: string, numFailures: number): Promise<void> {
  const id = await idOf(engine, 'users', username)
  await eventually(async () => {
    const { body } = await administer(engine, 'GET', `/attack-detection/brute-force/users/${id}`)
    expect(body).toMatchObject({ numFailures })
  })
}

async function subOf(engine: SignOnEngine, clientId: string, redirect_uri = CALLBACK) {
  const { access, id } = await signIn(engine, clientId, 'kaveh', { changes: { redirect_uri } })
  expect(claimsOf(id)['sub']).toBe(claimsOf(access)['sub'])
  return claimsOf(access)['sub']
}

async function shownAfterWrong(engine: SignOnEngine, username: string) {
  const browser = new Browser(engine.issuer)
  const start = await browser.open(authorizationRequest(engine, 'web').url)
  const { page } = await browser.submit(start.page!, { username, password: 'wrong-one' })
  return page?.text
}

/** People whose passwords were taken over from another system as hashes, as a realm export has them. */
function withHashes(realm: RealmFile): RealmFile {
  const salt = randomBytes(16)
  const pbkdf2 = (digest: 'sha512' | 'sha256', bytes: number): TestUser =>
    personWith(`pbkdf2-${digest}`, {
      value: pbkdf2Sync(PASSWORD, salt, 2000, bytes, digest).toString('base64'),
      salt,
      credentialData: { hashIterations: 2000, algorithm: `pbkdf2-${digest}` },
    })
  const memory = 7168
  const argon2 = personWith('argon2id', {
    value: argon2Sync('argon2id', {
      message: PASSWORD,
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory,
      passes: 5,
    }).toString('base64'),
    salt,
    credentialData: {
      hashIterations: 5,
      algorithm: 'argon2',
      additionalParameters: {
        hashLength: ['32'],
        memory: [String(memory)],
        type: ['id'],
        version: ['1.3'],
        parallelism: ['1'],
      },
    },
  })
  return { ...realm, users: [...realm.users, pbkdf2('sha512', 64), pbkdf2('sha256', 32), argon2] }
}

function personWith(
  username: string,
  hash: { readonly value: string; readonly salt: Buffer; readonly credentialData: object },
): TestUser {
  const { value, salt, credentialData } = hash
  return {
    username,
    enabled: true,
    firstName: 'ن',
    lastName: 'ن',
    realmRoles: ['citizen'],
    credentials: [
      {
        type: 'password',
        secretData: JSON.stringify({ value, salt: salt.toString('base64') }),
        credentialData: JSON.stringify(credentialData),
      },
    ],
  }
}
