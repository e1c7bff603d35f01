// Numbers in, text out.

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  }
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median
}

/** `12.3 (10.1–40.2)` */
export function spreadText(values: readonly number[]): string {
  const { median, least, most } = spreadOf(values)
  return `${median.toFixed(1)} (${least.toFixed(1)}–${most.toFixed(1)})`
}

/** A Markdown table, so that a run's output can stand in a document as it is. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}
