// Windows in, a Markdown table out: medians with the least and the most, ratios of windows of the same round.

import { medianOf, spreadOf, tableOf } from '../figures.ts'
import {
  FLOOR,
  HIVE,
  HIVE_SHARING_REQUESTS,
  type Kind,
  OURS,
  OURS_SHARING_CALLS,
  OURS_SHARING_REQUESTS,
  STOCK,
} from './kinds.ts'
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
  'busy',
  'peak RSS MB',
  'calls/request',
]

export function reportOf(rows: readonly Row[]): string {
  const floor = rowOf(rows, FLOOR)
  const stock = rowOf(rows, STOCK)
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
      median(row, tailOf, 1),
      median(row, ({ busy }) => busy, 2),
      Math.max(...row.windows.map(({ peakMb }) => peakMb)).toFixed(0),
      median(row, ({ callsPerRequest }) => callsPerRequest, 2),
    ])
  const notes = rows.flatMap(({ name, notes: said }) =>
    [...said].map((note) => `- ${name}: ${note}`),
  )
  return [tableOf([HEAD, ...lines]), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

/** One line for each table: ours without sharing beside the floor and the others. */
export function summaryOf(tables: Readonly<Record<string, readonly Row[]>>): string {
  const lines = Object.entries(tables).flatMap(([variant, rows]) => {
    const ours = rowOf(rows, OURS)
    if (ours === undefined) return []
    const against = [FLOOR, STOCK, HIVE].map((kind) => rowOf(rows, kind))
    const [floor, stock, hive] = against
    return [
      [
        variant,
        spread(ours.windows.map(({ cpuMs }) => cpuMs)),
        floor ? spread(ratios(ours, floor)) : '',
        stock ? spread(ratios(stock, ours)) : '',
        hive ? spread(ratios(hive, ours)) : '',
        hive ? spread(ratios(ours, hive, memoryOf)) : '',
      ],
    ]
  })
  const head = [
    'variant',
    'CPU-s/1k',
    '× floor',
    'stock Apollo ÷',
    'Hive Rust ÷',
    'RSS ÷ Hive Rust',
  ]
  return tableOf([head, ...lines])
}

function memoryOf({ peakMb }: Window): number {
  return peakMb
}

interface Goal {
  readonly text: string
  readonly above: Kind
  readonly below: Kind
  readonly of?: (window: Window) => number
}

/** Of the issue that this bench was made for; all of the first table. */
const GOALS: readonly Goal[] = [
  { text: 'CPU without sharing ÷ floor, at most 1.2', above: OURS, below: FLOOR },
  { text: 'stock Apollo ÷ without sharing, at least 14', above: STOCK, below: OURS },
  { text: 'Hive with Rust planner ÷ without sharing, at least 4', above: HIVE, below: OURS },
  {
    text: 'stock Apollo ÷ with subgraph sharing, at least 30',
    above: STOCK,
    below: OURS_SHARING_CALLS,
  },
  {
    text: 'Hive with its client sharing ÷ with client sharing, at least 10',
    above: HIVE_SHARING_REQUESTS,
    below: OURS_SHARING_REQUESTS,
  },
  {
    text: 'peak RSS ÷ Hive with Rust planner, below 0.5',
    above: OURS,
    below: HIVE,
    of: memoryOf,
  },
]

export function goalsOf(rows: readonly Row[]): string {
  const lines = GOALS.flatMap(({ text, above, below, of }) => {
    const [first, second] = [rowOf(rows, above), rowOf(rows, below)]
    return first && second ? [[text, spread(ratios(first, second, of))]] : []
  })
  const ours = rowOf(rows, OURS)
  if (ours !== undefined) {
    lines.push(['p99 ÷ p50 without sharing, at most 3', spread(ours.windows.map(tailOf))])
  }
  return tableOf([['goal', 'measured'], ...lines])
}

function tailOf({ p99, p50 }: Window): number {
  return p99 / p50
}

function rowOf(rows: readonly Row[], { name }: Kind): Row | undefined {
  return rows.find((row) => row.name === name && row.windows.length > 0)
}

/** One by another, round by round; CPU time unless said otherwise. */
function ratios(
  above: Row,
  below: Row,
  of: (window: Window) => number = ({ cpuMs }) => cpuMs,
): readonly number[] {
  const rounds = Math.min(above.windows.length, below.windows.length)
  return Array.from({ length: rounds }, (_, n) => of(above.windows[n]!) / of(below.windows[n]!))
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
