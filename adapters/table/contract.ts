// A table contract: `contract/table.json`, the description of systems that answer with delimited text over HTTP or drop it as
// files. One operation, or `{"operations": […]}` of several. There is no standard that says charset and query together.

import { type Static, Type } from 'typebox'
import { Check, Errors } from 'typebox/value'

import type { Finding } from '../finding.ts'
import { doubledName } from '../json-names.ts'
import { parseJson } from '../parse-json.ts'
import { isCharset } from '../transport/content.ts'

const closed = { additionalProperties: false } as const

const Kind = Type.Union([Type.Literal('string'), Type.Literal('exact')], {
  description: 'string: any text. exact: digits with an optional fraction; an empty cell is null.',
})

const TableOperation = Type.Object(
  {
    operation: Type.String(),
    method: Type.Optional(
      Type.Union([Type.Literal('GET'), Type.Literal('POST')], {
        description: 'POST sends the query as a form. Default GET.',
      }),
    ),
    format: Type.Optional(
      Type.Union([Type.Literal('delimited'), Type.Literal('html-table'), Type.Literal('fixed')], {
        description:
          'delimited (default): RFC 4180 and its dialects. html-table: a table of a web page. fixed: columns of a fixed width.',
      }),
    ),
    path: Type.String({
      description:
        'Joined to the address. Of a file address: below its folder; `*` in the last part means the newest of such files.',
    }),
    query: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          type: Kind,
          required: Type.Boolean(),
          column: Type.Optional(
            Type.String({
              description:
                'Not sent: only rows with this value in that column are kept, where a system always gives all.',
            }),
          ),
        },
        closed,
      ),
    ),
    charset: Type.Optional(
      Type.String({
        description: 'Of the query, and of replies that declare none. Default UTF-8.',
      }),
    ),
    delimiter: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4, description: 'Of delimited text.' }),
    ),
    empty: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Words of a page or text without rows that say that there are none.',
      }),
    ),
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
    columns: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          type: Kind,
          header: Type.Optional(
            Type.String({ description: 'Name in the first line, where it is not `name`.' }),
          ),
          width: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Characters of a fixed column.' }),
          ),
        },
        closed,
      ),
      { minItems: 1 },
    ),
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
  const doubled = json === undefined ? undefined : doubledName(text)
  if (doubled !== undefined) {
    const message = `has ${doubled.name} twice in one object; keep one`
    findings.push({ file, line: doubled.line, message })
  }
  const operations = listed(json).filter((each): each is TableOperation =>
    isOperation(each, report),
  )
  const twice = firstTwice(operations.map(({ operation }) => operation))
  if (twice !== undefined) report(`operation "${twice}" stands twice`)
  return operations
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, at) => names.indexOf(name) !== at)
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
  const problem = Check(TableOperation, value) ? problemOf(value) : undefined
  if (problem !== undefined) report(problem)
  if (problem !== undefined) return false
  const charset = charsetOf(value)
  if (charset === undefined || isCharset(charset)) return true
  report(`charset "${charset}" is not known here`)
  return false
}

/** What the format needs beside the schema. */
function problemOf({ format = 'delimited', delimiter, columns, query }: TableOperation) {
  if (format === 'delimited' && delimiter === undefined) return 'delimited text needs a delimiter'
  const bare = columns.find(({ width }) => width === undefined)
  if (format === 'fixed' && bare) return `fixed text needs the width of column "${bare.name}"`
  const twice = twiceIn(columns, query)
  if (twice !== undefined) return twice
  const unknown = query.find(({ column }) => column && !columns.some(({ name }) => name === column))
  return unknown && `query "${unknown.name}": there is no column "${unknown.column}"`
}

/** One of two of a name would hide the other. */
function twiceIn(columns: readonly TableColumn[], query: readonly TableQuery[]) {
  const column = firstTwice(columns.map(({ name }) => name))
  if (column !== undefined) return `column "${column}" stands twice`
  const header = firstTwice(columns.map(({ name, header: named = name }) => named))
  if (header !== undefined) return `two columns have the header "${header}"`
  const asked = firstTwice(query.map(({ name }) => name))
  return asked === undefined ? undefined : `query "${asked}" stands twice`
}

function charsetOf(value: unknown): string | undefined {
  const named = typeof value === 'object' && value !== null && 'charset' in value
  return named && typeof value.charset === 'string' ? value.charset : undefined
}
