import { beforeEach, describe, expect, test } from 'vitest'

import { Breaker } from '../../../adapters/resilience/breaker.ts'

let clock = 0
let opened: number[] = []
let breaker: Breaker

beforeEach(() => {
  clock = 1_000
  opened = []
  breaker = new Breaker({
    system: 'sys',
    failures: 3,
    restMs: 10_000,
    now: () => clock,
    opened: (until) => opened.push(until),
  })
})

/** Whether the call was let through. */
function call(operation: string, outcome: 'well' | 'unwell' | 'unknown'): boolean {
  try {
    breaker.settle(breaker.admit(operation), outcome)
    return true
  } catch {
    return false
  }
}

describe('one operation that fails while others are answered', () => {
  test('is stopped alone', () => {
    for (let n = 0; n < 3; n += 1) {
      call('broken', 'unwell')
      call('fine', 'well')
    }
    expect(call('broken', 'well')).toBe(false)
    expect(call('fine', 'well')).toBe(true)
    expect(breaker.isOpen).toBe(false)
    expect(opened).toEqual([])
    clock += 10_000
    expect(call('broken', 'well')).toBe(true)
    expect(call('broken', 'well')).toBe(true)
  })

  test('rests again when its probe fails, and the others go on', () => {
    for (const outcome of ['unwell', 'unwell', 'unwell'] as const) {
      call('broken', outcome)
      call('fine', 'well')
    }
    clock += 10_000
    expect(call('broken', 'unwell')).toBe(true)
    expect(call('broken', 'well')).toBe(false)
    expect(call('fine', 'well')).toBe(true)
  })
})

test('failures of several operations in a row stop the system, all of it', () => {
  for (const operation of ['a', 'b', 'c']) call(operation, 'unwell')
  expect(opened).toEqual([11_000])
  expect(['a', 'b', 'c', 'd'].map((each) => call(each, 'well'))).toEqual([
    false,
    false,
    false,
    false,
  ])
  clock += 10_000
  expect(['a', 'b', 'c', 'd'].map((each) => call(each, 'well'))).toEqual([true, true, true, true])
})

test('calls of before the rest that end within it change nothing', () => {
  const [early, late] = [breaker.admit('a'), breaker.admit('a')]
  for (let n = 0; n < 3; n += 1) call('a', 'unwell')
  breaker.settle(early, 'well')
  expect(call('a', 'well')).toBe(false)
  clock += 9_999
  breaker.settle(late, 'unwell')
  clock += 1
  expect(call('a', 'well')).toBe(true)
})

test('one call at a time finds out; one of which nobody heard makes room for the next', () => {
  for (let n = 0; n < 3; n += 1) call('a', 'unwell')
  clock += 10_000
  const probe = breaker.admit('a')
  expect(call('a', 'well')).toBe(false)
  breaker.settle(probe, 'unknown')
  expect(call('a', 'well')).toBe(true)
  expect(breaker.isOpen).toBe(false)
})

test('warned by another copy, one failure is enough, as long as the warning says', () => {
  breaker.warned(clock + 5_000)
  expect(call('a', 'well')).toBe(true)
  call('a', 'unwell')
  expect(call('a', 'well')).toBe(false)
  clock += 10_000
  call('a', 'well')
  call('a', 'unwell')
  expect(call('a', 'well')).toBe(true)
})
