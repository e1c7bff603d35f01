import { expect, test } from 'vitest'

import { NORMALISERS } from '../../../adapters/mapping/normalisers.ts'
import { loadVocabulary, normaliserEnum } from '../../../subgraphs/compile/vocabulary.ts'

test('the enum Normaliser has a documented value for each row of the table', () => {
  for (const name of Object.keys(NORMALISERS))
    expect(normaliserEnum()).toMatch(new RegExp(`"\\n  ${name}\\n`))
})

test('the directives are read from schema/directives', async () => {
  const { call, from, subject } = await loadVocabulary()
  expect([call, from, subject].map(({ name }) => name)).toEqual(['call', 'from', 'subject'])
})
