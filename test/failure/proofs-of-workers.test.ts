// A DPoP proof is used once at all processes of the bare gateway together (RFC 9449 §11.1), whichever of them it reaches.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { openDpopClient } from '../gateway/support/dpop-client.ts'
import { type GatewayOfWorkers, openGatewayOfWorkers } from './gateway-of-workers.ts'

let gateway: GatewayOfWorkers
beforeEach(async () => {
  gateway = await openGatewayOfWorkers()
})
afterEach(() => gateway.close())

/** Longer than the slowest machine takes. */
const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600

test('a proof that is shown to all of them, one after another or at once, is taken once', async () => {
  const { issuer, url } = gateway
  const client = await openDpopClient()
  const token = issuer.token({ typ: 'DPoP', exp: inTenMinutes(), cnf: { jkt: client.thumbprint } })
  const prove = () => client.proof({ token, url })
  const show = (dpop: string) => gateway.ask({ authorization: `DPoP ${token}`, dpop })
  const proof = await prove()
  const statuses: number[] = []
  for (let turn = 0; turn < 8; turn += 1) statuses.push(await show(proof))
  expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 401)])
  for (let turn = 0; turn < 20; turn += 1) {
    const raced = await prove()
    const all = await Promise.all(Array.from({ length: 6 }, () => show(raced)))
    expect(all.filter((status) => status === 200)).toHaveLength(1)
    expect(all.filter((status) => status === 401)).toHaveLength(5)
  }
  expect(await show(await prove())).toBe(200)
})
