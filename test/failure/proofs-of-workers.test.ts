// A DPoP proof is used once at all processes of the bare gateway together (RFC 9449 §11.1), whichever of them it reaches.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { invariant } from '../../schema/errors.ts'
import { type Command, run } from '../gateway/support/command.ts'
import { type DpopClient, openDpopClient } from '../gateway/support/dpop-client.ts'
import { openTokenIssuer, type TokenIssuer } from '../gateway/support/token-issuer.ts'

let folder: string
let issuer: TokenIssuer
let client: DpopClient
let command: Command
let url: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proofs-'))
  const typeDefs = parse('type Query { one: Int }')
  const { supergraphSdl } = composeServices([{ name: 'one', url: 'http://127.0.0.1:9', typeDefs }])
  invariant(supergraphSdl, 'one subgraph composes')
  const file = path.join(folder, 'supergraph.graphql')
  await writeFile(file, supergraphSdl)
  issuer = await openTokenIssuer()
  client = await openDpopClient()
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

/** Longer than the slowest machine takes. */
const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600

/** Over a connection of its own: the processes take turns with those. */
function ask(token: string, dpop: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop }
  const agent = new Agent({ keepAlive: false })
  const sending = request(url, { method: 'POST', headers, agent }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0))
  })
  sending.on('error', reject)
  sending.end('{"query":"{ __typename }"}')
  return promise
}

test('a proof that is shown to all of them, one after another or at once, is taken once', async () => {
  const token = issuer.token({ typ: 'DPoP', exp: inTenMinutes(), cnf: { jkt: client.thumbprint } })
  const prove = () => client.proof({ token, url })
  const proof = await prove()
  const statuses: number[] = []
  for (let turn = 0; turn < 8; turn += 1) statuses.push(await ask(token, proof))
  expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 401)])
  for (let turn = 0; turn < 20; turn += 1) {
    const raced = await prove()
    const all = await Promise.all(Array.from({ length: 6 }, () => ask(token, raced)))
    expect(all.filter((status) => status === 200)).toHaveLength(1)
    expect(all.filter((status) => status === 401)).toHaveLength(5)
  }
  expect(await ask(token, await prove())).toBe(200)
}, 30_000)
