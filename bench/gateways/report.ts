// Windows in, a Markdown table out: medians with the least and the most, ratios of windows of the same round.

import { medianOf, spreadOf, tableOf } from '../figures.ts'
import type { Row, Window } from './measure.ts'

const HEAD = [
  'gateway',
  'CPU-s/1k',
  '× floor',
  'stock Apollo ÷ it',
  'RPS',
  'p50 ms',
  'p99 ms',
  'p99/p50',
  'peak RSS MB',
  'calls/request',
]

export interface Marks {
  readonly floor: string
  readonly stock: string
}

export function reportOf(rows: readonly Row[], marks: Marks): string {
  const floor = rows.find(({ name }) => name === marks.floor)
  const stock = rows.find(({ name }) => name === marks.stock)
  const lines = rows
    .filter(({ windows }) => windows.length > 0)
    .map((row) => [
      row.name,
      spread(row.windows.map(({ cpuMs }) => cpuMs)),
      floor === undefined ? '' : spread(ratios(row, floor)),
      stock === undefined ? '' : spread(ratios(stock, row)),
      median(row, ({ rps }) => rps, 0),
      median(row, ({ p50 }) => p50, 1),
      median(row, ({ p99 }) => p99, 1),
      median(row, ({ p99, p50 }) => p99 / p50, 1),
      Math.max(...row.windows.map(({ peakMb }) => peakMb)).toFixed(0),
      median(row, ({ callsPerRequest }) => callsPerRequest, 2),
    ])
  const notes = rows.flatMap(({ name, notes: said }) =>
    [...said].map((note) => `- ${name}: ${note}`),
  )
  return [tableOf([HEAD, ...lines]), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

/** CPU of one by that of another, round by round. */
function ratios(above: Row, below: Row): readonly number[] {
  const rounds = Math.min(above.windows.length, below.windows.length)
  return Array.from(
    { length: rounds },
    (_, n) => (above.windows[n]?.cpuMs ?? Number.NaN) / (below.windows[n]?.cpuMs ?? Number.NaN),
  )
}

function spread(values: readonly number[]): string {
  const { median: middle, least, most } = spreadOf(values)
  const digits = middle < 10 ? 2 : 1
  if (values.length < 2) return middle.toFixed(digits)
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

function median({ windows }: Row, of: (window: Window) => number, digits: number): string {
  return medianOf(windows.map(of)).toFixed(digits)
}
