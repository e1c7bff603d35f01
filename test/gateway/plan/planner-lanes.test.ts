import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

import { expect, onTestFinished, test, vi } from 'vitest'

import { NO_OVERRIDES } from '../../../gateway/plan/plan.ts'
import {
  type LanesOptions,
  PlannerLanes,
  type PlanOutcome,
} from '../../../gateway/plan/planner-lanes.ts'

const program = new URL('./program.ts', import.meta.url)

function open(options: Partial<LanesOptions> = {}) {
  const waits = { longestMs: 20_000, quickMs: 10_000, idleMs: 60_000, freeLosses: 3 }
  const lanes = new PlannerLanes({ engine: 'hive', program, ...waits, ...options })
  const { supergraph, opened } = lanes.open('S')
  const plan = async (text: string, of = supergraph, isWanted = () => true) =>
    toText(await lanes.plan(of, text, { overrides: NO_OVERRIDES, isWanted }))
  return { lanes, supergraph, opened, plan }
}

/** A document that is planned for as long as it is held. */
async function held(name: string) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'held-')), 'let-go')
  return {
    text: `${name} ${file}`,
    begun: () => expect.poll(() => existsSync(`${file}.begun`)).toBe(true),
    letGo: () => writeFile(file, ''),
  }
}

/** Time passes when a test says so. */
function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

function toText({ plan, failure }: PlanOutcome): string {
  return failure ?? (plan?.kind === 'condition' ? plan.variable : 'nothing')
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('plans each by its supergraph', async () => {
  const { lanes, plan } = open()
  const { supergraph: other } = lanes.open('T')
  const plans = [plan('a'), plan('b', other), plan('fail'), plan('c')]
  expect(await Promise.all(plans)).toEqual(['a of S', 'b of T', 'unplanned', 'c of S'])
})

test('a document that ends the process has no plan; those that wait have theirs', async () => {
  const { plan } = open()
  const plans = [plan('die'), plan('bbb'), plan('die'), plan('ccc')]
  expect(await Promise.all(plans)).toEqual(['lost', 'bbb of S', 'lost', 'ccc of S'])
  expect(await plan('d')).toBe('d of S')
})

test('an engine that ends again and again is not asked for a while', async () => {
  const { plan } = open()
  const plans = Array.from({ length: 6 }, () => plan('die'))
  expect(await Promise.all(plans)).toEqual([...Array(4).fill('lost'), 'resting', 'resting'])
  expect(await plan('a')).toBe('resting')
  await after(250)
  expect(await plan('a')).toBe('a of S')
})

test('a document that takes too long has no plan; those that wait have theirs', async () => {
  holdTime()
  const { plan } = open({ longestMs: 500, quickMs: 400 })
  const plans = [plan('sleep'), plan('b')]
  // The process is given less than half a minute to begin.
  const clock = setInterval(() => vi.advanceTimersByTime(500), 200)
  expect(await plans[0]).toBe('late')
  clearInterval(clock)
  expect(await plans[1]).toBe('b of S')
})

test('what takes longer than a moment holds up nobody, and is planned all the same', async () => {
  holdTime()
  const { plan } = open({ quickMs: 50 })
  const order: string[] = []
  const told = (text: string) => plan(text).then((made) => order.push(made.replace(/ \/.*/, '')))
  const { text, begun, letGo } = await held('spin')
  const long = ['spin', 'spin 2', 'spin longer'].map((name) => told(text.replace('spin', name)))
  await begun()
  const others = [told('a'), told('b')]
  vi.advanceTimersByTime(50)
  await Promise.all(others)
  await letGo()
  await Promise.all(long)
  expect(order).toEqual(['a of S', 'b of S', 'spin', 'spin 2', 'spin longer'])
})

test('a short document that is slow gives way, too, while the slow lane is taken', async () => {
  holdTime()
  const { plan } = open({ quickMs: 50 })
  const [longer, shorter] = [await held('spin for long'), await held('spin')]
  const spun: Promise<string>[] = []
  for (const one of [longer, shorter]) {
    spun.push(plan(one.text))
    await one.begun()
    const other = plan('a')
    vi.advanceTimersByTime(50)
    expect(await other).toBe('a of S')
  }
  await Promise.all([longer.letGo(), shorter.letGo()])
  expect(await Promise.all(spun)).toEqual([`${longer.text} of S`, `${shorter.text} of S`])
})

test('of two processes that which has nothing to do ends', async () => {
  holdTime()
  const { plan } = open({ quickMs: 20, idleMs: 50 })
  const pid = Number(await plan('pid'))
  expect(lives(pid)).toBe(true)
  const both = async () => {
    const { text, begun, letGo } = await held('spin')
    const spun = plan(text)
    await begun()
    const other = plan('a')
    vi.advanceTimersByTime(20)
    expect(await other).toBe('a of S')
    await letGo()
    expect(await spun).toBe(`${text} of S`)
  }
  await both()
  vi.advanceTimersByTime(50)
  await expect.poll(() => lives(pid)).toBe(false)
  await both()
})

test('nothing is planned for nobody', async () => {
  const { plan } = open()
  const { text, letGo } = await held('spin')
  const plans = [plan(text), plan('gone', undefined, () => false), plan('here')]
  await letGo()
  expect(await Promise.all(plans)).toEqual([`${text} of S`, 'busy', 'here of S'])
})

test('refuses what would wait behind too many, unless some of them have gone', async () => {
  const { plan } = open()
  let isWanted = true
  const plans = Array.from({ length: 1001 }, () => plan('a', undefined, () => isWanted))
  expect(await plan('b')).toBe('busy')
  isWanted = false
  expect(await plan('b')).toBe('b of S')
  expect(new Set(await Promise.all(plans))).toEqual(new Set(['a of S', 'busy']))
})

test('tells when a supergraph is opened, or that the process ended of it', async () => {
  const { lanes, opened } = open()
  expect(await opened).toBeUndefined()
  expect(await lanes.open('die').opened).toBe('lost')
})

test('knows nothing of a supergraph that is closed', async () => {
  const { lanes, supergraph, plan } = open()
  await plan('a')
  lanes.close(supergraph)
  expect(await plan('b')).toBe('unplanned')
})
