import { createServer } from 'node:http'
import { connect } from 'node:net'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { readBody } from '../../../gateway/http/read-body.ts'
import { HttpRefusal } from '../../../gateway/http/refuse.ts'
import { invariant } from '../../../schema/errors.ts'

const MOST = 20
const read: unknown[] = []
const server = createServer((request, response) => {
  readBody(request, MOST)
    .then(
      (text) => read.push(text),
      (error: unknown) => read.push(error instanceof HttpRefusal ? error.reason : error),
    )
    .finally(() => response.end())
})

let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'the server listens')
  port = address.port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Sends each piece as a packet of its own, then ends if told to. */
async function send(headers: string, pieces: readonly (string | Buffer)[], end = false) {
  read.length = 0
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`)
  for (const piece of pieces) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.write(piece)
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (end) socket.destroy()
  await expect.poll(() => read).toHaveLength(1)
  socket.destroy()
  return read[0]
}

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const CHUNKED = 'Transfer-Encoding: chunked'
const salam = Buffer.from('سلام')

test.each<[string, string, readonly (string | Buffer)[], unknown]>([
  ['one piece', 'Content-Length: 4', ['{"a"'], '{"a"'],
  ['a letter cut in two', 'Content-Length: 8', [salam.subarray(0, 3), salam.subarray(3)], 'سلام'],
  ['chunks', CHUNKED, [chunk('{"a"'), chunk(':1}'), '0\r\n\r\n'], '{"a":1}'],
  ['nothing', 'Content-Length: 0', [], ''],
  ['a byte order mark', 'Content-Length: 5', [Buffer.from('\uFEFF{}')], '{}'],
  ['bytes that are no UTF-8', 'Content-Length: 2', [Buffer.from([0xc3, 0x28])], 'body-malformed'],
  ['a length above the limit', 'Content-Length: 21', [], 'body-too-large'],
  [
    'chunks above the limit',
    CHUNKED,
    [chunk('x'.repeat(15)), chunk('y'.repeat(15))],
    'body-too-large',
  ],
])('reads %s', async (_, headers, pieces, expected) => {
  expect(await send(headers, pieces)).toBe(expected)
})

test('takes no part for the whole', async () => {
  expect(await send('Content-Length: 10', ['{"a"'], true)).toBe('body-malformed')
})
