// Delimited text (RFC 4180 and its dialects) as rows of cells. Rows may be of any width: whoever reads them decides.

import { parse } from 'csv-parse/sync'

export interface Dialect {
  readonly delimiter: string
  /** Null: quotes are ordinary characters. */
  readonly quote: string | null
  /** What a line begins with that is none of the data. */
  readonly comment?: string | undefined
}

export const RFC_4180: Dialect = { delimiter: ',', quote: '"' }

/** Undefined when quotes do not close. Lines without anything are none. */
export function splitDelimited(text: string, { delimiter, quote, comment }: Dialect) {
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      quote,
      comment: comment ?? '',
      comment_no_infix: true,
      bom: true,
      // All of them at once: told by the first line alone, a file of two kinds would have lines within a cell.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
    })
    return rows
  } catch {
    // The parser's message quotes the text, so the error is not kept.
    return undefined
  }
}
