import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect, test } from 'vitest'

import { GroupReload } from '../../../gateway/workers/group-reload.ts'
import { WorkerChannel } from '../../../gateway/workers/worker-channel.ts'

type Vote = 'ready' | 'refused' | 'failed' | 'unchanged'

/** A member that votes so, and what it was asked. */
function member(...votes: readonly (Vote | undefined)[]) {
  const asked: string[] = []
  const left = [...votes]
  const channel = new WorkerChannel({ send: () => {}, on: () => {} }, {})
  channel.ask = async (kind, value) => {
    asked.push(kind === 'discard' ? `discard ${JSON.stringify(value)}` : kind)
    if (kind !== 'prepare') return true
    const outcome = left.shift()
    return outcome && { outcome, findings: outcome === 'refused' ? [{ message: 'no' }] : [] }
  }
  return { asked, channel }
}

async function world(...members: readonly ReturnType<typeof member>[]) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'group-')), 'x')
  await writeFile(file, 'one')
  const lines: string[] = []
  const log = {
    info: () => {},
    warn: () => {},
    error: (_: unknown, text: string) => lines.push(text),
  }
  const group = new GroupReload({
    file,
    everyMs: undefined,
    members: () => members.map(({ channel }) => channel),
    log,
  })
  await group.open()
  await writeFile(file, 'two')
  return { file, group, lines }
}

test('all switch when all are ready', async () => {
  const [one, two] = [member('ready'), member('ready')]
  const { group } = await world(one, two)
  expect(group.supergraph).toBe('one')
  expect(await group.reload()).toBe('accepted')
  expect([one.asked, two.asked]).toEqual([
    ['prepare', 'commit'],
    ['prepare', 'commit'],
  ])
  expect(group.supergraph).toBe('two')
})

test.each<[Vote, 'refused' | 'failed']>([
  ['refused', 'refused'],
  ['failed', 'failed'],
])('none switches when one has %s it', async (vote, outcome) => {
  const [one, two] = [member('ready'), member(vote)]
  const { group, lines } = await world(one, two)
  expect(await group.reload()).toBe(outcome)
  expect(one.asked[1]).toMatch(/^discard/)
  expect(two.asked).toEqual(['prepare'])
  expect(group.supergraph).toBe('one')
  expect(lines).toHaveLength(1)
})

test('one that dies meanwhile does not hold up the others', async () => {
  const [one, two] = [member('ready'), member(undefined)]
  const { group } = await world(one, two)
  expect(await group.reload()).toBe('accepted')
  expect(one.asked).toEqual(['prepare', 'commit'])
})

test('nothing new is told as such', async () => {
  const one = member('unchanged')
  const { group } = await world(one)
  expect(await group.reload()).toBe('unchanged')
  expect(one.asked).toEqual(['prepare'])
})

test('a file that is gone asks nobody', async () => {
  const one = member('ready')
  const { group, file, lines } = await world(one)
  await rm(file)
  expect(await group.reload()).toBe('failed')
  expect(one.asked).toEqual([])
  expect(lines).toEqual(['the supergraph file cannot be read'])
})
