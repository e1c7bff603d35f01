// Samples in, Markdown out.

import { spreadText, tableOf } from '../figures.ts'
import type { Memory } from '../gateway-process.ts'
import type { Sample } from './users.ts'

export interface Fault {
  readonly window: string
  readonly system: string
  readonly fault: string
}

export interface Recovery {
  readonly system: string
  readonly fault: string
  readonly ms: number
}

export interface SavedRow {
  readonly name: string
  /** Business calls that the simulators received. */
  readonly calls: number
  readonly counts: Readonly<Record<string, number>>
}

export interface Reported {
  readonly samples: readonly Sample[]
  readonly windows: readonly Fault[]
  readonly recoveries: readonly Recovery[]
  readonly saved: SavedRow
  readonly before: Memory
  readonly after: Memory
  readonly say: (text: string) => void
}

/** The number of wrong values. */
export function reportAll(reported: Reported): number {
  const { samples, windows, recoveries, saved, before, after, say } = reported
  const faults = [...new Set(windows.map(({ fault }) => fault))]
  const systems = [...new Set(windows.map(({ system }) => system))]
  const head = [
    'queries',
    'wrong values',
    'p50 / p99 of the others, calm',
    'p50 / p99 of the others, then',
    'ratio',
    'touched: p50 / p99',
    'touched: whole',
    'recovery, ms',
  ]
  say(`\n## By fault, over all systems\n`)
  const byFault = faults.map((fault) =>
    rowOf(
      fault,
      reported,
      windows.filter((each) => each.fault === fault),
    ),
  )
  say(tableOf([['fault', ...head], ...byFault]))
  say(`\n## By system, over all faults\n`)
  const bySystem = systems.map((system) =>
    rowOf(
      system,
      reported,
      windows.filter((each) => each.system === system),
    ),
  )
  say(tableOf([['system', ...head], ...bySystem]))
  const wrong = samples.flatMap(({ verdict, window }) =>
    verdict.wrong.map((place) => `${window}: ${place}`),
  )
  const right = samples.reduce((sum, { verdict }) => sum + verdict.right, 0)
  const unknown = samples.reduce((sum, { verdict }) => sum + verdict.unknown, 0)
  say(
    `\n${samples.length} answers, ${right} values right, ${unknown} places null with an error, **${wrong.length} wrong**`,
  )
  for (const each of wrong.slice(0, 20)) say(`- ${each}`)
  reportSaved(saved, say)
  const slow = recoveries.filter(({ ms }) => !Number.isFinite(ms))
  if (slow.length > 0)
    say(`not back: ${slow.map(({ system, fault }) => `${system} after ${fault}`).join(', ')}`)
  say(
    `\nRSS of the gateway: ${before.rssMb.toFixed(0)} MB before, ${after.rssMb.toFixed(0)} MB after, ${after.peakMb.toFixed(0)} MB at most`,
  )
  return wrong.length
}

function reportSaved({ calls, counts }: SavedRow, say: (text: string) => void): void {
  const kinds = Object.entries(counts).map(([kind, n]) => [kind, `${n}`])
  say(`\n## What became of the questions to systems\n`)
  say(tableOf([['kind', 'number'], ...kinds, ['calls that the systems counted', `${calls}`]]))
}

function rowOf(
  name: string,
  { samples, recoveries }: Reported,
  windows: readonly Fault[],
): readonly string[] {
  const of = (window: string) => samples.filter((sample) => sample.window === window)
  const others: number[] = []
  const touched: Sample[] = []
  for (const { window, system } of windows) {
    for (const sample of of(window)) {
      if (sample.systems.includes(system)) touched.push(sample)
      else others.push(sample.tookMs)
    }
  }
  const calm = windows.flatMap(({ window, system }) =>
    of(`${window}/calm`)
      .filter(({ systems }) => !systems.includes(system))
      .map(({ tookMs }) => tookMs),
  )
  const wrong = windows
    .flatMap(({ window }) => of(window))
    .reduce((sum, { verdict }) => sum + verdict.wrong.length, 0)
  const back = recoveries
    .filter(({ system, fault }) =>
      windows.some((each) => each.system === system && each.fault === fault),
    )
    .map(({ ms }) => ms)
  const took = touched.map(({ tookMs }) => tookMs)
  const whole = touched.filter(({ codes }) => codes.length === 0).length
  return [
    name,
    `${others.length + touched.length}`,
    `${wrong}`,
    both(calm),
    both(others),
    `${ratio(others, calm, 0.5)} / ${ratio(others, calm, 0.99)}`,
    both(took),
    `${whole} of ${touched.length}`,
    spreadText(back).replaceAll(/\.\d/g, ''),
  ]
}

function both(values: readonly number[]): string {
  return `${quantile(values, 0.5).toFixed(0)} / ${quantile(values, 0.99).toFixed(0)}`
}

function ratio(of: readonly number[], to: readonly number[], share: number): string {
  return (quantile(of, share) / quantile(to, share)).toFixed(2)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
