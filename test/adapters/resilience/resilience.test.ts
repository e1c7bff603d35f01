import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Adapter, CallContext, Reply, Tree } from '../../../adapters/adapter.ts'
import { type ResilientAdapter, withResilience } from '../../../adapters/resilience/resilience.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { CallerError, SystemError, type SystemErrorCode } from '../../../schema/errors.ts'
import { systemSettings } from '../wire.ts'

/** 2026-03-10 08:00 in Tehran. */
const NOW = Date.UTC(2026, 2, 10, 4, 30)

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

const OPERATIONS: SystemSettings['operations'] = {
  read: { kind: 'query' },
  quick: { kind: 'query', timeout: '200ms' },
  write: { kind: 'mutation' },
}

interface Sent {
  readonly operation: string
  readonly input: Tree
  readonly signal: AbortSignal
}

type Behave = (sent: Sent, count: number) => Promise<Tree>

/** A system that behaves as told, and what stands before it. */
function system(behave: Behave, changes: Partial<SystemSettings> = {}) {
  const sent: Sent[] = []
  const inner: Adapter = {
    async call(operation, input, { signal }): Promise<Reply> {
      const entry = { operation, input, signal }
      sent.push(entry)
      const value = await behave(entry, sent.length)
      return { value, at: Date.now() }
    },
  }
  const settings = systemSettings({ operations: OPERATIONS, ...changes })
  return { sent, adapter: withResilience(inner, settings, { system: 'sys', random: () => 0.5 }) }
}

function context(requestId = 'r-1', signal = new AbortController().signal): CallContext {
  return { requestId, traceparent: '', signal }
}

function fail(code: SystemErrorCode, options: { retryable?: boolean } = {}): Promise<never> {
  return Promise.reject(new SystemError(code, 'sys', { operation: 'theirs', ...options }))
}

/** Answers after that time, or as a transport does when its signal is aborted. */
function after(ms: number, { signal }: Sent, value: Tree = {}): Promise<Tree> {
  return new Promise((resolve, reject) => {
    setTimeout(() => resolve(value), ms)
    signal.addEventListener('abort', () => reject(new SystemError('SYSTEM_TIMEOUT', 'sys')))
  })
}

/** The outcome, with the clock run as far as it takes. */
async function outcome(call: Promise<Reply>, ms = 60_000): Promise<unknown> {
  const settled = call.then(
    ({ value }) => value,
    (error: unknown) => error,
  )
  await vi.advanceTimersByTimeAsync(ms)
  return settled
}

async function times(
  count: number,
  adapter: ResilientAdapter,
  { operation = 'read', ms = 0 } = {},
): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (let index = 0; index < count; index += 1) {
    outcomes.push(await outcome(adapter.call(operation, {}, context()), ms))
  }
  return outcomes
}

describe('the deadline', () => {
  test.each([
    ['read', 1_000],
    ['quick', 200],
  ])('of %s is %i ms, and the call is aborted', async (operation, ms) => {
    const { adapter, sent } = system((each) => after(5_000, each))
    const call = outcome(adapter.call(operation, {}, context()), 0)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(sent[0]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT', operation })
    expect(sent[0]?.signal.aborted).toBe(true)
  })

  test('holds even for an adapter that does not heed its signal', async () => {
    const { adapter } = system(() => new Promise(() => {}))
    expect(await outcome(adapter.call('read', {}, context()), 1_000)).toMatchObject({
      code: 'SYSTEM_TIMEOUT',
    })
  })

  test('leaves no timer behind', async () => {
    const { adapter } = system(async () => ({}))
    await adapter.call('read', {}, context())
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends with the caller: the call is aborted and the system not blamed', async () => {
    const { adapter, sent } = system((each) => after(500, each), {
      breaker: { failures: 1, halfOpenAfter: '10s' },
    })
    const caller = new AbortController()
    const call = outcome(adapter.call('read', {}, context('r-1', caller.signal)), 0)
    await vi.advanceTimersByTimeAsync(1)
    caller.abort()
    expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT', detail: { reason: 'abandoned' } })
    expect(sent[0]?.signal.aborted).toBe(true)
    expect(adapter.state()).toMatchObject({ state: 'unknown', lastErrorCode: undefined })
  })

  test('already past sends nothing', async () => {
    const { adapter, sent } = system(async () => ({}))
    const call = adapter.call('write', {}, context('r-1', AbortSignal.abort()))
    expect(await outcome(call)).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(sent).toEqual([])
  })

  test('of the whole request does not count against the system', async () => {
    const breaker = { failures: 1, halfOpenAfter: '10s' }
    const { adapter } = system((each) => after(500, each), { breaker })
    const caller = new AbortController()
    const call = outcome(adapter.call('read', {}, context('r-1', caller.signal)), 0)
    await vi.advanceTimersByTimeAsync(1)
    caller.abort(new DOMException('', 'TimeoutError'))
    expect(await call).toMatchObject({
      code: 'SYSTEM_TIMEOUT',
      detail: { reason: 'abandoned' },
    })
    await vi.advanceTimersByTimeAsync(0)
    expect(adapter.state()).toMatchObject({ state: 'unknown', lastErrorCode: undefined })
  })
})

describe('the bulkhead', () => {
  const limits = { timeout: '1s', concurrency: 2, queue: 1, reply: '64KB' }

  test('lets so many calls through, queues so many, and is busy for the rest', async () => {
    const { adapter, sent } = system((each) => after(100, each, each.input), { limits })
    const calls = [1, 2, 3, 4].map((n) => outcome(adapter.call('write', { n }, context()), 0))
    expect(await calls[3]).toMatchObject({
      code: 'SYSTEM_BUSY',
      operation: 'write',
      retryable: true,
    })
    expect(sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(100)
    expect(sent).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(100)
    expect(await Promise.all(calls.slice(0, 3))).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  test('one who gives up in the queue makes room and is never sent', async () => {
    const { adapter, sent } = system((each) => after(100, each, each.input), { limits })
    const caller = new AbortController()
    const calls = [1, 2].map((n) => outcome(adapter.call('write', { n }, context()), 0))
    const leaving = outcome(adapter.call('write', { n: 3 }, context('r-1', caller.signal)), 0)
    caller.abort()
    const next = outcome(adapter.call('write', { n: 4 }, context()), 0)
    await vi.advanceTimersByTimeAsync(200)
    expect(await leaving).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(await Promise.all([...calls, next])).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }])
    expect(sent.map(({ input }) => input['n'])).toEqual([1, 2, 4])
  })

  test('gives its place back after a failure', async () => {
    const { adapter, sent } = system(() => fail('SYSTEM_REFUSED'), { limits })
    await times(5, adapter)
    expect(sent).toHaveLength(5)
  })
})

describe('the breaker', () => {
  test.each(['SYSTEM_TIMEOUT', 'SYSTEM_UNAVAILABLE', 'SYSTEM_REPLY_INVALID'] as const)(
    'opens after three times %s in a row, saying until when',
    async (code) => {
      const { adapter, sent } = system(() => fail(code))
      const outcomes = await times(4, adapter)
      expect(outcomes.slice(0, 3)).toMatchObject([{ code }, { code }, { code }])
      expect(outcomes[3]).toMatchObject({
        code: 'SYSTEM_UNAVAILABLE',
        operation: 'read',
        until: new Date(NOW + 10_000).toISOString(),
      })
      expect(sent).toHaveLength(3)
      expect(adapter.state()).toMatchObject({ state: 'open' })
    },
  )

  test.each<[string, Error]>([
    ['a refusal', new SystemError('SYSTEM_REFUSED', 'sys')],
    ['busy', new SystemError('SYSTEM_BUSY', 'sys')],
    ['rejected input', new CallerError('INPUT_REJECTED', 'x')],
    ['a bug', new TypeError('x')],
  ])('stays closed for %s', async (_name, error) => {
    const { adapter, sent } = system(() => Promise.reject(error))
    await times(6, adapter, { ms: 10_000 })
    expect(sent).toHaveLength(6)
    expect(adapter.state().state).not.toBe('open')
  })

  test('a success between failures starts the count again', async () => {
    const { adapter, sent } = system((_sent, count) =>
      count === 3 ? Promise.resolve({}) : fail('SYSTEM_TIMEOUT'),
    )
    await times(5, adapter)
    expect(sent).toHaveLength(5)
  })

  test('lets one call find out, and closes when it is answered', async () => {
    const { adapter, sent } = system((each, count) =>
      count <= 3 ? fail('SYSTEM_UNAVAILABLE') : after(100, each, { ok: true }),
    )
    await times(4, adapter)
    await vi.advanceTimersByTimeAsync(10_000)
    const probe = outcome(adapter.call('write', {}, context()), 0)
    expect(await outcome(adapter.call('write', {}, context()), 0)).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      until: undefined,
    })
    expect(sent).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(100)
    expect(await probe).toEqual({ ok: true })
    expect(adapter.state()).toMatchObject({
      state: 'up',
      lastSuccessAt: new Date(NOW + 10_100).toISOString(),
      lastErrorCode: undefined,
    })
  })

  test('rests again when the call that finds out fails', async () => {
    const { adapter, sent } = system(() => fail('SYSTEM_UNAVAILABLE'))
    await times(3, adapter)
    await vi.advanceTimersByTimeAsync(10_000)
    await times(1, adapter)
    expect((await times(1, adapter))[0]).toMatchObject({ until: expect.any(String) })
    expect(sent).toHaveLength(4)
  })

  test('lets the next call find out when the caller of the first goes away', async () => {
    const caller = new AbortController()
    const { adapter, sent } = system((each, count) => {
      if (count <= 3) return fail('SYSTEM_TIMEOUT')
      if (count === 4) setTimeout(() => caller.abort(), 1)
      return count === 4 ? after(100, each) : Promise.resolve({ ok: true })
    })
    await times(3, adapter)
    await vi.advanceTimersByTimeAsync(10_000)
    await outcome(adapter.call('write', {}, context('r-1', caller.signal)), 10)
    expect(await times(1, adapter)).toEqual([{ ok: true }])
    expect(sent).toHaveLength(5)
  })
})

describe('retries', () => {
  const twice = { retries: 2, breaker: { failures: 9, halfOpenAfter: '10s' } }

  test('of a query wait longer each time and end at the last fault', async () => {
    const at: number[] = []
    const { adapter } = system(() => {
      at.push(Date.now() - NOW)
      return fail('SYSTEM_UNAVAILABLE')
    }, twice)
    expect(await outcome(adapter.call('read', {}, context()))).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
      operation: 'read',
    })
    expect(at).toEqual([0, 100, 300])
  })

  test('of a query end with an answer', async () => {
    const { adapter } = system(
      (_sent, count) =>
        count === 1 ? fail('SYSTEM_REPLY_INVALID') : Promise.resolve({ n: count }),
      twice,
    )
    expect(await outcome(adapter.call('read', {}, context()))).toEqual({ n: 2 })
  })

  test.each<[string, string, () => Promise<never>]>([
    ['a mutation', 'write', () => fail('SYSTEM_UNAVAILABLE')],
    ['an operation nobody declared', 'other', () => fail('SYSTEM_UNAVAILABLE')],
    ['a busy system', 'read', () => fail('SYSTEM_BUSY')],
    ['a refusal', 'read', () => fail('SYSTEM_REFUSED')],
    [
      'a fault that is known to be final',
      'read',
      () => fail('SYSTEM_UNAVAILABLE', { retryable: false }),
    ],
    ['rejected input', 'read', () => Promise.reject(new CallerError('INPUT_REJECTED', 'x'))],
    ['a bug', 'read', () => Promise.reject(new TypeError('x'))],
  ])('there are none of %s', async (_name, operation, behave) => {
    const { adapter, sent } = system(behave, twice)
    await outcome(adapter.call(operation, {}, context()))
    expect(sent).toHaveLength(1)
  })

  test('there is none that would begin after the deadline', async () => {
    const { adapter, sent } = system(
      (each) => after(150, each).then(() => fail('SYSTEM_UNAVAILABLE')),
      twice,
    )
    expect(await outcome(adapter.call('quick', {}, context()))).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
    expect(sent).toHaveLength(1)
  })

  test('there is none once the breaker is open', async () => {
    const { adapter, sent } = system(() => fail('SYSTEM_UNAVAILABLE'), {
      retries: 3,
      breaker: { failures: 1, halfOpenAfter: '10s' },
    })
    expect(await outcome(adapter.call('read', {}, context()))).toMatchObject({
      until: expect.any(String),
    })
    expect(sent).toHaveLength(1)
  })
})

describe('identical questions under way', () => {
  test('are asked once within a request, whatever the order of members', async () => {
    const { adapter, sent } = system((each) => after(100, each, { n: 1 }))
    const calls = [
      { a: '1', b: { c: '2', d: [1] } },
      { b: { d: [1], c: '2' }, a: '1' },
    ].map((input) => adapter.call('read', input, context()))
    await vi.advanceTimersByTimeAsync(100)
    const [first, second] = await Promise.all(calls)
    expect(second).toMatchObject({ ...first, via: 'joined', askedBy: 'r-1' })
    expect(first?.via).toBeUndefined()
    expect(sent).toHaveLength(1)
    await outcome(adapter.call('read', { a: '1', b: { c: '2', d: [1] } }, context()))
    expect(sent).toHaveLength(2)
  })

  test.each<[string, [string, Tree, CallContext]]>([
    ['of another request', ['read', { a: '1' }, context('r-2')]],
    ['of another input', ['read', { a: 1 }, context()]],
    ['of another operation', ['quick', { a: '1' }, context()]],
  ])('are asked again when %s', async (_name, other) => {
    const { adapter, sent } = system((each) => after(100, each))
    const calls = [adapter.call('read', { a: '1' }, context()), adapter.call(...other)]
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(calls)
    expect(sent).toHaveLength(2)
  })

  test('are not joined for mutations', async () => {
    const { adapter, sent } = system((each) => after(100, each))
    const calls = [1, 2].map(() => adapter.call('write', {}, context()))
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(calls)
    expect(sent).toHaveLength(2)
  })

  test('one who leaves does not take the others along; the last one does', async () => {
    const { adapter, sent } = system((each) => after(100, each, { n: 1 }))
    const [one, two] = [new AbortController(), new AbortController()]
    const calls = [one, two].map(({ signal }) =>
      outcome(adapter.call('read', {}, context('r-1', signal)), 0),
    )
    one.abort()
    expect(await calls[0]).toMatchObject({
      code: 'SYSTEM_TIMEOUT',
      detail: { reason: 'abandoned' },
    })
    expect(sent[0]?.signal.aborted).toBe(false)
    two.abort()
    expect(await calls[1]).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(sent[0]?.signal.aborted).toBe(true)
  })
})

describe('a maintenance window', () => {
  /** 07:00 to 09:30 in Tehran; now is 08:00. */
  const maintenance = [{ from: '07:00', to: '09:30', zone: 'Asia/Tehran' }]
  const until = '2026-03-10T06:00:00Z'

  test.each(['SYSTEM_TIMEOUT', 'SYSTEM_UNAVAILABLE', 'SYSTEM_MAINTENANCE'] as const)(
    'explains %s, is not retried, and its end is known',
    async (code) => {
      const { adapter, sent } = system(() => fail(code), { maintenance, retries: 2 })
      expect(await outcome(adapter.call('read', {}, context()))).toMatchObject({
        code: 'SYSTEM_MAINTENANCE',
        operation: 'read',
        until,
        detail: { was: code },
      })
      expect(sent).toHaveLength(1)
      expect(adapter.state()).toMatchObject({
        state: 'maintenance',
        lastErrorCode: 'SYSTEM_MAINTENANCE',
      })
    },
  )

  test('explains the deadline and the open breaker as well', async () => {
    const { adapter } = system((each) => after(5_000, each), {
      maintenance,
      breaker: { failures: 1, halfOpenAfter: '10s' },
    })
    const late = await outcome(adapter.call('read', {}, context()), 1_000)
    const open = (await times(1, adapter))[0]
    expect([late, open]).toMatchObject([
      { code: 'SYSTEM_MAINTENANCE', until },
      { code: 'SYSTEM_MAINTENANCE', until },
    ])
  })

  test.each<[string, () => Promise<Tree>, string]>([
    ['a refusal', () => fail('SYSTEM_REFUSED'), 'SYSTEM_REFUSED'],
    ['an answer', () => Promise.resolve({ code: 'ok' }), 'ok'],
  ])('leaves %s as it is', async (_name, behave, code) => {
    const { adapter } = system(behave, { maintenance })
    expect(await outcome(adapter.call('read', {}, context()))).toMatchObject({ code })
    expect(adapter.state().state).toBe('up')
  })

  test('does not excuse a wrong answer', async () => {
    const { adapter } = system(() => fail('SYSTEM_REPLY_INVALID'), { maintenance })
    expect((await times(1, adapter))[0]).toMatchObject({ code: 'SYSTEM_REPLY_INVALID' })
  })

  test('that the system itself announces is not retried, and nobody knows its end', async () => {
    const { adapter, sent } = system(() => fail('SYSTEM_MAINTENANCE'), { retries: 2 })
    expect((await times(1, adapter))[0]).toMatchObject({
      code: 'SYSTEM_MAINTENANCE',
      until: undefined,
    })
    expect(sent).toHaveLength(1)
    expect(adapter.state()).toMatchObject({ state: 'maintenance' })
  })

  test('that was announced explains the open breaker as well, until a call gets another answer', async () => {
    const answers = ['SYSTEM_MAINTENANCE', 'SYSTEM_UNAVAILABLE'] as const
    const { adapter, sent } = system(
      (_each, count) => fail(answers[count - 1] ?? 'SYSTEM_TIMEOUT'),
      {
        breaker: { failures: 1, halfOpenAfter: '10s' },
      },
    )
    const announced = await times(2, adapter)
    expect(announced).toMatchObject([
      { code: 'SYSTEM_MAINTENANCE' },
      { code: 'SYSTEM_MAINTENANCE', operation: 'read', until: undefined },
    ])
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(10_001)
    const gone = await times(2, adapter)
    expect(gone).toMatchObject([{ code: 'SYSTEM_UNAVAILABLE' }, { code: 'SYSTEM_UNAVAILABLE' }])
    expect(sent).toHaveLength(2)
  })

  test('is not the state any more once it is over', async () => {
    const { adapter } = system(() => fail('SYSTEM_UNAVAILABLE'), { maintenance })
    await times(1, adapter)
    vi.setSystemTime(Date.parse(until))
    expect(adapter.state()).toMatchObject({ state: 'unknown' })
    expect((await times(1, adapter))[0]).toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
    expect(adapter.state()).toMatchObject({ state: 'failing' })
  })
})
