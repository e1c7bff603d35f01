import { createServer, type Socket } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { SocketPool } from '../../../../gateway/subgraph-link/sockets/socket-pool.ts'
import { listening, serveHttp } from '../../support/remote.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

/** Answers each piece of a connection that arrives, by its number; remembers connections and what came. */
async function tcp(answer: (socket: Socket, request: number) => void) {
  const sockets: Socket[] = []
  const texts: string[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      texts.push(bytes.toString('latin1'))
      answer(socket, texts.length)
    })
  })
  const url = new URL(await listening(server))
  open.push({
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return { url, sockets, texts }
}

function pool(url: URL) {
  const one = new SocketPool(url)
  open.unshift({ close: async () => void one.close() })
  return one
}

interface Got {
  readonly status: number
  readonly body: string
}

function post(
  to: SocketPool,
  body = '{}',
  headers: string[] = [],
  seen: (abort: () => void) => void = () => {},
): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>()
  let status = 0
  let text = ''
  const request = { path: '/graphql?x=1', headers, body, isRepeated: false }
  to.dispatch(request, {
    onRequestStart: (controller) => seen(() => controller.abort(new RangeError('left'))),
    onResponseStart: (_, given) => (status = given),
    onResponseData: (_, chunk) => (text += chunk.toString('utf8')),
    onResponseEnd: () => resolve({ status, body: text }),
    onResponseError: (_, error) => reject(error),
  })
  return promise
}

const ok = (body: string, ...headers: readonly string[]) =>
  [`HTTP/1.1 200 OK`, `content-length: ${Buffer.byteLength(body)}`, ...headers, '', body].join(
    '\r\n',
  )
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

test('writes a request that any server reads, in whatever letters', async () => {
  const bodies: string[] = []
  const served = await serveHttp(({ body, request, response }) => {
    bodies.push(`${request.method} ${request.url} ${String(request.headers['x-a'])} ${body}`)
    response.end(`سلام ${'x'.repeat(100_000)}`)
  })
  open.push(served)
  const to = pool(new URL(served.url))
  for (const body of ['{"a":1}', '{"a":"سلام"}', `"${'y'.repeat(200_000)}"`]) {
    const { status, body: text } = await post(to, body, ['x-a', 'b c'])
    expect([status, text]).toEqual([200, `سلام ${'x'.repeat(100_000)}`])
    expect(bodies.at(-1)).toBe(`POST /graphql?x=1 b c ${body}`)
  }
})

test('uses a connection again, also at once', async () => {
  const { url, sockets, texts } = await tcp((socket) => socket.write(ok('a')))
  const to = pool(url)
  for (let times = 0; times < 5; times += 1) expect((await post(to)).body).toBe('a')
  expect(sockets).toHaveLength(1)
  expect(texts[0]).toBe(
    `POST /graphql?x=1 HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: 2\r\n\r\n{}`,
  )
})

test.each<[string, (socket: Socket) => void]>([
  ['is to be closed', (socket) => socket.write(ok('a', 'connection: close'))],
  ['is kept for no time', (socket) => socket.write(ok('a', 'keep-alive: timeout=1'))],
  ['is of HTTP/1.0', (socket) => socket.write(ok('a').replace('1.1', '1.0'))],
  ['brings more than the reply', (socket) => socket.write(`${ok('a')}${ok('forged')}`)],
  ['ends with the reply', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\na')],
])('does not use a connection again that %s', async (_, answer) => {
  const { url, sockets } = await tcp(answer)
  const to = pool(url)
  expect(await post(to)).toEqual({ status: 200, body: 'a' })
  expect(await post(to)).toEqual({ status: 200, body: 'a' })
  expect(sockets).toHaveLength(2)
})

test('takes nothing that came unasked for a reply', async () => {
  const { url, sockets } = await tcp((socket) => {
    socket.write(ok('a'))
    setTimeout(() => socket.write(ok('forged')), 5)
  })
  const to = pool(url)
  expect((await post(to)).body).toBe('a')
  await expect.poll(() => sockets[0]?.destroyed).toBe(true)
  expect((await post(to)).body).toBe('a')
  expect(sockets).toHaveLength(2)
})

test('a connection that the other side closes while it rests is not used again', async () => {
  const { url, sockets } = await tcp((socket) => {
    socket.write(ok('a'))
    setTimeout(() => socket.end(), 5)
  })
  const to = pool(url)
  await post(to)
  await expect.poll(() => sockets[0]?.destroyed).toBe(true)
  expect((await post(to)).body).toBe('a')
  expect(sockets).toHaveLength(2)
})

test.each<[string, (socket: Socket) => void, string]>([
  ['ends before the reply', (socket) => socket.end(), 'ECONNRESET'],
  ['ends within the reply', (socket) => socket.end(ok('hello').slice(0, -1)), 'ECONNRESET'],
  ['is reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
  ['does not speak HTTP', (socket) => socket.write('220 smtp\r\n\r\n'), 'HPE_INVALID'],
])('a connection that %s fails its call', async (_, answer, code) => {
  const { url } = await tcp(answer)
  await expect(post(pool(url))).rejects.toMatchObject({ code })
})

test('a call that is given up closes its connection, and others go on', async () => {
  const { url, sockets } = await tcp((socket, request) => {
    if (request === 2) socket.write(ok('a'))
  })
  const to = pool(url)
  let give: (() => void) | undefined
  const first = post(to, '{}', [], (abort) => (give = abort))
  await expect.poll(() => sockets.length).toBe(1)
  give?.()
  await expect(first).rejects.toThrow('left')
  expect((await post(to)).body).toBe('a')
  await expect.poll(() => sockets[0]?.destroyed).toBe(true)
})

test('a header cannot become two', async () => {
  const { url, texts } = await tcp((socket) => socket.write(ok('a')))
  const to = pool(url)
  await expect(post(to, '{}', ['x', 'a\r\nhost: b'])).rejects.toMatchObject({
    code: 'UND_ERR_INVALID_ARG',
  })
  expect(texts).toEqual([])
})

test('closes when its calls are done, and takes none any more', async () => {
  const held: Socket[] = []
  const { url } = await tcp((socket) => held.push(socket))
  const to = new SocketPool(url)
  const call = post(to)
  await expect.poll(() => held.length).toBe(1)
  const closed = to.close()
  await expect(post(to)).rejects.toMatchObject({ code: 'UND_ERR_CLOSED' })
  held[0]?.write(ok('a'))
  expect((await call).body).toBe('a')
  await closed
})

test('a connection whose request was answered before it was read is not used again', async () => {
  const { url, sockets } = await tcp((socket, request) => {
    if (request > 1) return
    socket.pause()
    socket.write(ok('early'))
  })
  const to = pool(url)
  const early = await post(to, `"${'z'.repeat(30_000_000)}"`)
  expect(early.body).toBe('early')
  await settled()
  void post(to).catch(() => {})
  await expect.poll(() => sockets.length).toBe(2)
})
