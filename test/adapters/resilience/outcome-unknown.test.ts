import { readFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { type Layers, stackLayers } from '../../../subgraphs/folder/layers.ts'
import { callContext, everythingOf, listen, serve } from '../wire.ts'

const FOLDERS = fileURLToPath(new URL('../../../subgraphs/', import.meta.url))

/** Deadlines come when a test says so; sockets have timers of their own. */
function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}
const passDeadline = (): void => void vi.advanceTimersByTime(20_000)

/** A system of the estate before any address. Ends with the test. */
async function at(
  address: string,
  changes: Partial<SystemSettings> = {},
  system = 'rmto-141',
): Promise<Layers> {
  const folder = `${FOLDERS}${system}`
  const settings: SystemSettings = JSON.parse(await readFile(`${folder}/system.json`, 'utf8'))
  const limits = { ...settings.limits, timeout: '20s', concurrency: 1, queue: 1 }
  const secret = (variable: string): string => (variable.endsWith('_URL') ? address : 'p')
  const layers = await stackLayers(
    { system, folder, settings: { ...settings, limits, ...changes } },
    { secret },
  )
  onTestFinished(() => layers.close())
  return layers
}

const REPORT: Tree = {
  body: {
    service_code: '003',
    utm_e: 536126.421,
    utm_n: 3949785.905,
    utm_zone: 39,
    description: 'محرمانه',
  },
}
const COUNT: Tree = {
  DeviceCode: 'TC-710042-1',
  StartTime: '2026-11-22T06:00:00',
  EndTime: '2026-11-22T07:00:00',
  Class1: 1,
  Class2: 1,
  Class3: 1,
  Class4: 1,
  Class5: 1,
  AverageSpeed: '91.5',
}

function write({ adapter }: Layers, signal?: AbortSignal): Promise<unknown> {
  return adapter.call('report', REPORT, callContext(signal)).catch((error: unknown) => error)
}

/** A peer that does as told with every connection, and counts them. */
async function peer(behave: (socket: Socket) => void): Promise<{ port: number; count: number }> {
  const met = { port: 0, count: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    met.count += 1
    sockets.add(socket.on('error', () => {}))
    behave(socket)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  met.port = typeof address === 'object' && address ? address.port : 0
  return met
}

const UNKNOWN = { code: 'SYSTEM_OUTCOME_UNKNOWN', retryable: false, operation: 'report' }

describe('a write that may have been done', () => {
  const json = { 'content-type': 'application/json' }

  test.each<[string, { status?: number; headers?: Record<string, string>; body?: string }]>([
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>خطا</html>' }],
    ['half an answer', { status: 201, headers: json, body: '[{"service_request_id":' }],
    ['another answer', { status: 201, headers: json, body: '[{"id":7}]' }],
    ['status 500', { status: 500 }],
    ['status 502 of a proxy', { status: 502, body: '<html>' }],
    ['status 504 of a proxy', { status: 504 }],
    ['a redirect', { status: 302, headers: { location: '/' } }],
    ['more than the limit', { status: 201, headers: json, body: ' '.repeat(2_000_000) }],
  ])('is told so for %s, and is not sent again', async (_name, answer) => {
    const wire = await serve(() => answer)
    expect(await write(await at(wire.address, { retries: 3 }))).toMatchObject(UNKNOWN)
    expect(wire.received).toHaveLength(1)
  })

  test.each<[string, (socket: Socket) => void]>([
    ['silence', (socket) => socket.once('data', passDeadline)],
    ['a connection that breaks off', (socket) => socket.once('data', () => socket.destroy())],
    [
      'an answer that breaks off',
      (socket) =>
        socket.once('data', () =>
          socket.end('HTTP/1.1 201 Created\r\ncontent-length: 90\r\n\r\n['),
        ),
    ],
    ['what is not HTTP', (socket) => socket.once('data', () => socket.end('220 mail\r\n'))],
  ])('is told so for %s, and is not sent again', async (_name, behave) => {
    holdTime()
    const met = await peer(behave)
    const layers = await at(`http://127.0.0.1:${met.port}`, { retries: 3 })
    expect(await write(layers)).toMatchObject(UNKNOWN)
    expect(met.count).toBe(1)
  })

  test('is told so when the caller has gone meanwhile', async () => {
    const caller = new AbortController()
    const met = await peer((socket) => socket.once('data', () => caller.abort()))
    const told = await write(await at(`http://127.0.0.1:${met.port}`), caller.signal)
    expect(told).toMatchObject({ ...UNKNOWN, detail: { reason: 'abandoned' } })
  })

  test('is told so in a maintenance window, too', async () => {
    const maintenance = [{ from: '00:00', to: '23:59', zone: 'UTC' }]
    const wire = await serve(() => ({ status: 500 }))
    expect(await write(await at(wire.address, { maintenance }))).toMatchObject(UNKNOWN)
  })

  test('is not sent again over another connection, even where it is a GET', async () => {
    const met = await peer((socket) => {
      socket.once('data', () => {
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]',
        )
        socket.once('data', () => socket.destroy())
      })
    })
    const list = { operation: 'listRequests', kind: 'mutation' } as const
    const layers = await at(`http://127.0.0.1:${met.port}`, { operations: { list } })
    const outcomes = []
    for (const _ of [1, 2]) {
      const asked = layers.adapter.call('list', { sectionId: '0710042' }, callContext())
      outcomes.push(await asked.catch((error: unknown) => Object(error).code))
    }
    expect(outcomes).toEqual([expect.any(Object), 'SYSTEM_OUTCOME_UNKNOWN'])
    expect(met.count).toBe(1)
  })

  test('says nothing of what was written', async () => {
    const wire = await serve(() => ({ status: 201, body: 'نام' }))
    const told = everythingOf(await write(await at(wire.address)))
    expect(told).not.toMatch(/محرمانه|نام/)
  })
})

test('a write whose answer came while this process was held up is done', async () => {
  holdTime()
  const origin = await listen((_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end('[{"service_request_id":"7","service_notice":"x"}]')
    // The deadline passes before the socket is read.
    const clock = setInterval(() => {
      clearInterval(clock)
      passDeadline()
    }, 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  })
  expect(await write(await at(origin))).toHaveProperty('value')
})

describe('a write that was certainly not done', () => {
  test('is told of a refused connection', async () => {
    expect(await write(await at('http://127.0.0.1:1'))).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      retryable: true,
    })
  })

  test('is told of a deadline that came before the connection stood', async () => {
    holdTime()
    const met = await peer(passDeadline)
    expect(await write(await at(`https://127.0.0.1:${met.port}`))).toMatchObject({
      code: 'SYSTEM_TIMEOUT',
      retryable: true,
    })
    expect(met.count).toBe(1)
  })

  test('is told of a full queue, of a deadline in the queue, and of an open breaker', async () => {
    holdTime()
    const met = await peer((socket) => socket.once('data', passDeadline))
    const layers = await at(`http://127.0.0.1:${met.port}`, {
      breaker: { failures: 1, halfOpenAfter: '10s' },
    })
    const outcomes = await Promise.all([1, 2, 3].map(() => write(layers)))
    outcomes.push(await write(layers))
    const codes = outcomes.map((each) => Object(each).code)
    expect(codes.slice(0, 1)).toEqual(['SYSTEM_OUTCOME_UNKNOWN'])
    expect(codes.slice(1)).not.toContain('SYSTEM_OUTCOME_UNKNOWN')
    expect(codes.slice(1)).toEqual(expect.arrayContaining(['SYSTEM_BUSY', 'SYSTEM_UNAVAILABLE']))
    expect(met.count).toBe(1)
  })

  test.each([
    [403, {}, 'SYSTEM_REFUSED'],
    [429, { 'retry-after': '1' }, 'SYSTEM_BUSY'],
    [503, { 'retry-after': '1' }, 'SYSTEM_BUSY'],
  ])('is told of status %i', async (status, headers, code) => {
    const wire = await serve(() => ({ status, headers }))
    expect(await write(await at(wire.address))).toMatchObject({ code })
  })

  test.each([
    ['a fault', '<e:Fault><faultcode>e:Server</faultcode></e:Fault>', 'SYSTEM_UNAVAILABLE'],
    [
      'a code that means so',
      '<AddData5Response xmlns="http://its.rmto.ir/Companies"><AddData5Result>-9</AddData5Result></AddData5Response>',
      'SYSTEM_UNAVAILABLE',
    ],
  ])('is told in the words of the system: %s', async (_name, body, code) => {
    const envelope = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`
    const wire = await serve(() => ({ headers: { 'content-type': 'text/xml' }, body: envelope }))
    const { adapter } = await at(wire.address, {}, 'rmto-its')
    const told = adapter.call('recordTraffic5', COUNT, callContext())
    await expect(told).rejects.toMatchObject({ code, retryable: true })
  })
})

test('a question without an answer may be asked again', async () => {
  const wire = await serve(() => ({ status: 500 }))
  const { adapter } = await at(wire.address)
  const told = adapter.call('section', { sectionId: '0710042' }, callContext())
  await expect(told).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE', retryable: true })
})
