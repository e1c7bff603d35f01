import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect, test } from 'vitest'

import { watchFile } from '../../../gateway/reload/watch-file.ts'

test('tells each new content once, none that is still being written, and when it cannot be read', async () => {
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
  await writeFile(file, 'one')
  await new Promise((resolve) => setTimeout(resolve, 60))
  await writeFile(file, 'tw')
  await new Promise((resolve) => setTimeout(resolve, 60))
  await writeFile(file, 'two')
  await expect.poll(() => told).toEqual(['two'])
  await rm(file)
  await expect.poll(() => told).toEqual(['two', 'unreadable'])
  await new Promise((resolve) => setTimeout(resolve, 100))
  await writeFile(file, 'three')
  await expect.poll(() => told).toEqual(['two', 'unreadable', 'three'])
  watch.close()
  await writeFile(file, 'four')
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(told).toHaveLength(3)
})
