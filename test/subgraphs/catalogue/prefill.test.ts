// Every service's question is asked of the real graph: composed from the folders as they lie here.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  getNamedType,
  type GraphQLSchema,
  isEnumType,
  isObjectType,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { expect, test } from 'vitest'

import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import { compose } from '../../../schema/compose/compose.ts'
import { loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'
import type { FormField } from '../../../subgraphs/catalogue/form.ts'

const ROOT = join(import.meta.dirname, '../../..')
const log = { info() {}, warn() {}, error() {} }
const { services } = await loadCatalogue({
  folder: join(ROOT, 'subgraphs/catalogue/services'),
  log,
})
const schema = composeAll()
const cases = [...services.values()].map((service) => [service.slug, service] as const)

test.each(cases)('the prefill of %s is valid in the supergraph', (_slug, { prefill }) => {
  expect(validate(schema, parse(prefill.document), specifiedRules)).toEqual([])
})

test.each(cases)('the inquiries of %s name systems that exist', (_slug, { inquiries }) => {
  for (const { system } of inquiries) {
    expect(globSync(`subgraphs/${system}/system.json`, { cwd: ROOT }), system).toHaveLength(1)
  }
})

test.each(cases)('the form of %s takes every code that the graph can give', (_slug, { form }) => {
  for (const field of form.fields) {
    const codes = enumOf(field)
    for (const code of codes) expect(field.accepts(code), `${field.name} ${code}`).toBe(true)
  }
  expect(form.fields.flatMap(enumOf).length).toBeGreaterThan(0)
})

function enumOf({ prefill }: FormField): readonly string[] {
  if (!prefill || !('path' in prefill)) return []
  let type = schema.getQueryType() ?? undefined
  for (const step of prefill.path.split('.')) {
    const next = type && getNamedType(type.getFields()[step]?.type)
    if (isEnumType(next)) return next.getValues().map(({ name }) => name)
    type = isObjectType(next) ? next : undefined
  }
  return []
}

function composeAll(): GraphQLSchema {
  const subgraphs = globSync('subgraphs/*/schema.graphql', { cwd: ROOT }).map((file) => ({
    name: file.split(/[\\/]/)[1] ?? '',
    sdl: toComposable(parse(readFileSync(join(ROOT, file), 'utf8'))),
  }))
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  return toApiSchema(supergraph ?? '')
}
