// The mapping directives as definitions. In: schema/directives and the normaliser table. Out: directive definitions to
// check a system's schema with.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { buildSchema, type GraphQLDirective, isEnumType } from 'graphql'

import { NORMALISERS } from '../../adapters/mapping/normalisers.ts'
import { invariant } from '../../schema/errors.ts'

const FILES = ['mapping', 'access'].map((name) =>
  fileURLToPath(new URL(`../../schema/directives/${name}.graphql`, import.meta.url)),
)

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
  const texts = await Promise.all(FILES.map((file) => readFile(file, 'utf8')))
  const schema = buildSchema([...texts, normaliserEnum()].join('\n'))
  const [call, from, subject] = ['call', 'from', 'subject'].map((name) => schema.getDirective(name))
  invariant(call && from && subject, 'schema/directives defines all directives')
  invariant(isEnumType(schema.getType('Normaliser')), 'the enum Normaliser is made')
  return { call, from, subject }
}
