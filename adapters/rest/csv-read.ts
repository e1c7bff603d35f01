// A reply of `text/csv` (RFC 4180) → a list of records by the names of its first line, checked against its model.

import type { Tree, Value } from '../adapter.ts'
import { RFC_4180, splitDelimited } from '../delimited.ts'
import type { Model } from './model.ts'
import { Mismatch } from './read.ts'
import { readXmlText } from './xml-text.ts'

/** Why such a schema is not of rows; undefined when it is. */
export function csvProblem({ kind }: Model): string | undefined {
  const members =
    kind.is === 'list' && kind.of.kind.is === 'object' ? kind.of.kind.members : undefined
  const isFlat = members?.values().every(({ model }) => model.kind.is === 'scalar') === true
  return isFlat ? undefined : 'CSV is a list of objects whose members are values'
}

/** Throws Mismatch. An empty cell is null where the member may be absent. */
export function readCsv(text: string, model: Model): Value {
  const rows = splitDelimited(text, RFC_4180)
  if (rows === undefined) throw new Mismatch('', 'delimited text')
  const header = rows.shift() ?? []
  if (new Set(header).size < header.length) throw new Mismatch('', 'a header without a name twice')
  if (model.kind.is !== 'list') throw new Mismatch('', 'rows')
  const { of } = model.kind
  return rows.map((row, index) => {
    if (row.length !== header.length) throw new Mismatch(`[${index}]`, `${header.length} columns`)
    return readRow(row, header, { of, place: `[${index}]` })
  })
}

function readRow(
  row: readonly string[],
  header: readonly string[],
  { of, place }: { of: Model; place: string },
): Tree {
  if (of.kind.is !== 'object') throw new Mismatch(place, 'a record')
  const entries: [string, Value][] = []
  for (const [name, { model, required }] of of.kind.members) {
    const cell = row[header.indexOf(name)]
    const path = (): string => `${place}.${name}`
    if (cell === undefined) {
      if (required) throw new Mismatch(path(), 'a value, not nothing')
    } else if (cell === '' && (!required || model.nullable)) {
      entries.push([name, null])
    } else {
      entries.push([name, readXmlText(cell, { model, required, path })])
    }
  }
  return Object.fromEntries(entries)
}
