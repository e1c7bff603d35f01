import { afterEach, expect, onTestFinished, test, vi } from 'vitest'

import type { Answer } from '../../../schema/context.ts'
import { call, json, type Received, remote, serveHttp } from '../support/remote.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function subscribing(
  answer: (received: Received) => void,
  choices: Parameters<typeof remote>[1] = {},
) {
  const served = await serveHttp(answer)
  const link = remote(served.url, choices)
  open.push({ close: () => link.close() }, served)
  const subscribe = (signal = new AbortController().signal) =>
    link.subscribe?.(call('subscription { a }', { signal })) ?? expect.fail()
  return { ...served, link, subscribe }
}

async function all(events: AsyncIterable<Answer>): Promise<readonly Answer[]> {
  const taken: Answer[] = []
  for await (const event of events) taken.push(event)
  return taken
}

const codesOf = (answers: readonly Answer[]) =>
  answers.map(({ errors }) => errors?.[0]?.extensions?.['code'])
const next = (n: number) => `event: next\ndata: {"data":{"n":${n}}}\n\n`
const COMPLETE = 'event: complete\ndata:\n\n'

function stream({ response }: Received, ...parts: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  for (const part of parts) response.write(part)
}

test('gives the events of a stream until it is complete, and asks for one', async () => {
  const { subscribe, received } = await subscribing((one) =>
    stream(one, ': hello\n\n', next(1), next(2), COMPLETE, next(3)),
  )
  expect(await all(subscribe())).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }])
  expect(received[0]?.headers.accept).toMatch(/^text\/event-stream, /)
})

test.each<[string, (received: Received) => void, readonly unknown[]]>([
  [
    'answers with errors',
    ({ response }) => json(response, { errors: [{ message: 'x' }] }),
    [undefined],
  ],
  [
    'answers with a page',
    ({ response }) => response.writeHead(404).end(),
    ['SYSTEM_REPLY_INVALID'],
  ],
  [
    'ends without saying so',
    (one) => {
      stream(one, next(1))
      one.response.end()
    },
    [undefined, 'SYSTEM_UNAVAILABLE'],
  ],
  [
    'dies',
    (one) => {
      stream(one, next(1))
      setTimeout(() => one.response.destroy(), 20)
    },
    [undefined, 'SYSTEM_UNAVAILABLE'],
  ],
  [
    'sends nonsense',
    (one) => stream(one, next(1), 'event: next\ndata: {\n\n', next(2)),
    [undefined, 'SYSTEM_REPLY_INVALID'],
  ],
  ['sends too much', (one) => stream(one, `data: ${'x'.repeat(9000)}`), ['SYSTEM_REPLY_INVALID']],
  ['never answers', () => {}, ['SYSTEM_TIMEOUT']],
])('a subgraph that %s ends the subscription with its code', async (_, answer, codes) => {
  const timeoutMs = codes[0] === 'SYSTEM_TIMEOUT' ? 200 : 20_000
  const { subscribe } = await subscribing(answer, { limits: { timeoutMs, replyBytes: 5000 } })
  expect(codesOf(await all(subscribe()))).toEqual(codes)
})

test('a stream may be quiet for longer than an answer may take', async () => {
  // Sockets have timers of their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { subscribe, received } = await subscribing((one) => stream(one, next(1)), {
    limits: { timeoutMs: 100 },
  })
  const events = subscribe()[Symbol.asyncIterator]()
  expect(await events.next()).toMatchObject({ value: { data: { n: 1 } } })
  vi.advanceTimersByTime(300)
  received[0]?.response.write(next(2) + COMPLETE)
  expect(await events.next()).toMatchObject({ value: { data: { n: 2 } } })
  expect(await events.next()).toMatchObject({ done: true })
})

test.each(['the request ends', 'the reader leaves'])(
  'the subgraph is left when %s',
  async (how) => {
    const closed = Promise.withResolvers<void>()
    const { subscribe } = await subscribing((one) => {
      one.response.once('close', closed.resolve)
      stream(one, next(1))
    })
    const request = new AbortController()
    let count = 0
    for await (const event of subscribe(request.signal)) {
      count += event.data === undefined ? 0 : 1
      if (how === 'the reader leaves') break
      request.abort()
    }
    expect(count).toBe(1)
    await closed.promise
  },
)

test('a request that has ended subscribes to nothing', async () => {
  const { subscribe, received } = await subscribing((one) => stream(one, next(1)))
  expect(await all(subscribe(AbortSignal.abort()))).toEqual([])
  expect(received).toHaveLength(0)
})

test('is not read on while nobody takes its events, and loses none', async () => {
  let written = 0
  const { subscribe } = await subscribing((one) => {
    stream(one)
    const { response } = one
    const padding = `: ${'x'.repeat(4000)}\n\n`
    const more = (): void => {
      while (written < 20_000 && response.write(padding + next((written += 1))));
      if (written < 20_000) response.once('drain', more)
      else response.write(COMPLETE)
    }
    more()
  })
  const events = subscribe()[Symbol.asyncIterator]()
  await events.next()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(written).toBeLessThan(20_000)
  let last: unknown
  for (let one = await events.next(); one.done !== true; one = await events.next()) {
    last = one.value.data?.['n']
  }
  expect(last).toBe(20_000)
})

test('subscriptions do not take the connections of calls, and have their own limit', async () => {
  const { subscribe, link, arrived } = await subscribing(
    (one) =>
      one.body.includes('subscription') ? stream(one, next(1)) : json(one.response, { data: {} }),
    { limits: { connections: 1 } },
  )
  const first = subscribe()[Symbol.asyncIterator]()
  await arrived(1)
  expect(codesOf(await all(subscribe()))).toEqual(['SYSTEM_BUSY'])
  expect(await link.send(call())).toEqual({ data: {} })
  await first.return?.()
  const again = subscribe()[Symbol.asyncIterator]()
  expect(await again.next()).toMatchObject({ value: { data: { n: 1 } } })
})
