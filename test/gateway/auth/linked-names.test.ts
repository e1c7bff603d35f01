import { expect, test } from 'vitest'

import { linkedNames } from '../../../gateway/auth/linked-names.ts'
import { toFullSchema } from '../../../schema/compose/full-schema.ts'

const named = (link: string) =>
  linkedNames(toFullSchema(`schema ${link} { query: Query } type Query { a: Int }`))
const POLICY = 'url: "https://specs.apollo.dev/policy/v0.1"'

test.each([
  ['as it is', `@link(${POLICY}, for: SECURITY)`, 'policy'],
  ['under a namespace', `@link(${POLICY}, as: "may")`, 'may'],
  [
    'under an imported name',
    `@link(${POLICY}, import: [{ name: "@policy", as: "@only" }])`,
    'only',
  ],
])('knows @policy %s', (_, link, name) => {
  expect(named(link)).toEqual({
    authenticated: 'authenticated',
    requiresScopes: 'requiresScopes',
    policy: name,
  })
})
