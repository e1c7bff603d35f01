import { expect, test } from 'vitest'

import { closeAll } from '../../gateway/close-all.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'

test('closes every subgraph and logs the one that does not, without its message', async () => {
  const closed: string[] = []
  const lines: unknown[] = []
  const note = (facts: object, message: string) => lines.push([facts, message])
  const log: Log = { info: note, warn: note, error: note }
  await closeAll(
    [
      subgraph('stuck', () => Promise.reject(new Error('0012345678'))),
      subgraph('sound', async () => void closed.push('sound')),
    ],
    log,
  )
  expect(closed).toEqual(['sound'])
  expect(lines).toMatchObject([[{ subgraph: 'stuck' }, 'a subgraph did not close']])
  expect(JSON.stringify(lines)).not.toContain('0012345678')
})

function subgraph(name: string, close: () => Promise<void>): Subgraph {
  return { name, sdl: '', execute: async () => ({}), health: () => undefined, close }
}
