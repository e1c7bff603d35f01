import { expect, test } from 'vitest'

import { ReplyReader } from '../../../../gateway/subgraph-link/sockets/reply-reader.ts'

/** What is read of these pieces, each in memory that is overwritten afterwards. */
function read(pieces: readonly string[], isAtEnd = false) {
  let status = 0
  let body = ''
  const reader = new ReplyReader({
    onHead: (head) => (status = head.status),
    onBody: (bytes) => (body += bytes.toString('latin1')),
  })
  let last = 'more'
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1')
    last = reader.read(bytes)
    bytes.fill(0)
    if (last !== 'more') break
  }
  if (isAtEnd && last === 'more') last = reader.finish()
  return { status, body, last }
}

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`

test.each<[string, string, string, string]>([
  ['a body of a length', `${OK}content-length: 5\r\n\r\nhello`, 'hello', 'ended'],
  ['an empty body', `${OK}content-length: 0\r\n\r\n`, '', 'ended'],
  [
    'chunks',
    `${CHUNKED}5\r\nhello\r\n00A;x=y\r\n, world 12\r\n0\r\n\r\n`,
    'hello, world 12',
    'ended',
  ],
  ['chunks with trailers', `${CHUNKED}1\r\na\r\n0\r\nx: y\r\nz: 1\r\n\r\n`, 'a', 'ended'],
  ['a body until the end', `${OK}\r\nhello`, 'hello', 'ended'],
  [
    'a reply after others that came early',
    `HTTP/1.1 103 Early\r\nx: y\r\n\r\nHTTP/1.1 100 Go\r\n\r\n${OK}content-length: 1\r\n\r\na`,
    'a',
    'ended',
  ],
  ['half a body', `${OK}content-length: 5\r\n\r\nhel`, 'hel', 'broken'],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent', '', 'broken'],
  ['chunks without their end', `${CHUNKED}5\r\nhello\r\n`, 'hello', 'broken'],
  ['nothing', '', '', 'broken'],
  ['something else', 'hello\r\n\r\n', '', 'broken'],
  ['a change of protocols', 'HTTP/1.1 101 Switching\r\n\r\n', '', 'broken'],
  ['a chunk without a size', `${CHUNKED}\r\nhello`, '', 'broken'],
  ['a chunk with a negative size', `${CHUNKED}-1\r\n`, '', 'broken'],
  ['a chunk longer than its size', `${CHUNKED}2\r\nhello\r\n`, 'he', 'broken'],
  ['a chunk of no end', `${CHUNKED}fffffffff\r\n`, '', 'broken'],
  ['a line of no end', `${CHUNKED}${'0'.repeat(2000)}`, '', 'broken'],
  ['a head of no end', `${OK}x: ${'y'.repeat(20_000)}`, '', 'broken'],
  ['trailers of no end', `${CHUNKED}0\r\n${'x: y\r\n'.repeat(100)}`, '', 'broken'],
])('reads %s, in one piece and byte by byte', (...[, text, body, last]) => {
  expect(read([text], true)).toMatchObject({ body, last })
  expect(read(text.split(''), true)).toMatchObject({ body, last })
})

test.each([`${OK}content-length: 1\r\n\r\na`, `${CHUNKED}1\r\na\r\n0\r\n\r\n`])(
  'tells of bytes behind the end: %j',
  (text) => {
    expect(read([`${text}HTTP/1.1 200 OK\r\n`])).toMatchObject({ body: 'a', last: 'over' })
    expect(read([text])).toMatchObject({ body: 'a', last: 'ended' })
  },
)

test('says which part of a body is its last', () => {
  const parts: [string, boolean][] = []
  const reader = new ReplyReader({
    onHead: () => {},
    onBody: (bytes, isLast) => parts.push([bytes.toString(), isLast]),
  })
  reader.read(Buffer.from(`${OK}content-length: 4\r\n\r\nab`))
  reader.read(Buffer.from('cd'))
  expect(parts).toEqual([
    ['ab', false],
    ['cd', true],
  ])
})
