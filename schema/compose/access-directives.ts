// The access directives of the house (schema/directives/access.graphql) as what a subgraph's schema says of them: where they
// are specified, how they are defined, and that composition is to keep them.

import { readFileSync } from 'node:fs'

import { type DirectiveDefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'

/** Without its version. */
export const ACCESS_SPEC = 'https://specs.panjareh.example/access'
export const ACCESS_URL = `${ACCESS_SPEC}/v0.1`

export const ACCESS_DIRECTIVES = ['subject', 'purpose', 'assurance'] as const

/** Values of `@subject(others:)`, the strictest last. */
export const SUBJECT_OTHERS: readonly string[] = ['anyone', 'case']

const FILE = new URL('../directives/access.graphql', import.meta.url)

/** Without descriptions, which every subgraph would bring to the supergraph. */
const definitions: readonly DirectiveDefinitionNode[] = visit(
  parse(readFileSync(FILE, 'utf8'), { noLocation: true }),
  {
    DirectiveDefinition: (node) => ({ ...node, description: undefined }),
    InputValueDefinition: (node) => ({ ...node, description: undefined }),
  },
).definitions.filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION)

/** What a schema needs that uses some of them; empty if it uses none, or says all this itself. */
export function accessPrelude(document: DocumentNode, used: ReadonlySet<string>): string {
  const own = new Set(
    document.definitions
      .filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION)
      .map(({ name }) => name.value),
  )
  const needed = definitions.filter(({ name }) => used.has(name.value) && !own.has(name.value))
  if (needed.length === 0) return ''
  const names = needed.map(({ name }) => `"@${name.value}"`)
  const link = `@link(url: "${ACCESS_URL}", import: [${names.join(', ')}])`
  const kept = names.map((name) => `@composeDirective(name: ${name})`)
  return [`extend schema ${[link, ...kept].join(' ')}`, ...needed.map((node) => print(node))].join(
    '\n\n',
  )
}
