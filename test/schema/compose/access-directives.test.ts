import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { accessPrelude } from '../../../schema/compose/access-directives.ts'
import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import { compose } from '../../../schema/compose/compose.ts'

const composed = (...schemas: readonly string[]): string => {
  const subgraphs = schemas.map((text, at) => ({ name: `s${at}`, sdl: toComposable(parse(text)) }))
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  return supergraph ?? ''
}

const field = (demands: string) =>
  `type Query { a: Int @shareable ${demands} } type P @key(fields: "id") @subject(field: "id") { id: ID! }`

test('a schema is given what it uses and nothing else', () => {
  const document = parse('type P @key(fields: "id") { id: ID! }')
  expect(accessPrelude(document, new Set(['key']))).toBe('')
  const prelude = accessPrelude(document, new Set(['key', 'purpose']))
  expect(prelude).toContain('import: ["@purpose"]')
  expect(prelude).toContain('@composeDirective(name: "@purpose")')
  expect(prelude).toMatch(/directive @purpose\(codes: \[String!\]!\) repeatable on /)
  expect(prelude).not.toMatch(/assurance|subject/)
})

test('a schema that defines a directive itself links it itself', () => {
  const document = parse('directive @purpose(codes: [String!]!) repeatable on OBJECT')
  expect(accessPrelude(document, new Set(['purpose']))).toBe('')
})

test('demands of several subgraphs stand beside each other, each once', () => {
  const supergraph = composed(
    field('@assurance(acr: "low", maxAge: 60) @purpose(codes: ["x"])'),
    field('@assurance(acr: "low", maxAge: 60) @purpose(codes: ["y"])'),
    field('@assurance(acr: "substantial")'),
  )
  const line = supergraph.split('\n').find((one) => one.trimStart().startsWith('a: Int')) ?? ''
  expect(line.match(/@assurance\([^)]*\)/g)).toEqual([
    '@assurance(acr: "low", maxAge: 60)',
    '@assurance(acr: "substantial")',
  ])
  expect(line.match(/@purpose\([^)]*\)/g)).toEqual([
    '@purpose(codes: ["x"])',
    '@purpose(codes: ["y"])',
  ])
  expect(supergraph.match(/@subject\(field: "id"\)/g)).toHaveLength(1)
})

test('clients see none of them', () => {
  const sdl = composed('type Query { a: Int @assurance(acr: "low") @purpose(codes: ["x"]) }')
  const names = toApiSchema(sdl)
    .getDirectives()
    .map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['include', 'skip']))
  expect(names.filter((name) => /assurance|purpose|subject/.test(name))).toEqual([])
})
