// The bare gateway in two processes, which take turns with connections, before a sign-on that issues tokens as one likes.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

import { invariant } from '../../schema/errors.ts'
import { type Command, run } from '../gateway/support/command.ts'
import { openTokenIssuer, type TokenIssuer } from '../gateway/support/token-issuer.ts'

export interface GatewayOfWorkers {
  readonly issuer: TokenIssuer
  readonly command: Command
  readonly url: string
  /** Over a connection of its own. Resolves with the status. */
  ask(headers: Readonly<Record<string, string>>): Promise<number>
  close(): Promise<void>
}

export async function openGatewayOfWorkers(): Promise<GatewayOfWorkers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'workers-'))
  const typeDefs = parse('type Query { one: Int }')
  const { supergraphSdl } = composeServices([{ name: 'one', url: 'http://127.0.0.1:9', typeDefs }])
  invariant(supergraphSdl, 'one subgraph composes')
  const file = path.join(folder, 'supergraph.graphql')
  await writeFile(file, supergraphSdl)
  const issuer = await openTokenIssuer()
  const args = ['--supergraph', file, '--port', '0', '--workers', '2']
  const command = run('gateway/bare.ts', args, {
    PANJAREH_ISSUER: issuer.issuer,
    PANJAREH_KEYS_URL: issuer.keysUrl,
  })
  const url = String((await command.said('ready'))['url'])
  return {
    issuer,
    command,
    url,
    ask: (headers) => ask(url, headers),
    async close() {
      command.child.kill()
      await command.ended
      await issuer.close()
      await rm(folder, { recursive: true })
    },
  }
}

function ask(url: string, given: Readonly<Record<string, string>>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { 'content-type': 'application/json', ...given }
  const agent = new Agent({ keepAlive: false })
  const sending = request(url, { method: 'POST', headers, agent }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0))
  })
  sending.on('error', reject)
  sending.end('{"query":"{ __typename }"}')
  return promise
}
