// A GraphQL text inside a file, with the place where it stands, so that a finding names a line that somebody can open.

import { type GraphQLError, Source } from 'graphql'

export interface Finding {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly message: string
}

/** A text that begins at this place of its file. */
export function toSource(text: string, file: string, line = 1, column = 1): Source {
  return new Source(text, file, { line, column })
}

/** Where in its file an error stands. */
export function toFinding({ message, source, locations }: GraphQLError): Finding {
  const [place = { line: 1, column: 1 }] = locations ?? []
  if (source === undefined) return { file: '', line: 1, column: 1, message }
  const { line, column } = source.locationOffset
  return {
    file: source.name,
    line: line + place.line - 1,
    column: place.line === 1 ? column + place.column - 1 : place.column,
    message,
  }
}

export function toLine({ file, line, column, message }: Finding): string {
  return `${file}:${line}:${column} ${message}`
}
