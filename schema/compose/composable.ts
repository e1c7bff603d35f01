// A system's schema.graphql as it lies on disk in, federation 2 SDL out: mapping directives removed, `@link` and the
// definitions of our scalars added.

import {
  type DocumentNode,
  Kind,
  parse,
  print,
  type ScalarTypeDefinitionNode,
  visit,
} from 'graphql'

import { DATE_TIME_SCALAR, JSON_SCALAR } from '../scalars/json.ts'
import { SCALARS } from '../scalars/scalars.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag",
  "@authenticated", "@requiresScopes", "@policy"
])`

const DESCRIPTIONS: ReadonlyMap<string, string | null | undefined> = new Map(
  [...SCALARS.values(), JSON_SCALAR, DATE_TIME_SCALAR].map((scalar) => [
    scalar.name,
    scalar.description,
  ]),
)

/** `mapping`: names of the directives of schema/directives. Throws GraphQLError if the text is not GraphQL. */
export function toComposable(text: string, mapping: ReadonlySet<string>): string {
  const used = new Set<string>()
  const defined = new Set<string>()
  const bare: DocumentNode = visit(parse(text), {
    Directive: ({ name }) => (mapping.has(name.value) ? null : undefined),
    NamedType: ({ name }) => {
      if (DESCRIPTIONS.has(name.value)) used.add(name.value)
    },
    ScalarTypeDefinition: ({ name }) => {
      defined.add(name.value)
    },
  })
  const missing = [...used].filter((name) => !defined.has(name)).toSorted()
  return `${[LINK, ...missing.map((name) => print(toDefinition(name))), print(bare)].join('\n\n')}\n`
}

/** Names of the directives that a definition file declares. */
export function directivesOf(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of parse(text).definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) names.add(node.name.value)
  }
  return names
}

function toDefinition(name: string): ScalarTypeDefinitionNode {
  const description = DESCRIPTIONS.get(name)
  return {
    kind: Kind.SCALAR_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    ...(description ? { description: { kind: Kind.STRING, value: description } } : {}),
  }
}
