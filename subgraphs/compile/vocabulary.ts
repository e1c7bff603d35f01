// The mapping directives as definitions, and what an SDL needs around it. In: schema/directives and the normaliser table.
// Out: directive definitions to check a system's schema with, and the SDL that composition reads.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import {
  buildSchema,
  type DocumentNode,
  type GraphQLDirective,
  isEnumType,
  Kind,
  print,
  type ScalarTypeDefinitionNode,
  visit,
} from 'graphql'

import { NORMALISERS } from '../../adapters/mapping/normalisers.ts'
import { invariant } from '../../schema/errors.ts'
import { SCALARS } from '../../schema/scalars/scalars.ts'

const MAPPING_FILE = fileURLToPath(
  new URL('../../schema/directives/mapping.graphql', import.meta.url),
)

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag",
  "@authenticated", "@requiresScopes", "@policy"
])`

export interface Vocabulary {
  readonly call: GraphQLDirective
  readonly from: GraphQLDirective
  readonly subject: GraphQLDirective
}

/** SDL of the enum `Normaliser`, from the table. */
export function normaliserEnum(): string {
  const values = Object.entries(NORMALISERS).map(
    ([name, { description, quirks }]) =>
      `  ${JSON.stringify(`${description} (${quirks.join(', ')})`)}\n  ${name}`,
  )
  return `"Repairs of one value; a new one is a row in adapters/mapping/normalisers.ts."\nenum Normaliser {\n${values.join('\n')}\n}\n`
}

export async function loadVocabulary(): Promise<Vocabulary> {
  const text = await readFile(MAPPING_FILE, 'utf8')
  const schema = buildSchema(`${text}\n${normaliserEnum()}`)
  const [call, from, subject] = ['call', 'from', 'subject'].map((name) => schema.getDirective(name))
  invariant(call && from && subject, 'schema/directives/mapping.graphql defines all directives')
  invariant(isEnumType(schema.getType('Normaliser')), 'the enum Normaliser is made')
  return { call, from, subject }
}

/** Federation 2 SDL without mapping directives, with `@link` and definitions of the scalars that it uses. */
export function toComposable(document: DocumentNode): string {
  const used = new Set<string>()
  const bare = visit(document, {
    Directive: ({ name }) =>
      name.value === 'call' || name.value === 'from' || name.value === 'subject' ? null : undefined,
    NamedType: ({ name }) => {
      if (SCALARS.has(name.value)) used.add(name.value)
    },
  })
  const scalars = [...used].toSorted().map((name) => print(toDefinition(name)))
  return `${[LINK, ...scalars, print(bare)].join('\n\n')}\n`
}

function toDefinition(name: string): ScalarTypeDefinitionNode {
  return {
    kind: Kind.SCALAR_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    description: { kind: Kind.STRING, value: SCALARS.get(name)?.description ?? '', block: false },
  }
}
