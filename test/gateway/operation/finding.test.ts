import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

import { toFinding } from '../../../gateway/operation/finding.ts'

const schema = buildSchema('type Query { me: Int }')
const findingsOf = (text: string) => validate(schema, parse(text)).map((error) => toFinding(error))

test('a message is short, however long the name is that it repeats', () => {
  const [finding] = findingsOf(`{ ${'a'.repeat(10_000)} }`)
  expect(finding?.message).toMatch(/^Cannot query field "a+…$/)
  expect(finding?.message.length).toBeLessThan(310)
})

test('a finding points to a few places, however many there are', () => {
  const variables = Array.from({ length: 300 }, () => '$a: Int').join(' ')
  const [finding] = findingsOf(`query (${variables}) { me }`)
  expect(finding?.locations).toHaveLength(4)
  expect(finding?.locations?.[0]).toEqual({ line: 1, column: 9 })
})
