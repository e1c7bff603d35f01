import { once } from 'node:events'
import { createServer } from 'node:net'

import { expect, it, onTestFinished } from 'vitest'

import { isReachable } from '../../deploy/is-reachable.ts'

async function listen() {
  let bytes = 0
  const server = createServer((socket) => {
    socket.on('data', (chunk) => (bytes += chunk.length))
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, server, received: () => bytes }
}

it.each(['http', 'https'])(
  'reaches what listens behind %s and says nothing to it',
  async (kind) => {
    const { port, received } = await listen()
    expect(await isReachable(`${kind}://127.0.0.1:${port}/a/b`)).toBe(true)
    expect(received()).toBe(0)
  },
)

it('does not reach a closed port', async () => {
  const { port, server } = await listen()
  server.close()
  await once(server, 'close')
  expect(await isReachable(`http://127.0.0.1:${port}/`)).toBe(false)
})
