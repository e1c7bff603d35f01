// Whatever becomes of a request, nothing that is told of it (log lines, metrics, traces, answers of refused requests) holds the
// national id, the mobile, the token, the session or the subject of whoever asked.

import { createServer } from 'node:http'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type DpopClient, openDpopClient } from '../gateway/support/dpop-client.ts'
import { type Opened, open } from '../gateway/support/open.ts'
import {
  newKey,
  openTokenIssuer,
  part,
  signed,
  type TokenIssuer,
} from '../gateway/support/token-issuer.ts'

const PERSON = {
  sub: 'subject-7f3a91',
  sid: 'session-51c0de',
  national_id: '0084575948',
  phone_number: '09121234567',
}

let issuer: TokenIssuer
let gateway: Opened
let client: DpopClient
const spans: string[] = []
let collector: { url: string; close(): Promise<void> }
beforeAll(async () => {
  issuer = await openTokenIssuer()
  client = await openDpopClient()
  collector = await openCollector()
  gateway = await open(
    {
      own: {
        sdl: 'type Query { who: String, fails: String, secret: String @policy(policies: [["staff"]]) }',
        resolvers: {
          Query: {
            who: () => 'somebody',
            fails: () => {
              throw new TypeError('a bug of ours')
            },
          },
        },
      },
    },
    {
      PANJAREH_ISSUER: issuer.issuer,
      PANJAREH_KEYS_URL: issuer.keysUrl,
      PANJAREH_AUDIENCE: 'gateway',
      PANJAREH_OTLP: collector.url,
    },
  )
})
afterAll(async () => {
  await gateway.close()
  await issuer.close()
  await collector.close()
})

async function openCollector() {
  const server = createServer((request, response) => {
    request.setEncoding('latin1').on('data', (chunk: string) => spans.push(chunk))
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}

const seconds = () => Math.floor(Date.now() / 1000)
const token = (claims: object = {}, header: object = {}) =>
  issuer.token({ ...PERSON, ...claims }, { ...header })
const forged = () => {
  const key = newKey('RS256', 'key-RS256')
  const claims = JSON.stringify({ ...issuer.claims(), ...PERSON })
  return signed(JSON.stringify({ alg: 'RS256', kid: 'key-RS256', typ: 'JWT' }), claims, key)
}
const bound = () => token({ cnf: { jkt: client.thumbprint } })

const TOKENS: Readonly<Record<string, () => string>> = {
  good: () => token(),
  expired: () => token({ exp: seconds() - 60 }),
  early: () => token({ nbf: seconds() + 60 }),
  'of another issuer': () => token({ iss: 'http://elsewhere.example' }),
  'for another audience': () => token({ aud: 'portal' }),
  'an ID token': () => token({ typ: 'ID' }),
  forged,
  'by an unknown key': () => token({}, { kid: 'other' }),
  unsigned: () => `${part('{"alg":"none"}')}.${part(JSON.stringify(PERSON))}.`,
  'of no form': () => `x.${part(JSON.stringify(PERSON))}.y z`,
  'of no kind of caller': () => token({ realm_access: { roles: [] } }),
  'bound to a key': bound,
  'with its national id as kid': () => token({}, { kid: PERSON.national_id }),
}

test.each(Object.entries(TOKENS))('a token that is %s', async (_, make) => {
  const shown = make()
  const own = ['{ who }', '{ fails }', '{ secret }', '{ who', '{ nothing }']
  const answers: string[] = []
  for (const query of own) {
    const answer = await gateway.post({ query }, { authorization: `Bearer ${shown}` })
    answers.push(await answer.text(), JSON.stringify([...answer.headers]))
  }
  expectNothingOf(shown, answers)
})

test('a proof that is wrong, and a logout token', async () => {
  const shown = bound()
  const proof = await client.proof({ token: shown, url: 'http://elsewhere.example/' })
  const answer = await gateway.post(
    { query: '{ who }' },
    { authorization: `DPoP ${shown}`, dpop: proof },
  )
  const logout = await fetch(`${gateway.url}/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token({ typ: 'Logout' }) }),
  })
  expect([answer.status, logout.status]).toEqual([401, 400])
  expectNothingOf(proof, [await answer.text(), await logout.text()])
})

const secrets = new Set<string>()

test('the spans of all that', async () => {
  await gateway.close()
  const told = spans.join('\n')
  expect(told).toContain('traceId')
  for (const secret of secrets) expect(told.includes(secret)).toBe(false)
})

function expectNothingOf(shown: string, answers: readonly string[]): void {
  expect(gateway.lines.length).toBeGreaterThan(0)
  const told = {
    log: JSON.stringify(gateway.lines),
    metrics: JSON.stringify(gateway.metrics()),
    answers: answers.join('\n'),
  }
  const [, claims = '', signature = ''] = shown.split('.')
  const parts = [claims, signature].filter((text) => text.length > 8)
  for (const secret of [...Object.values(PERSON), ...parts]) {
    secrets.add(secret)
    for (const [where, text] of Object.entries(told)) {
      expect(text.includes(secret), `${where} holds ${secret}`).toBe(false)
    }
  }
}
