import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { CreateSimulator } from './simulator.ts'
import { type Estate, startEstate } from './start-estate.ts'

const createEcho: CreateSimulator = () => ({
  id: 'echo-test',
  name: 'Echo',
  protocol: 'REST',
  path: '/echo',
  environment: { ECHO_TEST_SECRET: 'x' },
  answer: ({ method, url, body, remoteAddress }) => ({
    status: 200,
    contentType: 'text/xml; charset={charset}',
    body: `<?xml version="1.0" encoding="UTF-8"?><echo from="${remoteAddress}">${method} ${url.pathname} ${body.toString('utf8')}</echo>`,
  }),
  drift: (text) => text.replaceAll('echo', 'ohce'),
})

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ systems: [createEcho], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function call(body = 'سلام', method = 'POST'): Promise<Response> {
  return fetch(`${estate.environment['ECHO_TEST_URL']}/x`, {
    method,
    ...(method === 'POST' && { body }),
  })
}

test('the simulator sees what was sent', async () => {
  expect(await (await call()).text()).toBe(
    '<?xml version="1.0" encoding="utf-8"?><echo from="127.0.0.1">POST /echo/x سلام</echo>',
  )
})

test('environment has the address and the simulator’s own variables', () => {
  expect(estate.environment).toMatchObject({
    ECHO_TEST_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+\/echo$/u),
    ECHO_TEST_SECRET: 'x',
  })
})

test('business calls are counted, others are not', async () => {
  await call()
  await call('', 'GET')
  expect(estate.calls()).toEqual({ 'echo-test': 1 })
})

async function tookMs(method?: string): Promise<number> {
  const start = performance.now()
  await call('', method)
  return performance.now() - start
}

test('latency delays business calls only', async () => {
  estate.set('echo-test', { latency: [600, 600] })
  // The quickest of some: a busy machine may hold up one.
  const quick = Math.min(await tookMs('GET'), await tookMs('GET'), await tookMs('GET'))
  expect(quick).toBeLessThan(590)
  expect(await tookMs()).toBeGreaterThan(590)
})

test('garbage is an HTML page with status 200', async () => {
  estate.set('echo-test', { garbage: true })
  const reply = await call()
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toContain('text/html')
  expect(await reply.text()).toContain('<html')
})

test('maintenance is another HTML page with status 200', async () => {
  estate.set('echo-test', { window: 'on' })
  const reply = await call()
  expect(reply.status).toBe(200)
  expect(await reply.text()).toContain('به‌روزرسانی')
})

test('failures come at their rate', async () => {
  estate.set('echo-test', { failRate: 0.5 })
  const replies = await Promise.all(Array.from({ length: 40 }, () => call()))
  const failed = replies.filter(({ status }) => status === 500).length
  expect(failed).toBeGreaterThan(8)
  expect(failed).toBeLessThan(32)
})

test('down resets old and new connections', async () => {
  await call()
  estate.set('echo-test', { down: true })
  await expect(call()).rejects.toThrow()
  await expect(call('', 'GET')).rejects.toThrow()
  estate.set('echo-test', { down: false })
  expect((await call()).status).toBe(200)
})

test('encoding changes bytes, header and XML declaration', async () => {
  estate.set('echo-test', { encoding: 'windows-1256' })
  const reply = await call()
  expect(reply.headers.get('content-type')).toBe('text/xml; charset=windows-1256')
  const text = new TextDecoder('windows-1256').decode(await reply.arrayBuffer())
  expect(text).toContain('encoding="windows-1256"')
  expect(text).toContain('سلام')
})

test('drift renames', async () => {
  estate.set('echo-test', { drift: true })
  expect(await (await call()).text()).toContain('<ohce ')
})

test('a body of more than a megabyte is cut off', async () => {
  await expect(call('x'.repeat(1_000_001))).rejects.toThrow()
})
