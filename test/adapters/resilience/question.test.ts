import { expect, test } from 'vitest'

import { canonical, Names, questionKey } from '../../../adapters/resilience/question.ts'
import { asking } from './a-system.ts'

test('the order of members does not matter, that of a list and the kind of a value do', () => {
  expect(canonical({ a: 1, b: { c: [1, 2], d: null } })).toBe(
    canonical({ b: { d: null, c: [1, 2] }, a: 1 }),
  )
  expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }))
  expect(canonical({ a: '1' })).not.toBe(canonical({ a: 1 }))
  expect(canonical({ a: null })).not.toBe(canonical({}))
  expect(canonical({ 'a":1,"b': 1 })).not.toBe(canonical({ a: 1, b: 1 }))
})

test('a name shows nothing of the question, and is another in another scope or with another secret', () => {
  const question = questionKey(
    { operation: 'read', input: { id: '0004120371' }, context: asking('r', 'citizen s-1') },
    false,
  )
  const secret = new Uint8Array(32)
  const name = new Names('sys v1', secret).nameOf(question)
  expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(name).not.toContain('0004120371')
  expect(new Names('sys v1', secret).nameOf(question)).toBe(name)
  expect(new Names('sys v2', secret).nameOf(question)).not.toBe(name)
  expect(new Names('sys v1').nameOf(question)).not.toBe(new Names('sys v1').nameOf(question))
})
