// The form of a service: JSON Schema 2020-12 with Persian titles, and per field where its value is filled from.
// In: the text of form.schema.json. Out: its fields and a validator; findings for what is not a form.

import type { ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Static, Type } from 'typebox'

import type { Finding } from '../../adapters/finding.ts'
import { lineOf, linesOf } from '../folder/json-lines.ts'
import type { Text } from './service-settings.ts'

const closed = { additionalProperties: false } as const
const Bilingual = Type.Object({ fa: Type.String(), en: Type.String() }, closed)
const Prefill = Type.Union([
  Type.Object(
    {
      path: Type.String({ pattern: '^[a-zA-Z]+(\\.[a-zA-Z]+)*$' }),
      editable: Type.Optional(Type.Boolean()),
    },
    {
      ...closed,
      description: 'Response path in prefill.graphql. Editable: a suggestion, never locked.',
    },
  ),
  Type.Object(
    {
      claim: Type.Enum(['nationalId', 'mobile']),
      confirmedBy: Type.Optional(Type.String()),
    },
    {
      ...closed,
      description:
        'What sign-on knows; `confirmedBy`: response path that must be true before it is locked.',
    },
  ),
])
const Field = Type.Object({
  title: Type.String({ minLength: 1 }),
  'x-title-en': Type.String({ minLength: 1 }),
  'x-prefill': Type.Optional(Prefill),
  'x-texts': Type.Optional(Type.Record(Type.String(), Bilingual)),
  type: Type.Enum(['string', 'integer', 'number', 'boolean', 'array', 'object']),
})
const FormSchema = Type.Object({
  $schema: Type.Literal('https://json-schema.org/draft/2020-12/schema'),
  title: Type.String({ minLength: 1 }),
  'x-title-en': Type.String({ minLength: 1 }),
  type: Type.Literal('object'),
  properties: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), Field),
  required: Type.Array(Type.String()),
  additionalProperties: Type.Literal(false),
})

export type PrefillSource = Static<typeof Prefill>

export interface FormField {
  readonly name: string
  readonly title: Text
  readonly required: boolean
  readonly prefill: PrefillSource | undefined
  /** May the value hold Persian digits that mean ASCII ones? */
  readonly digits: boolean
  /** Is this a value that the field may hold? */
  accepts(value: unknown): boolean
}

export interface Form {
  /** As published. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly title: Text
  readonly fields: readonly FormField[]
  /** Every fault of the whole form; empty when it may be submitted. */
  check(answers: Readonly<Record<string, unknown>>): readonly ErrorObject[]
}

const VOCABULARY = ['x-prefill', 'x-title-en', 'x-texts']

export function readForm(file: string, text: string): { form?: Form; findings: Finding[] } {
  let schema: unknown
  try {
    schema = JSON.parse(text)
  } catch {
    return { findings: [{ file, message: 'is not JSON' }] }
  }
  if (!isForm(schema)) return { findings: toFindings(file, text, isForm.errors) }
  try {
    return { form: compileForm(newAjv(), schema), findings: [] }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    return { findings: [{ file, message: `is not a JSON Schema 2020-12: ${reason}` }] }
  }
}

/** What ajv found, each with its line. */
export function toFindings(
  file: string,
  text: string,
  errors: readonly ErrorObject[] | null | undefined,
): Finding[] {
  const lines = linesOf(text)
  return (errors ?? []).map(({ instancePath, message, params }) => ({
    file,
    line: lineOf(lines, instancePath),
    message: `${instancePath || '/'} ${message ?? 'is wrong'} ${JSON.stringify(params)}`,
  }))
}

export function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, validateFormats: true })
  formats.default(ajv)
  ajv.addVocabulary(VOCABULARY)
  return ajv
}

type FormSchema = Static<typeof FormSchema>

const isForm = newAjv().compile<FormSchema>(FormSchema)

function compileForm(ajv: Ajv2020, schema: FormSchema): Form {
  const validate = ajv.compile(schema)
  const fields = Object.entries(schema.properties).map(([name, field]): FormField => {
    const accepts = ajv.compile(field)
    return {
      name,
      title: { fa: field.title, en: field['x-title-en'] },
      required: schema.required.includes(name),
      prefill: field['x-prefill'],
      digits: field.type === 'string' && ('pattern' in field || 'format' in field),
      accepts: (value) => accepts(value),
    }
  })
  return {
    schema,
    title: { fa: schema.title, en: schema['x-title-en'] },
    fields,
    check: (answers) => (validate(answers) ? [] : [...(validate.errors ?? [])]),
  }
}
