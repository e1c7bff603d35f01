// A subgraph's schema.graphql as it lies on disk in, federation 2 SDL out: mapping directives removed, `@link`s and the
// definitions of our scalars and access directives added. The running gateway and `npm run compose` both read schemas through it.

import { type DocumentNode, Kind, print, type ScalarTypeDefinitionNode, visit } from 'graphql'

import { GEO_JSON_SCALAR } from '../scalars/geo-json.ts'
import { JSON_SCALAR } from '../scalars/json.ts'
import { SCALARS } from '../scalars/scalars.ts'
import { accessPrelude } from './access-directives.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag",
  "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize", "@composeDirective"
])`

/** Those of schema/directives/mapping.graphql. One that is missing here stops composition as an unknown directive. */
const MAPPING: ReadonlySet<string> = new Set(['call', 'from'])

const DESCRIPTIONS: ReadonlyMap<string, string | null | undefined> = new Map(
  [...SCALARS.values(), JSON_SCALAR, GEO_JSON_SCALAR].map((scalar) => [
    scalar.name,
    scalar.description,
  ]),
)

export function toComposable(document: DocumentNode): string {
  const used = new Set<string>()
  const defined = new Set<string>()
  const applied = new Set<string>()
  const bare: DocumentNode = visit(document, {
    Directive: ({ name }) => {
      applied.add(name.value)
      return MAPPING.has(name.value) ? null : undefined
    },
    NamedType: ({ name }) => {
      if (DESCRIPTIONS.has(name.value)) used.add(name.value)
    },
    ScalarTypeDefinition: ({ name }) => {
      defined.add(name.value)
    },
  })
  const missing = [...used].filter((name) => !defined.has(name)).toSorted()
  const scalars = missing.map((name) => print(toDefinition(name)))
  const parts = [LINK, accessPrelude(document, applied), ...scalars, print(bare)]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function toDefinition(name: string): ScalarTypeDefinitionNode {
  const description = DESCRIPTIONS.get(name)
  return {
    kind: Kind.SCALAR_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    ...(description ? { description: { kind: Kind.STRING, value: description } } : {}),
  }
}
