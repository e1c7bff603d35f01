import { connect, type Socket } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { buildDoor, type DoorOptions, type Finished } from '../../../gateway/http/graphql-door.ts'
import { listen, type Listening } from '../../../gateway/http/server.ts'
import type { Work } from '../../../gateway/pipeline.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { Answer, LaterPart, RequestContext } from '../../../schema/context.ts'
import { livedTime } from '../../support/lived-time.ts'

type Made = Pick<Work, 'answer' | 'later' | 'events' | 'refusal'>

interface Opened extends Listening {
  readonly finished: Finished[]
  readonly post: (
    headers?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ) => Promise<Response>
}

const open = new Set<Listening>()
afterEach(async () => {
  for (const one of open) await one.close(100)
  open.clear()
})

/** A door on a real socket before a pipeline that makes what the test says. */
async function doorWith(
  make: (context: RequestContext) => Made | Promise<Made>,
  options: Partial<DoorOptions> = {},
  stalledMs?: number,
): Promise<Opened> {
  const finished: Finished[] = []
  const door = buildDoor({
    run: async (request, context, readOnly, accepts) => {
      const work: Work = { request, context, readOnly, accepts, trusted: false }
      return Object.assign(work, await make(context))
    },
    ask: () => Promise.resolve({}),
    purposes: () => new Set(['deed']),
    authenticate: () => Promise.resolve(ANONYMOUS),
    bodyLimit: 1000,
    answerLimit: 1_000_000,
    deadlineMs: 5000,
    mostSubscriptions: 2,
    forward: ['x-shown', 'x-absent'],
    report: (one) => finished.push(one),
    ...options,
  })
  const listening = await listen({
    host: '127.0.0.1',
    port: 0,
    arrivalMs: 5000,
    portal: undefined,
    stalledMs,
    door,
    health: () => ({ ready: true, live: true, systems: [] }),
  })
  open.add(listening)
  return {
    ...listening,
    finished,
    post: (headers = {}, signal = new AbortController().signal) =>
      fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ a }"}',
        signal,
      }),
  }
}

const MULTIPART = { accept: 'multipart/mixed;deferSpec=20220824,application/json' }
const EVENTS = { accept: 'text/event-stream' }
const ANSWER: Answer = { data: { fast: 1, slow: null } }

/** What comes is put in by the test, and read like a part or an event. */
function source<Item>() {
  const coming: IteratorResult<Item>[] = []
  const waiting: ((result: IteratorResult<Item>) => void)[] = []
  const state = { returned: 0 }
  const give = (result: IteratorResult<Item>) => {
    const [first] = waiting.splice(0, 1)
    if (first === undefined) coming.push(result)
    else first(result)
  }
  const items: AsyncIterable<Item> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const [first] = coming.splice(0, 1)
        return first === undefined
          ? new Promise((resolve) => waiting.push(resolve))
          : Promise.resolve(first)
      },
      return: () => {
        state.returned += 1
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
  return {
    items,
    state,
    push: (...values: readonly Item[]) => values.forEach((value) => give({ done: false, value })),
    end: () => give({ done: true, value: undefined }),
  }
}

const part = (name: string, more: Partial<LaterPart> = {}): LaterPart => ({
  path: ['slow'],
  label: name,
  data: { name },
  ...more,
})

/** Reads until the text holds what is waited for; fails with what there is after a long while. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: string,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  const late = setTimeout(() => void reader.cancel(), 20_000)
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  clearTimeout(late)
  expect(text).toContain(wanted)
  return text
}

/** As Apollo Client does it: splits at the delimiter, takes a part when the next delimiter is there. */
function partsOf(body: string): readonly unknown[] {
  const pieces = body.split('\r\n---')
  expect(pieces.shift()).toBe('')
  expect(pieces.pop()).toBe('--\r\n')
  return pieces.map((piece) => {
    const at = piece.indexOf('\r\n\r\n')
    expect(piece.slice(0, at).trim()).toBe('content-type: application/json; charset=utf-8')
    return JSON.parse(piece.slice(at))
  })
}

/** As a browser's EventSource: events are parted by an empty line, lines without a field name are comments. */
function eventsOf(body: string): readonly (readonly [string, unknown])[] {
  return body
    .split('\n\n')
    .filter((event) => event !== '' && !event.startsWith(':'))
    .map((event) => {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: ?(.*)$/.exec(event) ?? []
      return [name, data === '' ? undefined : JSON.parse(data)] as const
    })
}

const later = () => {
  const parts = source<LaterPart>()
  return { ...parts, made: { answer: ANSWER, later: parts.items } }
}

test('sends the answer before its later parts, and parts of one time together', async () => {
  const { made, push, end } = later()
  const { post, finished } = await doorWith(() => made)
  const response = await post(MULTIPART)
  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed; deferSpec=20220824; boundary="-"',
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  const reader = response.body!.getReader()
  let body = await readUntil(reader, '"hasNext":true}\r\n---\r\n')
  expect(finished).toEqual([])
  const error = { message: 'Late.', path: ['slow'], extensions: { code: 'SYSTEM_TIMEOUT' } }
  push(part('b'), part('c', { data: null, errors: [error] }))
  body += await readUntil(reader, '"c"')
  push(part('d', { label: undefined }))
  end()
  body += await readUntil(reader, '--\r\n')
  expect((await reader.read()).done).toBe(true)
  expect(partsOf(body)).toEqual([
    { ...ANSWER, hasNext: true },
    {
      incremental: [
        { path: ['slow'], label: 'b', data: { name: 'b' } },
        { path: ['slow'], label: 'c', data: null, errors: [error] },
      ],
      hasNext: true,
    },
    { incremental: [{ path: ['slow'], data: { name: 'd' } }], hasNext: false },
  ])
  await expect.poll(() => finished).toMatchObject([{ status: 200, laterErrors: [error] }])
})

test('ends without a part where none came', async () => {
  const { made, end } = later()
  end()
  const { post } = await doorWith(() => made)
  const body = await (await post(MULTIPART)).text()
  expect(partsOf(body)).toEqual([{ ...ANSWER, hasNext: true }, { hasNext: false }])
})

test('sends later parts as events, too', async () => {
  const { made, push, end } = later()
  push(part('b'))
  end()
  const { post } = await doorWith(() => made)
  const response = await post({ accept: 'text/event-stream, application/json' })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(eventsOf(await response.text())).toEqual([
    ['next', { ...ANSWER, hasNext: true }],
    [
      'next',
      { incremental: [{ path: ['slow'], label: 'b', data: { name: 'b' } }], hasNext: false },
    ],
    ['complete', undefined],
  ])
})

test.each<[string, Readonly<Record<string, string>>, unknown]>([
  ['JSON if it is taken', MULTIPART, ANSWER],
  [
    'the only part',
    { accept: 'multipart/mixed;deferSpec=20220824' },
    { ...ANSWER, hasNext: false },
  ],
  ['the only event', EVENTS, ANSWER],
])('sends an answer of which nothing is deferred as %s', async (_, headers, expected) => {
  const { post } = await doorWith(() => ({ answer: ANSWER }))
  const response = await post(headers)
  const body = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const payload = type.startsWith('multipart')
    ? partsOf(body)[0]
    : type.startsWith('text')
      ? eventsOf(body)[0]?.[1]
      : JSON.parse(body)
  expect(payload).toEqual(expected)
})

test('tells what may be told of a bug between parts, and all of it to the log', async () => {
  const parts: AsyncIterable<LaterPart> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new TypeError('secret')),
    }),
  }
  const { post, finished } = await doorWith(() => ({ answer: ANSWER, later: parts }))
  const [, last] = partsOf(await (await post(MULTIPART)).text())
  expect(last).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }], hasNext: false })
  expect(JSON.stringify(last)).not.toContain('secret')
  await expect.poll(() => finished[0]?.error).toBeInstanceOf(TypeError)
})

test('refuses parts beyond the limit of an answer', async () => {
  const { made, push, state } = later()
  push(part('x'.repeat(500)))
  const { post } = await doorWith(() => made, { answerLimit: 200 })
  const [first, second] = partsOf(await (await post(MULTIPART)).text())
  expect(first).toEqual({ ...ANSWER, hasNext: true })
  expect(second).toMatchObject({
    incremental: [
      { path: ['slow'], data: null, errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] },
    ],
    hasNext: false,
  })
  await expect.poll(() => state.returned).toBe(1)
})

test('refuses an answer beyond the limit, in its place', async () => {
  const answer = { data: { text: 'ی'.repeat(150) } }
  const { post, finished } = await doorWith(() => ({ answer }), { answerLimit: 300 })
  const response = await post()
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'answer', most: 300 } }],
  })
  await expect.poll(() => finished).toMatchObject([{ code: 'OPERATION_TOO_COSTLY' }])
  const fitting = await doorWith(() => ({ answer }), { answerLimit: 320 })
  expect(await (await fitting.post()).json()).toEqual(answer)
})

test('aborts what is deferred when its client goes', async () => {
  const { made, end } = later()
  const { post, finished } = await doorWith(({ signal }) => {
    signal.addEventListener('abort', end)
    return made
  })
  const gone = new AbortController()
  const response = await post(MULTIPART, gone.signal)
  await readUntil(response.body!.getReader(), 'hasNext')
  gone.abort()
  await expect.poll(() => finished).toMatchObject([{ status: 499 }])
})

test('aborts what is deferred at the deadline, and sends what comes of that', async () => {
  const { made, push, end } = later()
  const { post } = await doorWith(
    ({ signal }) => {
      signal.addEventListener('abort', () => {
        push(part('late', { data: null }))
        end()
      })
      return made
    },
    { deadlineMs: 50 },
  )
  const parts = partsOf(await (await post(MULTIPART)).text())
  expect(parts.at(-1)).toMatchObject({ incremental: [{ label: 'late', data: null }] })
})

test('streams the events of a subscription until it is over', async () => {
  const events = source<Answer>()
  const { post, finished } = await doorWith(() => ({ events: events.items }), { deadlineMs: 30 })
  const response = await post(EVENTS)
  const reader = response.body!.getReader()
  events.push({ data: { a: 1 } })
  let body = await readUntil(reader, '"a":1')
  // Longer than the deadline of a request.
  await new Promise((resolve) => setTimeout(resolve, 60))
  events.push({ data: { a: 2 }, errors: [{ message: 'x', extensions: { code: 'NOT_FOUND' } }] })
  events.end()
  body += await readUntil(reader, 'complete')
  expect(eventsOf(body + '\n\n').map(([name]) => name)).toEqual(['next', 'next', 'complete'])
  await expect
    .poll(() => finished)
    .toMatchObject([{ status: 200, laterErrors: [{ message: 'x' }] }])
})

test('ends a subscription with its token', async () => {
  const events = source<Answer>()
  const caller = { ...ANONYMOUS, expiresAtMs: Date.now() + 50 }
  const { post } = await doorWith(() => ({ events: events.items }), {
    authenticate: () => Promise.resolve(caller),
  })
  const sent = eventsOf(await (await post(EVENTS)).text())
  expect(sent).toMatchObject([
    ['next', { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }],
    ['complete', undefined],
  ])
  await expect.poll(() => events.state.returned).toBe(1)
})

test('ends subscriptions in order when the gateway ends, and drains at once', async () => {
  const events = source<Answer>()
  const door = await doorWith(() => ({ events: events.items }))
  const response = await door.post(EVENTS)
  const lived = livedTime()
  const closed = door.close(5000)
  expect(eventsOf(await response.text())).toEqual([['complete', undefined]])
  await closed
  expect(lived()).toBeLessThan(1000)
  expect(events.state.returned).toBe(1)
})

test('opens no more subscriptions than allowed, and has a place again when one has gone', async () => {
  const signals: AbortSignal[] = []
  const { post } = await doorWith(({ signal }) => {
    signals.push(signal)
    return { events: source<Answer>().items }
  })
  const gone = new AbortController()
  await post(EVENTS, gone.signal)
  await post(EVENTS)
  const refused = await post(EVENTS)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('10')
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'SYSTEM_BUSY' } }] })
  expect(signals[2]?.aborted).toBe(true)
  gone.abort()
  await expect.poll(() => signals[0]?.aborted).toBe(true)
  await expect.poll(async () => (await post(EVENTS)).status).toBe(200)
})

test('asks for no more events than its reader takes', async () => {
  const big = { data: { text: 'x'.repeat(100_000) } }
  let asked = 0
  const endless: AsyncIterable<Answer> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        asked += 1
        return Promise.resolve({ done: false, value: big })
      },
    }),
  }
  const { url, finished } = await doorWith(() => ({ events: endless }))
  const socket = await readNothing(url)
  await expect.poll(() => asked, { interval: 100 }).toBeGreaterThan(1)
  let before = -1
  await expect
    .poll(
      () => {
        const stands = before === asked
        before = asked
        return stands
      },
      { interval: 200 },
    )
    .toBe(true)
  // What two sockets' buffers hold, and no more.
  expect(asked).toBeLessThan(300)
  socket.destroy()
  await expect.poll(() => finished).toMatchObject([{ status: 499 }])
})

/** More than the buffers of two sockets hold. */
const LARGE = 30_000_000

test.each<[string, Made]>([
  ['whole answer', { answer: { data: { text: 'x'.repeat(LARGE) } } }],
  ['subscription', { events: endlessly({ data: { text: 'x'.repeat(100_000) } }) }],
])('cuts off one who reads nothing of a %s', async (_, made) => {
  const { url, finished } = await doorWith(() => made, { answerLimit: 2 * LARGE }, 200)
  const socket = await readNothing(url)
  socket.on('error', () => {})
  await expect.poll(() => finished).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 600))
  let bytes = 0
  for await (const chunk of socket) bytes += Buffer.from(chunk).length
  expect(bytes).toBeLessThan(LARGE)
})

function endlessly(value: Answer): AsyncIterable<Answer> {
  return {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value }) }),
  }
}

function readNothing(url: string): Promise<Socket> {
  const { promise, resolve } = Promise.withResolvers<Socket>()
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
    socket.pause()
    const body = '{"query":"{ a }"}'
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    resolve(socket)
  })
  return promise
}

test('answers a refused subscription for what the client takes', async () => {
  const refusal = { kind: 'events-not-accepted', reason: 'not-acceptable', errors: [] } as const
  const { post } = await doorWith(() => ({ refusal }))
  const response = await post({ accept: 'application/json' })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    406,
    'application/json; charset=utf-8',
  ])
})

test.each<[string, Readonly<Record<string, string>>, number]>([
  ['a page of another site', { ...EVENTS, 'sec-fetch-site': 'cross-site' }, 403],
  ['multipart of another form', { accept: 'multipart/mixed' }, 406],
])('refuses %s before anything is asked', async (_, headers, status) => {
  let asked = 0
  const { post } = await doorWith(() => {
    asked += 1
    return { answer: ANSWER }
  })
  expect((await post(headers)).status).toBe(status)
  expect(asked).toBe(0)
})

test('hands on only the headers that it is told to', async () => {
  const seen: unknown[] = []
  const { post } = await doorWith(({ headers }) => {
    seen.push(headers)
    return { answer: ANSWER }
  })
  await post({ 'x-shown': '1', 'x-hidden': '2' })
  expect(seen).toEqual([{ 'x-shown': '1' }])
})

test('encodes an answer that several are given once', async () => {
  let encoded = 0
  const answer = {
    data: {
      toJSON: () => {
        encoded += 1
        return { a: 'سلام' }
      },
    },
  }
  const { post } = await doorWith(() => ({ answer, shared: true }))
  for (const response of [await post(), await post()]) {
    expect(await response.json()).toEqual({ data: { a: 'سلام' } })
  }
  expect(encoded).toBe(1)
})
