import { expect, test } from 'vitest'

import {
  EndedSessions,
  type Ending,
  type EndingsChannel,
} from '../../../../../gateway/auth/token/endings/ended-sessions.ts'
import {
  channelOver,
  readEnding,
} from '../../../../../gateway/auth/token/endings/endings-channel.ts'

const NOW = 1_800_000_000_000
const token = (sessionId: string, subject: string, issuedAtMs = NOW - 1000) => ({
  sessionId,
  subject,
  issuedAtMs,
})

function open(more: Partial<ConstructorParameters<typeof EndedSessions>[0]> = {}) {
  return new EndedSessions({ longestMs: 60_000, now: () => NOW, ...more })
}

test('remembers a session until its longest token has ended, and no longer', () => {
  let now = NOW
  const ended = open({ now: () => now })
  ended.end({ kind: 'session', id: 's1', atMs: NOW })
  now += 59_000
  ended.end({ kind: 'session', id: 's2', atMs: now })
  expect(ended.has(token('s1', 'u1'))).toBe(true)
  now += 2_000
  ended.end({ kind: 'session', id: 's3', atMs: now })
  expect(ended.size).toBe(2)
})

test('what it has no room for it ends altogether', () => {
  const ended = open({ most: 10 })
  for (let n = 0; n < 25; n += 1) ended.end({ kind: 'session', id: `s${n}`, atMs: NOW + n })
  expect(ended.size).toBe(10)
  for (let n = 0; n < 25; n += 1) expect(ended.has(token(`s${n}`, 'u', NOW))).toBe(true)
  // Tokens of a later sign-in go on.
  expect(ended.has(token('new', 'u', NOW + 1000))).toBe(false)
})

test('takes no moment far ahead, by which all tokens to come would be ended', () => {
  const ended = open()
  ended.end({ kind: 'everybody', atMs: NOW + 120_000 })
  ended.end({ kind: 'everybody', atMs: Infinity })
  ended.end({ kind: 'subject', id: 'u1', atMs: Number.NaN })
  expect([ended.has(token('s', 'u1', NOW)), ended.version]).toEqual([false, 0])
})

test('a moment that is told later but lies before changes nothing', () => {
  const ended = open()
  ended.end({ kind: 'subject', id: 'u1', atMs: NOW })
  ended.end({ kind: 'subject', id: 'u1', atMs: NOW - 5000 })
  expect([ended.has(token('s', 'u1', NOW)), ended.version]).toEqual([true, 1])
})

/** What two ends of a wire say to each other. */
function wire(): readonly [EndingsChannel, EndingsChannel] {
  const listeners: ((ending: Ending) => void)[][] = [[], []]
  const end = (own: number, other: number): EndingsChannel => ({
    tell: (ending) => listeners[other]?.forEach((listener) => listener(ending)),
    heard: (listener) => void listeners[own]?.push(listener),
  })
  return [end(0, 1), end(1, 0)]
}

test('what ends at one ends at all, once, also over one that stands between', () => {
  const [one, middle, other] = [open(), open(), open()]
  const [a, b] = wire()
  const [c, d] = wire()
  one.share(a)
  middle.share(b)
  middle.share(c)
  other.share(d)
  const heard: Ending[] = []
  other.listen((ending) => heard.push(ending))
  const ending = { kind: 'session', id: 's1', atMs: NOW } as const
  one.end(ending)
  one.end(ending)
  expect(heard).toEqual([ending])
  expect(middle.all()).toEqual([ending])
})

test.each([
  ['text that is no JSON', 'x'],
  ['another kind', '{"kind":"nobody","atMs":1}'],
  ['no id', '{"kind":"session","atMs":1}'],
  ['an id that is no text', '{"kind":"session","id":5,"atMs":1}'],
  ['a moment that is a text', '{"kind":"everybody","atMs":"1"}'],
  ['a list', '[]'],
])('hears nothing in %s', (_, text) => {
  const heard: Ending[] = []
  channelOver({ tell: () => {}, heard: (listener) => listener(text) }).heard((one) =>
    heard.push(one),
  )
  expect(heard).toEqual([])
})

test('reads what it has written', () => {
  const told: string[] = []
  const channel = channelOver({ tell: (text) => told.push(text), heard: () => {} })
  const endings: readonly Ending[] = [
    { kind: 'session', id: 's', atMs: 1 },
    { kind: 'subject', id: 'u', atMs: 2 },
    { kind: 'everybody', atMs: 3 },
  ]
  for (const ending of endings) channel.tell(ending)
  expect(told.map((text) => readEnding(JSON.parse(text)))).toEqual(endings)
})
