import { type DocumentNode, parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { buildAccess } from '../../../gateway/auth/access.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { toFullSchema } from '../../../schema/compose/full-schema.ts'
import { callerWith, federate } from '../support/federation.ts'

const { supergraph } = federate({
  a: {
    sdl: `type Query { open: String, me: Me }
      type Me { name: String @policy(policies: [["citizen"]]), mail: String @requiresScopes(scopes: [["email"], ["all", "read"]]), id: ID @authenticated }`,
  },
})
const build = buildAccess({
  supergraph: toFullSchema(supergraph),
  api: toApiSchema(supergraph),
  levels: ['low', 'substantial'],
})
const access = (document: DocumentNode, hash: string, caller: Caller) =>
  build(document, hash, { caller, variables: {}, nowMs: 0 })
const DOCUMENT = parse('{ open me { name mail id } }')
const scoped = (...scopes: string[]): Caller => ({ ...callerWith([]), scopes: new Set(scopes) })

test.each<[string, Caller, string]>([
  ['anonymous', ANONYMOUS, '{ open me { __typename } }'],
  ['with a role', callerWith(['citizen']), '{ open me { name id } }'],
  ['with one scope of two', scoped('all'), '{ open me { id } }'],
  ['with both scopes', scoped('all', 'read'), '{ open me { mail id } }'],
  ['with the other scope', scoped('email'), '{ open me { mail id } }'],
])('leaves of an operation what a caller %s may read', (_, caller, left) => {
  const filtered = access(DOCUMENT, 'hash', caller)
  expect(print(filtered.document)).toBe(print(parse(left)))
  expect(filtered.key).not.toBe('hash')
})

test('keeps document and key where nothing is denied', () => {
  const all = { ...callerWith(['citizen']), scopes: new Set(['email']) }
  const filtered = access(DOCUMENT, 'hash', all)
  expect(filtered.document).toBe(DOCUMENT)
  expect(filtered.key).toBe('hash')
})

test('filters once for callers with the same rights', () => {
  const one = access(DOCUMENT, 'hash', callerWith(['citizen', 'a']))
  expect(access(DOCUMENT, 'hash', callerWith(['b', 'citizen']))).toBe(one)
  expect(access(DOCUMENT, 'hash', callerWith(['b']))).not.toBe(one)
})
