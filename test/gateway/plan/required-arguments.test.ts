import { parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { separateRequired, withRequired } from '../../../gateway/plan/required-arguments.ts'
import { supergraphOf } from './supergraph.ts'

const separated = separateRequired(
  supergraphOf({
    goods: `type Query { best: Good } interface Priced { price(in: String): Int }
      type Tag implements Priced { price(in: String): Int }
      type Good @key(fields: "id") { id: ID!, tag: Priced, price(in: String): Int }`,
    posts: `interface Priced { price(in: String): Int } type Tag implements Priced { price(in: String): Int @external }
      type Good @key(fields: "id") { id: ID!, tag: Priced @external, price(in: String): Int @external
        near: Int @requires(fields: "price(in: \\"IRR\\")"), far: Int @requires(fields: "price(in: \\"IRR\\") tag { price(in: \\"EUR\\") }") }`,
  }),
)

/** Between the first line of a type and its last. */
function linesOf(type: string): string {
  const own = new RegExp(`^(?:type|interface) ${type}\\b[^]*?^}`, 'm')
  return own.exec(separated.supergraph)?.[0] ?? ''
}

test('gives each required field with arguments a field of its own, equal ones the same', () => {
  expect([...separated.required.keys()]).toEqual(['_q_0_price', '_q_1_price'])
  expect(linesOf('Good')).toContain('near: Int @join__field(graph: POSTS, requires: "_q_0_price")')
  expect(linesOf('Good')).toContain('requires: "_q_0_price tag{_q_1_price}")')
  expect(Object.fromEntries(separated.needs)).toEqual({
    'Good.near': new Set(['_q_0_price']),
    'Good.far': new Set(['_q_0_price', '_q_1_price']),
  })
})

test('has it where the field is, in those that implement an interface too', () => {
  expect(linesOf('Good')).toContain(
    '_q_0_price: Int @join__field(graph: GOODS) @join__field(graph: POSTS, external: true)',
  )
  expect(linesOf('Priced')).toContain('_q_1_price: Int')
  expect(linesOf('Tag')).toContain('_q_1_price: Int')
  expect(linesOf('Tag')).not.toContain('_q_0_price')
})

test('keeps an external field only where something is still said of it', () => {
  expect(linesOf('Good')).toContain('price(in: String): Int @join__field(graph: GOODS)\n')
  expect(linesOf('Good')).toContain(
    'tag: Priced @join__field(graph: GOODS) @join__field(graph: POSTS, external: true)',
  )
})

test('asks subgraphs for the fields themselves', () => {
  const text = '{ best { _q_0_price tag { a: _q_1_price } } }'
  expect(print(withRequired(parse(text), separated.required)).replaceAll(/\s+/g, ' ')).toBe(
    '{ best { _q_0_price: price(in: "IRR") tag { a: price(in: "EUR") } } }',
  )
})

test('leaves a supergraph without such requirements as it is', () => {
  const sdl = supergraphOf({ a: 'type Query { a(n: Int): Int }' })
  expect(separateRequired(sdl)).toEqual({ supergraph: sdl, required: new Map(), needs: new Map() })
})
