// A sick system holds nothing that another needs: no place in a queue, no connection, no memory without bound. Counts, not
// times.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { eventually } from '../support/eventually.ts'
import { type Change, type Copy, openSystems, told } from './two-systems.ts'

const HANGING_MS = 600_000
const SICK = 'tamin-history'
const WELL = 'post-gnaf'
const POST_CODES = ['1593601044', '5166601047', '5166601058', '7615601074']
const AT_ONCE = 4

/** Few places, so that they are used up at once. */
const narrow: Change = (settings) => ({
  ...settings,
  retries: 0,
  limits: { ...settings.limits, concurrency: AT_ONCE, queue: 5, timeout: '30s' },
})

function callsOf(copy: Copy, system: string) {
  const calls = copy.subgraphs.get(system)?.health()?.calls
  if (calls === undefined) throw new RangeError('nothing is counted')
  return calls
}

function history(copy: Copy, nationalId: string, signal?: AbortSignal) {
  const key = { nationalId }
  return copy.ask(SICK, {
    type: 'Person',
    key,
    fields: 'insurance { totalDays }',
    ...(signal && { signal }),
  })
}

function address(copy: Copy, n: number) {
  const postCode = POST_CODES[n % POST_CODES.length] ?? ''
  return copy.ask(WELL, { type: 'Address', key: { postCode }, fields: 'city' })
}

/** Ports to which this process has opened connections since. */
function connections(): readonly string[] {
  const ports: string[] = []
  const note = (message: unknown) => {
    const { connectParams } = Object(message)
    ports.push(String(connectParams.port))
  }
  subscribe('undici:client:connected', note)
  onTestFinished(() => void unsubscribe('undici:client:connected', note))
  return ports
}

function portOf(url = ''): string {
  return new URL(url).port
}

test('a queue that is full is its own: others are let in to the last place', async () => {
  const { estate, copy } = await openSystems([SICK, WELL], narrow)
  let [active, most] = [0, 0]
  const gateway = await copy({
    observeCalls: (system, adapter) => ({
      async call(...asked) {
        if (system !== WELL) return adapter.call(...asked)
        active += 1
        most = Math.max(most, active)
        return adapter.call(...asked).finally(() => (active -= 1))
      },
    }),
  })
  const leaving = new AbortController()
  estate.set(SICK, { latency: HANGING_MS })
  const people = ['0004120371', '0012345679', '0499370899', '0084575948', '0076229645']
  const hanging = people.flatMap((id) =>
    Array.from({ length: 20 }, () => history(gateway, id, leaving.signal)),
  )
  await eventually(() => expect(callsOf(gateway, SICK).active).toBe(AT_ONCE))
  estate.set(WELL, { latency: 300 })
  const others = POST_CODES.map((_, n) => address(gateway, n))
  const answers = (await Promise.all(others)).map(told)
  expect(most).toBe(AT_ONCE)
  expect(answers).toEqual(answers.map(() => ({ city: expect.any(String) })))
  expect(callsOf(gateway, WELL)).toMatchObject({ queued: 0, shed: 0, notTried: 0, busy: 0 })
  leaving.abort()
  await Promise.all(hanging)
})

test('each has connections of its own, no more than it may have calls', async () => {
  const { estate, copy } = await openSystems([SICK, WELL], narrow)
  const opened = connections()
  const gateway = await copy()
  const leaving = new AbortController()
  estate.set(SICK, { latency: HANGING_MS })
  const people = ['0004120371', '0012345679', '0499370899', '0084575948', '0076229645']
  const hanging = people.map((id) => history(gateway, id, leaving.signal))
  await eventually(() => expect(callsOf(gateway, SICK).waiting).toBe(people.length - AT_ONCE))
  for (let n = 0; n < 12; n += 1) await address(gateway, n)
  const sickPort = portOf(estate.environment['TAMIN_HISTORY_URL'])
  const wellPort = portOf(estate.environment['POST_GNAF_URL'])
  await eventually(() => {
    expect(opened.filter((port) => port === sickPort)).toHaveLength(AT_ONCE)
  })
  const own = opened.filter((port) => port === wellPort)
  expect(own.length).toBeGreaterThan(0)
  expect(own.length).toBeLessThanOrEqual(AT_ONCE)
  leaving.abort()
  await Promise.all(hanging)
})

test('garbage without end is read no further than an answer may be long', async () => {
  const { estate, copy } = await openSystems([SICK, WELL], (settings) => ({
    ...narrow(settings),
    limits: { ...settings.limits, reply: '64KB' },
  }))
  let written = 0
  let ended = 0
  const chunk = Buffer.alloc(65_536, '{"a":[')
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length
    }
    response.on('drain', pour)
    response.on('close', () => (ended += 1))
    pour()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  const environment = { ...estate.environment, TAMIN_HISTORY_URL: `http://127.0.0.1:${port}` }
  const secret = (variable: string): string => Reflect.get(environment, variable) ?? ''
  const gateway = await copy({ secret })
  const [garbage, ...others] = await Promise.all([
    history(gateway, '0004120371'),
    ...POST_CODES.map((_, n) => address(gateway, n)),
  ])
  expect(told(garbage)).toBe('SYSTEM_REPLY_INVALID')
  expect(others.map(told)).toEqual(others.map(() => ({ city: expect.any(String) })))
  await eventually(() => expect(ended).toBe(1))
  // What lies in the buffers of two sockets was written, but never read.
  expect(written).toBeLessThan(16_000_000)
  expect(callsOf(gateway, SICK)).toMatchObject({ active: 0, waiting: 0 })
})
