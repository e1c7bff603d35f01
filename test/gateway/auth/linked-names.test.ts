import { expect, test } from 'vitest'

import { linkedNames } from '../../../gateway/auth/linked-names.ts'
import { toFullSchema } from '../../../schema/compose/full-schema.ts'

const named = (link: string, name: string) =>
  linkedNames(toFullSchema(`schema ${link} { query: Query } type Query { a: Int }`)).get(name)
const POLICY = 'url: "https://specs.apollo.dev/policy/v0.1"'
const FEDERATION = 'url: "https://specs.apollo.dev/federation/v2.9"'
const ACCESS = 'url: "https://specs.panjareh.example/access/v0.1"'

test.each<[string, string, string, string]>([
  ['as it is', `@link(${POLICY}, for: SECURITY)`, 'policy', 'policy'],
  ['that nothing links', '', 'policy', 'policy'],
  ['under a namespace', `@link(${POLICY}, as: "may")`, 'may', 'policy'],
  ['imported', `@link(${POLICY}, as: "may", import: ["@policy"])`, 'policy', 'policy'],
  [
    'under an imported name',
    `@link(${POLICY}, import: [{ name: "@policy", as: "@only" }])`,
    'only',
    'policy',
  ],
  ['under a prefix', `@link(${POLICY}, as: "may")`, 'may__policy', 'policy'],
  ['of core', '@core(feature: "https://specs.apollo.dev/policy/v0.1", as: "may")', 'may', 'policy'],
  ['linked twice', `@link(${POLICY}, as: "one") @link(${POLICY}, as: "two")`, 'one', 'policy'],
  ['of the federation', `@link(${FEDERATION}, as: "fed")`, 'fed__authenticated', 'authenticated'],
  [
    'of the federation under another name',
    `@link(${FEDERATION}, import: [{ name: "@requiresScopes", as: "@scoped" }])`,
    'scoped',
    'requiresScopes',
  ],
  ['of the house', `@link(${ACCESS}, import: ["@purpose"])`, 'purpose', 'purpose'],
  ['of the house under a prefix', `@link(${ACCESS})`, 'access__assurance', 'assurance'],
  [
    'of the house under another name',
    `@link(${ACCESS}, import: [{ name: "@subject", as: "@about" }])`,
    'about',
    'subject',
  ],
])('knows a directive %s', (_, link, name, directive) => {
  expect(named(link, name)).toBe(directive)
})

test('knows what an extension of the schema links', () => {
  const sdl = `schema { query: Query } extend schema @link(${POLICY}, as: "may") type Query { a: Int }`
  expect(linkedNames(toFullSchema(sdl)).get('may')).toBe('policy')
})

test('a name of the house that nothing links is not its directive', () => {
  expect(named('', 'purpose')).toBeUndefined()
})
