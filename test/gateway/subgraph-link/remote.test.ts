import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer as createTcpServer, type Socket } from 'node:net'

import { generate } from 'selfsigned'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'

import type { RemoteLink } from '../../../gateway/subgraph-link/remote.ts'
import type { Answer } from '../../../schema/context.ts'
import {
  call,
  json,
  listening,
  type Received,
  remote,
  serveHttp,
  type Served,
} from '../support/remote.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

function opened(...choices: Parameters<typeof remote>): RemoteLink {
  const link = remote(...choices)
  // Calls that a test left hanging must not hold its end.
  open.push({ close: async () => void link.close() })
  return link
}

async function served(answer: (received: Received) => void): Promise<Served> {
  const one = await serveHttp(answer)
  open.push(one)
  return one
}

/** A server below HTTP: gives each connection's requests, as text and by number. */
async function tcp(answer: (socket: Socket, request: number, connection: number) => void) {
  const sockets = new Set<Socket>()
  let requests = 0
  let connections = 0
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    connections += 1
    const connection = connections
    socket.on('error', () => {})
    socket.on('data', () => {
      requests += 1
      answer(socket, requests, connection)
    })
  })
  const url = await listening(server)
  open.push({
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return { url, requests: () => requests, connections: () => connections }
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.['code']
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n'

test('posts the call with its ids and gives the answer', async () => {
  const { url, received } = await served(({ response }) => json(response, { data: { a: 'سلام' } }))
  const request = call('query Q { a }', {}, { variables: { x: 'چ' } })
  expect(await opened(url).send(request)).toEqual({ data: { a: 'سلام' } })
  const [{ body, headers } = { body: '', headers: {} }] = received
  expect(JSON.parse(body)).toEqual({
    query: 'query Q { a }',
    operationName: 'Q',
    variables: { x: 'چ' },
  })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
    traceparent: request.context.traceparent,
    'x-request-id': 'r1',
  })
  expect(headers).not.toHaveProperty('authorization')
})

test('passes on the headers that the context names, and credentials of the address', async () => {
  const { url, received } = await served(({ response }) => json(response, { data: {} }))
  const link = opened(url.replace('//', '//user:p%40ss@'))
  await link.send(call('{ a }', { headers: { 'x-tenant': 'shiraz' } }))
  expect(received[0]?.headers).toMatchObject({
    'x-tenant': 'shiraz',
    authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
  })
})

test('keeps its connections and opens no more than it may', async () => {
  let most = 0
  let now = 0
  const { url, server } = await served(({ response }) => {
    now += 1
    most = Math.max(most, now)
    setTimeout(() => {
      now -= 1
      json(response, { data: {} })
    }, 5)
  })
  let connections = 0
  server.on('connection', () => (connections += 1))
  const link = opened(url, { limits: { connections: 4, queue: 100 } })
  const answers = await Promise.all(Array.from({ length: 40 }, () => link.send(call())))
  expect(answers.every(({ data }) => data !== null)).toBe(true)
  expect(most).toBe(4)
  expect(connections).toBe(4)
})

test('refuses what finds the queue full, and at once', async () => {
  const held: Received[] = []
  const { url, arrived } = await served((one) => held.push(one))
  const link = opened(url, { limits: { connections: 1, queue: 1 } })
  const first = link.send(call())
  const second = link.send(call())
  await arrived(1)
  expect(codeOf(await link.send(call()))).toBe('SYSTEM_BUSY')
  for (const one of held) json(one.response, { data: { n: 1 } })
  expect((await first).data).toEqual({ n: 1 })
  await arrived(2)
  for (const one of held) if (!one.response.writableEnded) json(one.response, { data: { n: 2 } })
  expect((await second).data).toEqual({ n: 2 })
})

test('a call whose request ends while it waits is never sent, and makes room', async () => {
  const held: Received[] = []
  const { url, arrived, received } = await served((one) => held.push(one))
  const link = opened(url, { limits: { connections: 1, queue: 1 } })
  const first = link.send(call('{ first }'))
  await arrived(1)
  const gone = new AbortController()
  const second = link.send(call('{ second }', { signal: gone.signal }))
  gone.abort()
  expect(codeOf(await second)).toBe('SYSTEM_TIMEOUT')
  const third = link.send(call('{ third }'))
  for (const one of held) json(one.response, { data: {} })
  await first
  await arrived(2)
  json(held[1]?.response ?? expect.fail(), { data: {} })
  await third
  expect(received.map(({ body }) => /{ (\w+) }/.exec(body)?.[1])).toEqual(['first', 'third'])
})

test('a request that ends closes its call’s connection, and the next call gets an answer', async () => {
  const closed = Promise.withResolvers<void>()
  const { url, arrived, received } = await served(({ response, request }) => {
    if (received.length > 1) return json(response, { data: {} })
    request.socket.once('close', closed.resolve)
    return undefined
  })
  const link = opened(url, { limits: { connections: 1 } })
  const gone = new AbortController()
  const first = link.send(call('{ a }', { signal: gone.signal }))
  await arrived(1)
  gone.abort()
  expect(codeOf(await first)).toBe('SYSTEM_TIMEOUT')
  await closed.promise
  expect(await link.send(call())).toEqual({ data: {} })
})

test('asks nothing for a request that has ended', async () => {
  const { url, received } = await served(({ response }) => json(response, { data: {} }))
  const link = opened(url)
  expect(codeOf(await link.send(call('{ a }', { signal: AbortSignal.abort() })))).toBe(
    'SYSTEM_TIMEOUT',
  )
  await link.send(call())
  expect(received).toHaveLength(1)
})

test.each<[string, (received: Received) => void, string]>([
  ['never answers', () => {}, 'SYSTEM_TIMEOUT'],
  [
    'answers a byte at a time',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(timer))
    },
    'SYSTEM_TIMEOUT',
  ],
  [
    'dies within its answer',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
      response.write('{"data":')
      setTimeout(() => response.destroy(), 20)
    },
    'SYSTEM_UNAVAILABLE',
  ],
  [
    'says that it will send too much',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2_000_000 })
      response.write(' ')
    },
    'SYSTEM_REPLY_INVALID',
  ],
  [
    'answers in a coding that nobody asked for',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end('x')
    },
    'SYSTEM_REPLY_INVALID',
  ],
  [
    'answers with a page',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>')
    },
    'SYSTEM_REPLY_INVALID',
  ],
])('a subgraph that %s fails alone', async (_, answer, code) => {
  const lines: string[] = []
  const write = (facts: object, message: string) =>
    void lines.push(JSON.stringify([facts, message]))
  const { url } = await served(answer)
  const link = opened(url, {
    limits: { timeoutMs: code === 'SYSTEM_TIMEOUT' ? 150 : 20_000 },
    log: { info: write, warn: write, error: write },
  })
  const answerOfCall = await link.send(call())
  expect(answerOfCall).toMatchObject({
    data: null,
    errors: [{ extensions: { code, system: 'a' } }],
  })
  await link.send(call())
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('127.0.0.1')
})

test('an answer that came while this process was held up is in time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url } = await served(({ response }) => {
    json(response, { data: { a: 1 } })
    // Its time runs out before its socket is read.
    const clock = setInterval(() => {
      clearInterval(clock)
      vi.advanceTimersByTime(20_000)
    }, 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  })
  expect(await opened(url).send(call())).toEqual({ data: { a: 1 } })
})

test('a subgraph that sends without end is cut off at the limit', async () => {
  let sent = 0
  const closed = Promise.withResolvers<void>()
  const { url } = await served(({ response }) => {
    const chunk = Buffer.alloc(65_536, ' ')
    response.writeHead(200, { 'content-type': 'application/json' })
    response.once('close', closed.resolve)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
      response.once('drain', more)
    }
    more()
  })
  expect(codeOf(await opened(url).send(call()))).toBe('SYSTEM_REPLY_INVALID')
  await closed.promise
  expect(sent).toBeLessThan(16_000_000)
})

test('a subgraph that nobody serves cannot be reached, and the log says once why', async () => {
  const facts: unknown[] = []
  const { url, close } = await serveHttp(() => {})
  await close()
  const log = { info: () => {}, warn: (fact: object) => void facts.push(fact), error: () => {} }
  const link = opened(url, { log })
  expect(codeOf(await link.send(call()))).toBe('SYSTEM_UNAVAILABLE')
  expect(codeOf(await link.send(call()))).toBe('SYSTEM_UNAVAILABLE')
  expect(facts).toEqual([{ subgraph: 'a', reason: 'ECONNREFUSED' }])
})

test('a subgraph that answers every other call does not fill the log', async () => {
  let count = 0
  const messages: string[] = []
  const write = (_: object, message: string) => void messages.push(message)
  const { url } = await served(({ response }) => {
    count += 1
    if (count % 2 === 0) json(response, { data: {} })
    else response.writeHead(502).end()
  })
  const link = opened(url, { log: { info: write, warn: write, error: write } })
  for (let times = 0; times < 20; times += 1) await link.send(call())
  expect(messages).toEqual(['a subgraph does not answer'])
})

test('what does not speak HTTP gives no answer', async () => {
  const { url } = await tcp((socket) => socket.write('hello\r\n\r\n'))
  expect(codeOf(await opened(url).send(call()))).toBe('SYSTEM_REPLY_INVALID')
})

test('a read that met a connection just closed is sent once more, a mutation is not', async () => {
  // The first request of a connection is answered, the second meets its end.
  const seen = new Map<number, number>()
  const { url, requests } = await tcp((socket, _, connection) => {
    const count = (seen.get(connection) ?? 0) + 1
    seen.set(connection, count)
    if (count === 1) socket.write(`${OK}{"data":{"a":1}} `)
    else socket.destroy()
  })
  const link = opened(url, { limits: { connections: 1 } })
  expect(await link.send(call())).toEqual({ data: { a: 1 } })
  expect(await link.send(call())).toEqual({ data: { a: 1 } })
  expect(requests()).toBe(3)
  expect(codeOf(await link.send(call('mutation { a }')))).toBe('SYSTEM_OUTCOME_UNKNOWN')
  expect(requests()).toBe(4)
})

test('a read is repeated only once, and never after the answer has begun', async () => {
  const dead = await tcp((socket) => socket.destroy())
  expect(codeOf(await opened(dead.url).send(call()))).toBe('SYSTEM_UNAVAILABLE')
  expect(dead.requests()).toBe(2)
  const begun = await tcp((socket) => {
    socket.write(OK)
    setTimeout(() => socket.destroy(), 20)
  })
  expect(codeOf(await opened(begun.url).send(call()))).toBe('SYSTEM_UNAVAILABLE')
  expect(begun.requests()).toBe(1)
})

/** A subgraph that speaks HTTP/2 by ALPN, and HTTP/1.1 to those who do not. */
async function http2(answer: (request: Http2ServerRequest, response: Http2ServerResponse) => void) {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })
  const sessions: ServerHttp2Session[] = []
  const versions: string[] = []
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion)
    request.resume()
    request.on('end', () => answer(request, response))
  })
  server.on('session', (session) => sessions.push(session))
  const url = (await listening(server)).replace('http:', 'https:')
  open.push({
    close: () => {
      for (const session of sessions) session.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  return { url, cert, sessions, versions }
}

function ok(response: Http2ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"data":{"a":1}}')
}

test('speaks HTTP/2 where it is offered, over one connection, to a server that it trusts', async () => {
  const { url, cert, versions, sessions } = await http2((_, response) => ok(response))
  const link = opened(url, { ca: cert })
  const answers = await Promise.all(Array.from({ length: 12 }, () => link.send(call())))
  expect(answers).toEqual(Array.from({ length: 12 }, () => ({ data: { a: 1 } })))
  expect(versions).toEqual(Array.from({ length: 12 }, () => '2.0'))
  expect(sessions).toHaveLength(1)
  expect(codeOf(await opened(url).send(call()))).toBe('SYSTEM_UNAVAILABLE')
})

test('one call of HTTP/2 that ends does not end the others', async () => {
  let held: Http2ServerResponse | undefined
  const { url, cert, sessions } = await http2((request, response) => {
    if (request.headers['x-request-id'] === 'held') held = response
    else if (request.headers['x-request-id'] === 'quick') ok(response)
  })
  const link = opened(url, { ca: cert, limits: { timeoutMs: 20_000 } })
  await link.send(call('{ a }', { requestId: 'quick' }))
  const gone = new AbortController()
  const first = link.send(call('{ a }', { requestId: 'gone', signal: gone.signal }))
  const second = link.send(call('{ a }', { requestId: 'held' }))
  await expect.poll(() => held).toBeDefined()
  gone.abort()
  expect(codeOf(await first)).toBe('SYSTEM_TIMEOUT')
  if (held !== undefined) ok(held)
  expect(await second).toEqual({ data: { a: 1 } })
  expect(sessions).toHaveLength(1)
})

test('a connection of HTTP/2 that ends is replaced, and a read that it took along is sent again', async () => {
  let requests = 0
  const { url, cert, sessions } = await http2((_, response) => {
    requests += 1
    if (requests === 2) response.stream.session?.destroy()
    else ok(response)
  })
  const link = opened(url, { ca: cert })
  await link.send(call())
  expect(await link.send(call())).toEqual({ data: { a: 1 } })
  expect(requests).toBe(3)
  sessions[1]?.close()
  expect(await link.send(call())).toEqual({ data: { a: 1 } })
})
