import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { directivesOf, toComposable } from '../../../schema/compose/composable.ts'

test('removes mapping directives and adds links and the scalars that are used', () => {
  const sdl = toComposable(
    'type P @key(fields: "id") @subject(field: "id") { id: NationalId! @from(path: "a") }',
    new Set(['from', 'subject']),
  )
  expect(sdl).not.toMatch(/@from|@subject/)
  expect(sdl).toMatch(/@key\(fields: "id"\)/)
  expect(sdl).toMatch(/scalar NationalId/)
  expect(sdl).not.toMatch(/scalar PostCode/)
  expect(() => parse(sdl)).not.toThrow()
})

test('does not define a scalar twice', () => {
  const sdl = toComposable('scalar NationalId type Q { a: NationalId }', new Set())
  expect(sdl.match(/scalar NationalId/g)).toHaveLength(1)
})

test('reads the names of directives from their definitions', () => {
  const names = directivesOf('directive @a on OBJECT input I { x: Int } directive @b on ENUM')
  expect(names).toEqual(new Set(['a', 'b']))
})
