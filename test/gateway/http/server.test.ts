import { connect, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import { open } from '../support/open.ts'

const LONG = 'x'.repeat(1_000_000)

/** A connection over which so many requests, all different, are sent at once. */
function pipelined(url: string, count: number): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  let text = ''
  for (let number = 0; number < count; number += 1) {
    const body = JSON.stringify({ query: `query Q${number} { long }` })
    text += `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  }
  socket.pause()
  socket.write(text)
  return socket
}

test('of requests sent before their answers are read, one after the other is begun, and each is answered', async () => {
  let asked = 0
  const long = () => {
    asked += 1
    return LONG
  }
  const gateway = await open({
    a: { sdl: 'type Query { long: String }', resolvers: { Query: { long } } },
  })
  const socket = pipelined(gateway.url, 40)
  await eventually(() => expect(asked).toBeGreaterThan(0))
  // All forty were begun within some tens of milliseconds.
  await after(500)
  // What the two ends of a connection hold may be a few answers.
  expect(asked).toBeLessThan(20)
  let size = 0
  socket.on('data', (bytes) => (size += bytes.length))
  socket.resume()
  await eventually(() => expect(size).toBeGreaterThan(40 * LONG.length))
  expect(asked).toBe(40)
  socket.destroy()
  await gateway.close()
})
