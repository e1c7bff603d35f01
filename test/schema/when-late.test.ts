import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import { expect, onTestFinished, test, vi } from 'vitest'

import { whenLate } from '../../schema/when-late.ts'
import { listening } from '../gateway/support/remote.ts'

/** One turn of the loop, in which sockets are read. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('calls once, after its time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const call = vi.fn<() => void>()
  whenLate(100, call)
  vi.advanceTimersByTime(99)
  await turn()
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  await turn()
  vi.advanceTimersByTime(1000)
  await turn()
  expect(call).toHaveBeenCalledOnce()
})

test.each([0, 99, 100])('calls nobody whose answer has come after %d ms', async (ms) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const call = vi.fn<() => void>()
  const inTime = whenLate(100, call)
  vi.advanceTimersByTime(ms)
  inTime()
  vi.advanceTimersByTime(1000)
  await turn()
  expect(call).not.toHaveBeenCalled()
})

test('what came over a socket while this process was held up comes first', async () => {
  const order: string[] = []
  const late = Promise.withResolvers<void>()
  const server = createServer((socket) =>
    socket.on('data', (bytes) => {
      whenLate(1, () => {
        order.push('late')
        late.resolve()
      })
      socket.write(bytes)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }),
  )
  const { port } = new URL(await listening(server))
  const socket = connect(Number(port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  socket.on('data', () => order.push('answered'))
  await once(socket, 'connect')
  socket.write('x')
  await late.promise
  expect(order).toEqual(['answered', 'late'])
})
