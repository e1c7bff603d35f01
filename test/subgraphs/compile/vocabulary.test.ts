import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { NORMALISERS } from '../../../adapters/mapping/normalisers.ts'
import {
  loadVocabulary,
  normaliserEnum,
  toComposable,
} from '../../../subgraphs/compile/vocabulary.ts'

test('the enum Normaliser has a documented value for each row of the table', () => {
  for (const name of Object.keys(NORMALISERS))
    expect(normaliserEnum()).toMatch(new RegExp(`"\\n  ${name}\\n`))
})

test('the directives are read from schema/directives', async () => {
  const { call, from, subject } = await loadVocabulary()
  expect([call, from, subject].map(({ name }) => name)).toEqual(['call', 'from', 'subject'])
})

test('composition sees the scalars that are used, access directives, and no mapping', () => {
  const sdl = toComposable(
    parse(`type Person @key(fields: "id") @subject(field: "id") @call(operation: "x") {
      id: NationalId! @from(path: "nin")
      born: Date @from(path: "b", as: [JALALI_SLASHED]) @policy(policies: [["citizen"]])
    }`),
  )
  expect(sdl).toContain('federation/v2.9')
  expect(sdl).toContain('scalar NationalId')
  expect(sdl).toContain('scalar Date')
  expect(sdl).not.toContain('scalar Rial')
  expect(sdl).toContain('@policy(policies: [["citizen"]])')
  expect(sdl).not.toMatch(/@(call|from|subject)/)
})
