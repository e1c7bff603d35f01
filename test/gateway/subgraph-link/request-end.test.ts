import { getEventListeners } from 'node:events'

import { expect, test } from 'vitest'

import { atRequestEnd } from '../../../gateway/subgraph-link/request-end.ts'

test('one listener tells all who still wait, once', () => {
  const request = new AbortController()
  const told: string[] = []
  atRequestEnd(request.signal, () => told.push('a'))
  const back = atRequestEnd(request.signal, () => told.push('b'))
  atRequestEnd(request.signal, () => told.push('c'))
  expect(getEventListeners(request.signal, 'abort')).toHaveLength(1)
  back()
  request.abort()
  request.abort()
  expect(told).toEqual(['a', 'c'])
})

test('nothing stays at a signal when nobody waits, and it can be waited for again', () => {
  const request = new AbortController()
  const told: string[] = []
  const first = atRequestEnd(request.signal, () => told.push('first'))
  first()
  first()
  expect(getEventListeners(request.signal, 'abort')).toHaveLength(0)
  atRequestEnd(request.signal, () => told.push('second'))
  first()
  request.abort()
  expect(told).toEqual(['second'])
})
