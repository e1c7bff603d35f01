import { createServer, type ServerResponse } from 'node:http'

import { afterEach, expect, test, vi } from 'vitest'

import { MULTIPART } from '../../../gateway/http/multipart.ts'
import { type Frame, sendStream } from '../../../gateway/http/send-stream.ts'
import { EVENTS } from '../../../gateway/http/sse.ts'
import { invariant } from '../../../schema/errors.ts'

afterEach(() => void vi.useRealTimers())

async function answered(answer: (response: ServerResponse) => Promise<void>): Promise<Response> {
  const server = createServer((_, response) => {
    void answer(response).finally(() => server.close())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'the server listens')
  return fetch(`http://127.0.0.1:${address.port}/`)
}

async function* slow(): AsyncGenerator<Frame> {
  await vi.advanceTimersByTimeAsync(24_500)
  yield { json: '1', last: false }
  // Counted from what was sent last.
  await vi.advanceTimersByTimeAsync(11_000)
  await vi.advanceTimersByTimeAsync(2000)
}

async function* failing(): AsyncGenerator<Frame> {
  yield await Promise.resolve({ json: '1', last: false })
  throw new TypeError('a bug')
}

test.each([
  [
    'events',
    EVENTS,
    ['', ':\n\n', ':\n\n', 'event: next\ndata: 1\n\n', ':\n\n', 'event: complete\ndata:\n\n'],
  ],
  [
    'parts',
    MULTIPART,
    ['\r\n---\r\ncontent-type: application/json; charset=utf-8\r\n\r\n1\r\n---\r\n'],
  ],
] as const)(
  'gives signs of life among %s where the framing has one',
  async (_, framing, expected) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const response = await answered((to) =>
      sendStream(to, { framing, headers: {}, frames: slow() }),
    )
    expect(await response.text()).toBe(expected.join(''))
    expect(vi.getTimerCount()).toBe(0)
  },
)

test('stops its signs of life when what it sends fails', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const failed: unknown[] = []
  const response = await answered(async (to) => {
    await sendStream(to, { framing: EVENTS, headers: {}, frames: failing() }).catch(
      (error: unknown) => {
        failed.push(error)
      },
    )
    to.end()
  })
  expect(await response.text()).toBe('event: next\ndata: 1\n\n')
  expect(failed).toEqual([expect.any(TypeError)])
  expect(vi.getTimerCount()).toBe(0)
})
