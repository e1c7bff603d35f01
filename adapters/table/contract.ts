// A table contract: `contract/table.json`, the description of systems that answer with delimited text over HTTP.
// One operation, or `{"operations": […]}` of several. There is no standard that says charset and query together.

import { type Static, Type } from 'typebox'
import { Errors } from 'typebox/value'

import type { Finding } from '../finding.ts'
import { parseJson } from '../parse-json.ts'
import { isCharset } from '../transport/content.ts'

const closed = { additionalProperties: false } as const

const Kind = Type.Union([Type.Literal('string'), Type.Literal('exact')], {
  description: 'string: any text. exact: digits with an optional fraction; an empty cell is null.',
})

const TableOperation = Type.Object(
  {
    operation: Type.String(),
    path: Type.String({ description: 'Joined to the address.' }),
    query: Type.Array(
      Type.Object({ name: Type.String(), type: Kind, required: Type.Boolean() }, closed),
    ),
    charset: Type.Optional(
      Type.String({
        description: 'Of the query, and of replies that declare none. Default UTF-8.',
      }),
    ),
    delimiter: Type.String({ minLength: 1, maxLength: 4 }),
    quote: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()], {
        description:
          'Default the double quote of RFC 4180; null where quotes are ordinary characters.',
      }),
    ),
    comment: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4,
        description: 'What a line begins with that is none of the data.',
      }),
    ),
    header: Type.Boolean({
      description:
        'The first line names the columns, in any order; otherwise they stand by position.',
    }),
    columns: Type.Array(Type.Object({ name: Type.String(), type: Kind }, closed), { minItems: 1 }),
  },
  closed,
)

export type TableOperation = Static<typeof TableOperation>
export type TableColumn = TableOperation['columns'][number]
export type TableQuery = TableOperation['query'][number]

/** Operations that are well formed; everything that is wrong is added to `findings`. */
export function parseContract(file: string, text: string, findings: Finding[]): TableOperation[] {
  const report = (message: string): void => void findings.push({ file, message })
  const json = parseJson(text)
  if (json === undefined) report('is not JSON')
  return listed(json).filter((each): each is TableOperation => isOperation(each, report))
}

function listed(json: unknown): readonly unknown[] {
  if (json === undefined) return []
  const several = typeof json === 'object' && json !== null && 'operations' in json
  return several && Array.isArray(json.operations) ? json.operations : [json]
}

function isOperation(value: unknown, report: (message: string) => void): value is TableOperation {
  const errors = Errors(TableOperation, value)
  for (const error of errors) report(`${error.instancePath || 'the operation'} ${error.message}`)
  if (errors.length > 0) return false
  const charset = charsetOf(value)
  if (charset === undefined || isCharset(charset)) return true
  report(`charset "${charset}" is not known here`)
  return false
}

function charsetOf(value: unknown): string | undefined {
  const named = typeof value === 'object' && value !== null && 'charset' in value
  return named && typeof value.charset === 'string' ? value.charset : undefined
}
