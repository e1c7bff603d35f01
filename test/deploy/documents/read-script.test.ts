import { expect, test } from 'vitest'

import { readScript } from '../../../deploy/documents/read-script.ts'

const textsOf = (text: string, file = 'a.ts') =>
  readScript(text, file).sources.map(({ body }) => body.trim())

test.each([
  ['a tag', 'const a = gql`query A { a }`'],
  ['the other tag', 'const a = graphql`query A { a }`'],
  ['a tag of a module', 'const a = apollo.gql`query A { a }`'],
  ['a tag with a type', 'const a = gql<A>`query A { a }`'],
  ['a call', 'const a = graphql(`query A { a }`)'],
  ['a marked template', 'const a = /* GraphQL */ `query A { a }`'],
  ['a marked template in a call', 'use(/* GraphQL */ `query A { a }`)'],
  ['a call with a mark, once', 'graphql(/* GraphQL */ `query A { a }`)'],
  ['a template in JSX', 'const a = <Ask what={gql`query A { a }`} />', 'a.tsx'],
  [
    'a template in plain JavaScript',
    "import { gql } from 'x'\nexport default gql`query A { a }`",
    'a.js',
  ],
  ['a template in a common module', 'module.exports = gql`query A { a }`', 'a.cjs'],
])('finds %s', (_, text, file = 'a.ts') => {
  expect(textsOf(text, file)).toEqual(['query A { a }'])
})

test.each([
  ['a comment', '// gql`query A { a }`'],
  ['a string', 'const a = "gql`query A { a }`"'],
  ['a regular expression', 'const a = /gql`x`/'],
  ['another tag', 'const a = css`query A { a }`'],
  ['a template without a mark', 'const a = `query A { a }`'],
  ['another mark', 'const a = /* css */ `query A { a }`'],
])('finds nothing in %s', (_, text) => {
  expect(readScript(text, 'a.ts')).toEqual({ sources: [], findings: [] })
})

test('an expression between definitions is left to the names of fragments', () => {
  const { sources, findings } = readScript(
    'const a = gql`query A { a { ...F } } # {\n ${F}\n`',
    'a.ts',
  )
  expect(findings).toEqual([])
  expect(sources[0]?.body).not.toContain('$')
})

test.each([
  ['a selection', 'const a =\n  gql`{ a ${b} }`', 2, 13],
  ['an argument', 'gql`query A { a(b: ${b}) }`', 1, 22],
])('refuses an expression in %s with its place', (_, text, line, column) => {
  expect(readScript(text, 'src/a.ts').findings).toEqual([
    { file: 'src/a.ts', line, column, message: expect.stringContaining('expression') },
  ])
})

test('says where a file cannot be parsed', () => {
  expect(readScript('const a = {\n  b: ]', 'a.ts').findings).toEqual([
    { file: 'a.ts', line: 2, column: 6, message: 'cannot be parsed' },
  ])
})

test('a text begins where it stands in its file', () => {
  const [source] = readScript('\nconst a = gql`query A { a }`', 'a.ts').sources
  expect(source?.locationOffset).toEqual({ line: 2, column: 15 })
})

test('reads what an escape means', () => {
  expect(textsOf('gql`query A { a(b: "\\\\d \\`") }`')).toEqual(['query A { a(b: "\\d `") }'])
})
