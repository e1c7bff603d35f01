import { beforeEach, expect, test } from 'vitest'

import { EndedSessions, type Ending } from '../../../gateway/auth/token/endings/ended-sessions.ts'
import { Lifetime } from '../../../gateway/http/lifetime.ts'
import { SignedInStreams } from '../../../gateway/http/signed-in-streams.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'

let ended: EndedSessions
let streams: SignedInStreams
beforeEach(() => {
  ended = new EndedSessions({ longestMs: 60_000 })
  streams = new SignedInStreams(ended)
})

const caller: Caller = { ...ANONYMOUS, kind: 'citizen', subject: 'u1', sessionId: 's1' }
const clerk = { subject: 'u9', clientId: 'portal', kind: 'staff' } as const

function enter(who: Caller): Lifetime {
  const life = new Lifetime()
  streams.enter(life, who)
  return life
}

const at = () => ({ atMs: Date.now() })

test.each<[string, () => Ending, Partial<Caller>, boolean]>([
  ['its session', () => ({ kind: 'session', id: 's1', ...at() }), {}, true],
  ['another session', () => ({ kind: 'session', id: 's2', ...at() }), {}, false],
  ['its person', () => ({ kind: 'subject', id: 'u1', ...at() }), {}, true],
  ['another person', () => ({ kind: 'subject', id: 'u2', ...at() }), {}, false],
  ['who acts', () => ({ kind: 'subject', id: 'u9', ...at() }), { actor: clerk }, true],
  ['everybody', () => ({ kind: 'everybody', ...at() }), {}, true],
])('of a stream and the end of %s', (_, ending, more, ends) => {
  const life = enter({ ...caller, ...more })
  ended.end(ending())
  expect(life.ending).toBe(ends ? 'signed-out' : undefined)
})

test('one whose session ended while it was let in ends at once', () => {
  ended.end({ kind: 'session', id: 's1', ...at() })
  expect(enter(caller).ending).toBe('signed-out')
})

test('an anonymous one has no session that could end', () => {
  const life = enter(ANONYMOUS)
  ended.end({ kind: 'everybody', ...at() })
  expect(life.ending).toBeUndefined()
})

test('one that has left is left alone', () => {
  const life = enter(caller)
  streams.leave(life)
  ended.end({ kind: 'session', id: 's1', ...at() })
  expect(life.ending).toBeUndefined()
})
