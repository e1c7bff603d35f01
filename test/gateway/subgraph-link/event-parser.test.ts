import { expect, test } from 'vitest'

import { EventParser, type ServerEvent } from '../../../gateway/subgraph-link/event-parser.ts'

function parse(chunks: readonly Uint8Array[], limit = 1000) {
  const events: ServerEvent[] = []
  const parser = new EventParser(limit, (event) => events.push(event))
  const taken = chunks.map((chunk) => parser.push(chunk))
  return { events, taken }
}

test.each<[string, string, readonly [string, string][]]>([
  ['an event', 'event: next\ndata: {"a":1}\n\n', [['next', '{"a":1}']]],
  ['data of several lines', 'event:next\ndata:a\ndata:  b\ndata\n\n', [['next', 'a\n b\n']]],
  ['comments between', ':\n\n: ping\n\nevent: next\n:x\ndata: 1\n\n', [['next', '1']]],
  ['an event without a name', 'data: 1\n\n', [['message', '1']]],
  ['the end without data', 'event: complete\n\n', [['complete', '']]],
  ['the end with empty data', 'event: complete\ndata:\n\n', [['complete', '']]],
  ['fields that mean nothing here', 'id: 1\nretry: 5\nx\ndata: 1\n\n', [['message', '1']]],
  ['a mark of byte order', '\uFEFFdata: 1\n\n', [['message', '1']]],
  ['what has not ended', 'data: 1\n\ndata: 2\n', [['message', '1']]],
])('reads %s, however lines end and wherever the bytes are cut', (_, text, expected) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const bytes = Buffer.from(text.replaceAll('\n', end))
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    for (const chunks of [[bytes], single]) {
      const { events } = parse(chunks)
      expect(events.map(({ name, data }) => [name, data])).toEqual(expected)
    }
  }
})

test('letters of several bytes survive a cut', () => {
  const { events } = parse(Array.from(Buffer.from('data: سلام\n\n'), (byte) => Uint8Array.of(byte)))
  expect(events).toEqual([{ name: 'message', data: 'سلام' }])
})

test('an event beyond the limit is refused, in one line or in many; many small ones are not', () => {
  expect(parse([Buffer.from(`data: ${'x'.repeat(100)}`)], 50).taken).toEqual([false])
  expect(parse([Buffer.from(`data: ${'x'.repeat(20)}\n`.repeat(3))], 50).taken).toEqual([false])
  expect(parse([Buffer.from('data\n'.repeat(51))], 50).taken).toEqual([false])
  expect(parse([Buffer.from(`data: ${'x'.repeat(20)}\n\n`.repeat(9))], 50).taken).toEqual([true])
})
