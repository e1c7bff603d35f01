// The gateway with TLS of its own, and another one behind a proxy that ends TLS: both take the tokens of an engine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type Opened, open } from '../../../gateway/support/open.ts'
import { issueServer, type KeyPair } from '../../../support/authority.ts'
import type { SignOnEngine } from '../engine.ts'
import { protocol } from './endpoints.ts'
import { callOverTls, tlsOf } from './over-tls.ts'

type Headers = Readonly<Record<string, string>>

interface Told {
  readonly status: number | undefined
  readonly challenge: string | null | undefined
  readonly body: unknown
}

export interface TlsGateways {
  /** `{ who }`, which somebody has to be signed in for. */
  ask(token: string, shown?: KeyPair, headers?: Headers): Promise<Told>
  /** The same without TLS, from the proxy's address. */
  askBehind(token: string, headers?: Headers): Promise<Told>
  close(): Promise<void>
}

export const PROXY_SECRET = 'p'.repeat(32)
const QUERY = JSON.stringify({ query: '{ who }' })

export async function openTlsGateways(engine: SignOnEngine): Promise<TlsGateways> {
  const { authority } = tlsOf(engine)
  const folder = await mkdtemp(path.join(tmpdir(), 'certificates-'))
  const own = await openOwnTls(engine, folder)
  const behind = await openFor(engine, {
    PANJAREH_PROXY_ADDRESS: '127.0.0.1',
    PANJAREH_PROXY_SECRET: PROXY_SECRET,
  })
  return {
    ask: async (token, shown, headers = {}) => {
      const answer = await callOverTls(`${own.url}/graphql`, {
        authority,
        shown,
        method: 'POST',
        headers: { ...headersOf(token), ...headers },
        body: QUERY,
      })
      const challenge = answer?.headers.get('www-authenticate')
      return { status: answer?.status, challenge, body: answer?.json }
    },
    askBehind: async (token, headers = {}) => {
      const answer = await behind.post(QUERY, { ...headersOf(token), ...headers })
      const challenge = answer.headers.get('www-authenticate')
      return { status: answer.status, challenge, body: await answer.json() }
    },
    close: async () => {
      await Promise.all([own.close(), behind.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function openOwnTls(engine: SignOnEngine, folder: string): Promise<Opened> {
  const { authority } = tlsOf(engine)
  const server = await issueServer(authority)
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(path.join(folder, name), text)
    return path.join(folder, name)
  }
  return openFor(engine, {
    PANJAREH_TLS_CERT: await file('cert.pem', server.certificate),
    PANJAREH_TLS_KEY: await file('key.pem', server.key),
    PANJAREH_CLIENT_CA: await file('clients.pem', authority.certificate),
  })
}

function openFor(engine: SignOnEngine, more: Headers): Promise<Opened> {
  const sdl = 'type Query { who: String @authenticated }'
  return open(
    { own: { sdl, resolvers: { Query: { who: () => 'an agency' } } } },
    { PANJAREH_ISSUER: engine.issuer, PANJAREH_KEYS_URL: protocol(engine, 'certs'), ...more },
  )
}

function headersOf(token: string): Headers {
  return { 'content-type': 'application/json', authorization: `Bearer ${token}` }
}
