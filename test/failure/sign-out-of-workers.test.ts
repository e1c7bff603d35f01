// A session that ends at one process of the bare gateway ends at all, also at one that begins later.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { signed } from '../gateway/support/token-issuer.ts'
import { type GatewayOfWorkers, openGatewayOfWorkers } from './gateway-of-workers.ts'

let gateway: GatewayOfWorkers
beforeEach(async () => {
  gateway = await openGatewayOfWorkers()
})
afterEach(() => gateway.close())

const askMany = async (token: string) => {
  const statuses: number[] = []
  for (let turn = 0; turn < 12; turn += 1) {
    statuses.push(await gateway.ask({ authorization: `Bearer ${token}` }))
  }
  return [...new Set(statuses)]
}

async function logOut({ issuer, url }: GatewayOfWorkers): Promise<number> {
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
  const { issuer, command } = gateway
  const token = issuer.token()
  expect(await askMany(token)).toEqual([200])
  expect(await logOut(gateway)).toBe(200)
  await expect.poll(() => askMany(token)).toEqual([401])
  expect(await askMany(issuer.token({ sid: 's2' }))).toEqual([200])
  const worker = command.lines.find(({ msg }) => msg === 'a worker listens')
  process.kill(Number(worker?.['pid']), 'SIGKILL')
  const listening = () => command.lines.filter(({ msg }) => msg === 'a worker listens').length
  await expect.poll(listening).toBe(3)
  expect(await askMany(token)).toEqual([401])
})
