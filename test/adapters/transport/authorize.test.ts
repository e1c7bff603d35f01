import { describe, expect, onTestFinished, test, vi } from 'vitest'

import type { ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import type { AuthSettings, HeaderSettings } from '../../../adapters/auth-settings.ts'
import { authorize } from '../../../adapters/transport/authorize.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { callContext, everythingOf, type Received, serve, type WireAnswer } from '../wire.ts'

const GET: ExchangeRequest = { method: 'GET', path: '/x', headers: { authorization: 'Mine' } }
const SECRETS: Record<string, string> = {
  USER: 'کاربر',
  PASSWORD: 'p:w',
  KEY: 'k-1',
  TOKEN: 'abc.def',
}

function secret(variable: string): string {
  return SECRETS[variable] ?? ''
}

function open(
  address: string,
  auth: readonly AuthSettings[],
  headers?: HeaderSettings[],
): Transport {
  const limits = { replyBytes: 10_000, concurrency: 8 }
  const transport = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => transport.close())
  return authorize(transport, auth, { system: 'sys', secret, address, headers })
}

test('basic and api-key stand together in their headers and win over the exchange', async () => {
  const wire = await serve(() => ({}))
  const auth: AuthSettings[] = [
    { scheme: 'basic', user: 'USER', password: 'PASSWORD' },
    { scheme: 'api-key', header: 'X-Api-Key', key: 'KEY' },
    { scheme: 'input', values: {} },
  ]
  await open(wire.address, auth).exchange(
    { ...GET, headers: { Authorization: 'Mine' } },
    callContext(),
  )
  const expected = `Basic ${Buffer.from('کاربر:p:w').toString('base64')}`
  expect(wire.received[0]?.headers).toMatchObject({ authorization: expected, 'x-api-key': 'k-1' })
})
