// A session that ends at one process of the bare gateway ends at all, also at one that begins later.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { invariant } from '../../schema/errors.ts'
import { type Command, run } from '../gateway/support/command.ts'
import { openTokenIssuer, signed, type TokenIssuer } from '../gateway/support/token-issuer.ts'

let folder: string
let issuer: TokenIssuer
let command: Command
let url: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sign-out-'))
  const typeDefs = parse('type Query { one: Int }')
  const { supergraphSdl } = composeServices([{ name: 'one', url: 'http://127.0.0.1:9', typeDefs }])
  invariant(supergraphSdl, 'one subgraph composes')
  const file = path.join(folder, 'supergraph.graphql')
  await writeFile(file, supergraphSdl)
  issuer = await openTokenIssuer()
  const args = ['--supergraph', file, '--port', '0', '--workers', '2']
  command = run('gateway/bare.ts', args, {
    PANJAREH_ISSUER: issuer.issuer,
    PANJAREH_KEYS_URL: issuer.keysUrl,
  })
  url = String((await command.said('ready'))['url'])
})
afterEach(async () => {
  command.child.kill()
  await command.ended
  await issuer.close()
  await rm(folder, { recursive: true })
})

/** Over a connection of its own: the processes take turns with those. */
function ask(token: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const agent = new Agent({ keepAlive: false })
  const sending = request(url, { method: 'POST', headers, agent }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0))
  })
  sending.on('error', reject)
  sending.end('{"query":"{ __typename }"}')
  return promise
}

const askMany = async (token: string) => {
  const statuses: number[] = []
  for (let turn = 0; turn < 12; turn += 1) statuses.push(await ask(token))
  return [...new Set(statuses)]
}

async function logOut(): Promise<number> {
  const key = issuer.keys['RS256']!
  const iat = Math.floor(Date.now() / 1000)
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const claims = { iss: issuer.issuer, aud: 'portal', iat, jti: 'j1', sid: 's1', events }
  const head = { alg: key.alg, kid: key.kid, typ: 'logout+jwt' }
  const logoutToken = signed(JSON.stringify(head), JSON.stringify(claims), key)
  const body = new URLSearchParams({ logout_token: logoutToken })
  return (await fetch(new URL('/backchannel-logout', url), { method: 'POST', body })).status
}

test('of several processes all refuse a session that has ended, those that come later, too', async () => {
  const token = issuer.token()
  expect(await askMany(token)).toEqual([200])
  expect(await logOut()).toBe(200)
  await expect.poll(() => askMany(token)).toEqual([401])
  expect(await askMany(issuer.token({ sid: 's2' }))).toEqual([200])
  const worker = command.lines.find(({ msg }) => msg === 'a worker listens')
  process.kill(Number(worker?.['pid']), 'SIGKILL')
  const listening = () => command.lines.filter(({ msg }) => msg === 'a worker listens').length
  await expect.poll(listening).toBe(3)
  expect(await askMany(token)).toEqual([401])
})
