import { expect, test } from 'vitest'

import { BoundedCache } from '../../gateway/bounded-cache.ts'

test('forgets the entry that was used least recently', () => {
  const cache = new BoundedCache<string, number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  expect(cache.get('a')).toBe(1)
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
})

test('a heavy entry takes the place of several', () => {
  const cache = new BoundedCache<string, number>(5, (weight) => weight)
  cache.set('a', 2)
  cache.set('b', 2)
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 2, 3])
  cache.set('c', 1)
  cache.set('a', 2)
  expect(cache.size).toBe(3)
  cache.set('d', 6)
  expect(cache.size).toBe(0)
})

test('an entry that is set again stays one entry', () => {
  const cache = new BoundedCache<string, number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.set('b', 3)
  expect([cache.get('a'), cache.get('b')]).toEqual([1, 3])
})
