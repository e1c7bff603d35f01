import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  validate,
  visit,
} from 'graphql'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const Examples = Type.Array(
  Type.Object({
    title: Type.String(),
    query: Type.String(),
    variables: Type.Optional(Type.String()),
  }),
)
const loaded: unknown = await import(new URL('portal/public/examples.js', `file://${root}`).href)
const { EXAMPLES } = Value.Parse(Type.Object({ EXAMPLES: Examples }), loaded)

/** What all schema files say together, read as data: fields of one type gathered, federation left aside. */
function wholeSchema(): DocumentNode {
  const merged = new Map<string, DefinitionNode>()
  const named = new Set<string>(['String', 'Int', 'Float', 'Boolean', 'ID'])
  const used = new Set<string>()
  for (const file of globSync('subgraphs/*/schema.graphql', { cwd: root })) {
    const bare = visit(parse(readFileSync(`${root}${file}`, 'utf8')), {
      Directive: () => null,
      NamedType: (type) => void used.add(type.name.value),
    })
    for (const definition of bare.definitions) {
      if (!('name' in definition) || definition.name === undefined) continue
      const { value: name } = definition.name
      named.add(name)
      const before = merged.get(name)
      const both =
        definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
        before?.kind === Kind.OBJECT_TYPE_DEFINITION
      merged.set(
        name,
        both
          ? {
              ...definition,
              fields: byName([...(before.fields ?? []), ...(definition.fields ?? [])]),
            }
          : definition,
      )
    }
  }
  const scalars = [...used].filter((name) => !named.has(name)).map((name) => `scalar ${name}`)
  const rest = parse(`directive @provenance on QUERY\n${scalars.join('\n')}`)
  return { kind: Kind.DOCUMENT, definitions: [...merged.values(), ...rest.definitions] }
}

function byName(fields: readonly FieldDefinitionNode[]): FieldDefinitionNode[] {
  return [...new Map(fields.map((field) => [field.name.value, field])).values()]
}

const schema = buildASTSchema(wholeSchema())

it.each(EXAMPLES)(
  '$title is valid against the schemas of the subgraphs',
  ({ query, variables }) => {
    expect(validate(schema, parse(query)).map((error) => error.message)).toEqual([])
    expect(() => JSON.parse(variables ?? '{}')).not.toThrow()
  },
)

it.each(EXAMPLES)('$title stands from the first column on', ({ query }) => {
  expect(query).toMatch(/^(query|mutation)/)
  expect(query).toMatch(/\n {2}\S/)
  expect(query.endsWith('\n}\n')).toBe(true)
})
