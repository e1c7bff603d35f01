import { expect, test } from 'vitest'

import { parseReplyHead } from '../../../../gateway/subgraph-link/sockets/reply-head.ts'

const head = (...lines: readonly string[]) => parseReplyHead(lines.join('\r\n'))
const OK = 'HTTP/1.1 200 OK'

test.each<[string, readonly string[], object]>([
  ['a length', [OK, 'Content-Length: 12'], { status: 200, body: 12, isKept: true }],
  ['chunks', [OK, 'Transfer-Encoding: Chunked'], { body: 'chunked', isKept: true }],
  ['neither', [OK], { body: 'until-end', isKept: false }],
  ['no reason', ['HTTP/1.1 200'], { status: 200 }],
  ['a status without a body', ['HTTP/1.1 204 No Content'], { body: 0, isKept: true }],
  ['an older version', ['HTTP/1.0 200 OK', 'content-length: 1'], { body: 1, isKept: false }],
  [
    'a connection to be closed',
    [OK, 'content-length: 1', 'Connection: foo, Close'],
    { isKept: false },
  ],
  [
    'how long it is kept',
    [OK, 'content-length: 1', 'Keep-Alive: timeout=5, max=7'],
    { keptMs: 5000 },
  ],
  [
    'fields that stand twice',
    [OK, 'content-length: 1', 'x: a', 'X:  b '],
    { headers: { x: 'a, b', 'content-length': '1' } },
  ],
  ['a field that objects have', [OK, 'content-length: 1', '__proto__: a'], { body: 1 }],
])('reads %s', (_, lines, expected) => {
  expect(head(...lines)).toMatchObject(expected)
})

test.each<[string, readonly string[]]>([
  ['another protocol', ['ICY 200 OK']],
  ['another version', ['HTTP/2.0 200 OK']],
  ['a status of two digits', ['HTTP/1.1 20 OK']],
  ['a length and chunks', [OK, 'content-length: 1', 'transfer-encoding: chunked']],
  ['two lengths', [OK, 'content-length: 1', 'content-length: 2']],
  ['the same length twice', [OK, 'content-length: 1', 'content-length: 1']],
  ['a negative length', [OK, 'content-length: -1']],
  ['a length with a sign', [OK, 'content-length: +1']],
  ['a coding that nobody here reads', [OK, 'transfer-encoding: gzip, chunked']],
  ['a folded line', [OK, 'x: a', ' b']],
  ['a space before the colon', [OK, 'content-length : 1']],
  ['no colon', [OK, 'x']],
  ['no name', [OK, ': a']],
  ['half a line’s end in a value', [OK, 'x: a\nb: c']],
  ['a zero in a value', [OK, 'x: a\0']],
])('refuses %s', (_, lines) => {
  expect(head(...lines)).toBeUndefined()
})
