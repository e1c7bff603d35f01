import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { Programs } from '../../../gateway/execute/program.ts'
import { executionOf, fetch, MEETS } from './made-by-hand.ts'

const schema = buildSchema('type Query { a: Int, b: Int }')
const TEXT = 'query ($x: Boolean!, $y: Int) { a @skip(if: $x) b @include(if: $x) }'
const nobody = () => undefined
const denied = () => ({ code: 'FORBIDDEN' }) as const

function openPrograms() {
  const programs = new Programs(schema, MEETS)
  const plans = [fetch('s', '{ a }'), fetch('s', '{ b }')]
  const execution = executionOf(TEXT, { plan: plans[0] ?? fetch('s', '{ a }'), denied: nobody })
  return { programs, plans, execution }
}

test('a program is compiled once for a plan and the values that decide', () => {
  const { programs, plans, execution } = openPrograms()
  const of = (x: boolean, y: number, plan = execution.plan) =>
    programs.of({ ...execution, plan, variables: { x, y } })
  expect(of(true, 2)).toBe(of(true, 1))
  expect(of(false, 1)).not.toBe(of(true, 1))
  const other = of(true, 1, plans[1])
  expect(other).not.toBe(of(true, 1))
  expect(of(true, 1, plans[1])).toBe(other)
})

test('callers of other rights have other programs', () => {
  const { programs, execution } = openPrograms()
  const closed = programs.of({ ...execution, denied })
  expect(programs.of(execution)).not.toBe(closed)
  expect(programs.of({ ...execution, denied })).toBe(closed)
})

test('no more than some are remembered, however many values a client tries', () => {
  const names = Array.from({ length: 6 }, (_, index) => `v${index}`)
  const declared = names.map((name) => `$${name}: Boolean!`).join(', ')
  const fields = names.map((name) => `${name}: a @skip(if: $${name})`).join(' ')
  const execution = executionOf(`query (${declared}) { ${fields} }`, { plan: fetch('s', '{ a }') })
  const programs = new Programs(schema, MEETS)
  const of = (number: number) => {
    const values = names.map((name, bit) => [name, Math.floor(number / 2 ** bit) % 2 === 1])
    return programs.of({ ...execution, variables: Object.fromEntries(values) })
  }
  const first = of(0)
  expect(of(0)).toBe(first)
  for (let number = 1; number < 64; number += 1) of(number)
  expect(of(0)).not.toBe(first)
})
