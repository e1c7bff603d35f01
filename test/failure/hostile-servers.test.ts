// Servers that never end, or bend HTTP: each is a typed error by the deadline, in bounded memory, and the next call is served.

import { createServer, type Socket } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { openTransport } from '../../adapters/transport/http.ts'
import { callContext, everythingOf } from '../adapters/wire.ts'

const OK = 'HTTP/1.1 200 OK\r\n'

/** Writes again and again, as fast as it is read. */
function endless(socket: Socket, head: string, piece: string): void {
  socket.write(head)
  const write = (): void => {
    while (socket.writable && socket.write(piece.repeat(2_000)));
  }
  socket.on('drain', write)
  write()
}

function drip(socket: Socket, head: string, piece: string): void {
  socket.write(head)
  const timer = setInterval(() => socket.write(piece), 20)
  socket.on('close', () => clearInterval(timer))
}

type Answer = (socket: Socket) => void
const says =
  (...texts: string[]): Answer =>
  (socket) =>
    void socket.end(texts.join(''))

const CASES: readonly (readonly [string, string, Answer])[] = [
  ['a body without end', 'too large', (socket) => endless(socket, `${OK}\r\n`, 'SECRET')],
  [
    'chunks without end',
    'too large',
    (socket) => endless(socket, `${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n'),
  ],
  [
    'a header without end',
    'UND_ERR_HEADERS_OVERFLOW',
    (socket) => endless(socket, `${OK}x: `, 'SECRET'),
  ],
  [
    'headers without end',
    'UND_ERR_HEADERS_OVERFLOW',
    (socket) => endless(socket, OK, 'set-cookie: a=SECRET\r\n'),
  ],
  [
    'early hints without end',
    'aborted',
    (socket) => endless(socket, '', 'HTTP/1.1 103 Early\r\nlink: x\r\n\r\n'),
  ],
  ['headers drop by drop', 'aborted', (socket) => drip(socket, OK, 'x-a: SECRET\r\n')],
  [
    'a body drop by drop',
    'aborted',
    (socket) => drip(socket, `${OK}content-length: 9000\r\n\r\n`, 'a'),
  ],
  [
    'a length beyond all',
    'aborted',
    (socket) => void socket.write(`${OK}content-length: 99999999999999\r\n\r\nok`),
  ],
  [
    'two lengths',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    says(OK, 'content-length: 2\r\ncontent-length: 5\r\n\r\nok'),
  ],
  [
    'a length and chunks',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    says(OK, 'content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  ],
  ['a folded header', 'not HTTP', says(OK, 'x: a\r\n SECRET\r\ncontent-length: 2\r\n\r\nok')],
  ['lines ended by half', 'not HTTP', says('HTTP/1.1 200 OK\ncontent-length: 2\n\nok')],
  [
    'a chunk of no size',
    'not HTTP',
    says(OK, 'transfer-encoding: chunked\r\n\r\nzz\r\nSECRET\r\n0\r\n\r\n'),
  ],
  ['a negative length', 'not HTTP', says(OK, 'content-length: -2\r\n\r\nok')],
  ['an end of text in a header', 'not HTTP', says(OK, 'x: a\0b\r\ncontent-length: 2\r\n\r\nok')],
  ['another protocol', 'not HTTP', says('SSH-2.0-SECRET\r\n')],
  ['a page without a head', 'not HTTP', says('<html>SECRET</html>')],
  ['less than its length', 'UND_ERR_SOCKET', says(OK, 'content-length: 20\r\n\r\nok')],
  ['a chunk cut off', 'UND_ERR_SOCKET', says(OK, 'transfer-encoding: chunked\r\n\r\n5\r\nok')],
  ['nothing', 'UND_ERR_SOCKET', says()],
]

async function ask(answer: (socket: Socket, count: number) => void) {
  let count = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => answer(socket, (count += 1)))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const limits = { replyBytes: 100_000, concurrency: 1 }
  const transport = openTransport({ system: 'sys', address: `http://127.0.0.1:${port}`, limits })
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await transport.close()
  })
  return (milliseconds: number) =>
    transport
      .exchange(
        { method: 'POST', path: '/x', headers: {}, body: 'q' },
        callContext(AbortSignal.timeout(milliseconds)),
      )
      .then(
        ({ body, headers }) => ({ text: Buffer.from(body).toString(), headers, error: undefined }),
        (error: unknown) => ({ text: undefined, headers: undefined, error }),
      )
}

test.each(CASES)('%s is refused, and the next call is served', async (_what, reason, answer) => {
  const exchange = await ask((socket, count) => {
    if (count === 1) answer(socket)
    else socket.end(`${OK}content-length: 4\r\n\r\nnext`)
  })
  const { error } = await exchange(reason === 'aborted' ? 200 : 5_000)
  expect(error).toMatchObject({ code: expect.stringMatching(/^SYSTEM_/), detail: { reason } })
  expect(everythingOf(error)).not.toContain('SECRET')
  expect((await exchange(5_000)).text).toBe('next')
})

test('a second answer that nobody asked for is not the next question’s', async () => {
  const exchange = await ask((socket, count) => {
    const evil = count === 1 ? `${OK}content-length: 4\r\n\r\nevil` : ''
    socket.write(`${OK}content-length: 4\r\n\r\nno ${count}${evil}`)
  })
  expect((await exchange(5_000)).text).toBe('no 1')
  expect((await exchange(5_000)).text).toBe('no 2')
})

test('trailers and names of JavaScript are no headers', async () => {
  const exchange = await ask((socket) =>
    socket.write(
      `${OK}__proto__: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\ncontent-type: text/evil\r\n\r\n`,
    ),
  )
  const { text, headers } = await exchange(5_000)
  expect(text).toBe('ok')
  expect(headers?.['content-type']).toBeUndefined()
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype)
})
