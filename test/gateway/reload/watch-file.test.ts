import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { watchFile } from '../../../gateway/reload/watch-file.ts'

/** To its next timer, and until what it does then has come to another one. */
async function nextTimer(): Promise<void> {
  vi.advanceTimersToNextTimer()
  while (vi.getTimerCount() === 0) await new Promise(setImmediate)
}

test('tells each new content once, none that is still being written, and when it cannot be read', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'watch-')), 'x')
  await writeFile(file, 'one')
  const told: string[] = []
  const watch = watchFile({
    file,
    everyMs: 20,
    content: 'one',
    changed: async (content) => told.push(content),
    unreadable: () => told.push('unreadable'),
  })
  await nextTimer()
  await writeFile(file, 'tw')
  await nextTimer()
  await writeFile(file, 'two')
  await nextTimer()
  expect(told).toEqual([])
  // Found, and found again.
  await nextTimer()
  await nextTimer()
  expect(told).toEqual(['two'])
  await nextTimer()
  await rm(file)
  await nextTimer()
  await nextTimer()
  expect(told).toEqual(['two', 'unreadable'])
  await writeFile(file, 'three')
  await nextTimer()
  await nextTimer()
  expect(told).toEqual(['two', 'unreadable', 'three'])
  watch.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('looks no more when it is closed in the middle of a look', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'watch-')), 'x')
  const looked = Promise.withResolvers<void>()
  const watch = watchFile({
    file,
    everyMs: 20,
    content: 'one',
    changed: async () => {},
    unreadable: () => looked.resolve(),
  })
  vi.advanceTimersToNextTimer()
  watch.close()
  await looked.promise
  await new Promise(setImmediate)
  expect(vi.getTimerCount()).toBe(0)
})
