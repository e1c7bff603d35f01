import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { toComposable } from '../../../schema/compose/composable.ts'

test('removes mapping directives and adds links and the scalars that are used', () => {
  const sdl = toComposable(
    parse(`type P @key(fields: "id") @subject(field: "id") @call(operation: "x") {
      id: NationalId! @from(path: "a")
      at: DateTime @from(path: "b", as: [JALALI_SLASHED]) @policy(policies: [["citizen"]])
    }`),
  )
  expect(sdl).toMatch(/federation\/v2\.9/)
  expect(sdl).not.toMatch(/@(call|from)\b/)
  expect(sdl).toMatch(/@key\(fields: "id"\)/)
  expect(sdl).toMatch(/@policy\(policies: \[\["citizen"\]\]\)/)
  expect([...sdl.matchAll(/^scalar (\w+)/gm)].map(([, name]) => name)).toEqual([
    'DateTime',
    'NationalId',
  ])
  expect(() => parse(sdl)).not.toThrow()
})

test('does not define a scalar twice', () => {
  const sdl = toComposable(parse('scalar NationalId type Q { a: NationalId }'))
  expect(sdl.match(/scalar NationalId/g)).toHaveLength(1)
})
