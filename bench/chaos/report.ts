// Samples and windows in, Markdown out.

import { medianOf, spreadText, tableOf } from '../figures.ts'
import type { Memory } from '../gateway-process.ts'
import type { Mixture, Sample } from './users.ts'
import type { Recovery, Window } from './windows.ts'

export interface Reported {
  readonly samples: readonly Sample[]
  readonly mixtures: readonly Mixture[]
  readonly windows: readonly Window[]
  readonly recoveries: readonly Recovery[]
  /** Calls that the systems received, and what the gateway's layers counted, by kind. */
  readonly calls: number
  readonly counts: Readonly<Record<string, number>>
  readonly before: Memory
  readonly after: Memory
  readonly say: (text: string) => void
}

const HEAD = [
  'others: n calm / then',
  'p50 calm → then',
  'ratio',
  'p99 calm → then',
  'ratio',
  'CPU ms an answer, calm → then',
  'touched: n',
  'whole',
  'p50 / p99',
  'refused whole',
  'wrong',
  'back after ms',
]

/** The number of wrong values. */
export function reportAll(reported: Reported): number {
  const { windows, say } = reported
  const troubles = windows.flatMap(({ trouble }) => trouble ?? [])
  say(
    `\nOthers are queries that touch no system that is in trouble or not yet back from it; calm are those of the windows`,
  )
  say(
    `just before and after. Refused whole is of all queries; touched, of those that touch the sick system.\n`,
  )
  for (const kind of ['fault', 'system'] as const) {
    const names = [...new Set(troubles.map((trouble) => trouble[kind]))]
    const rows = names.map((name) => rowOf(name, kind, reported))
    say(`## By ${kind}\n`)
    say(`${tableOf([[kind, ...HEAD], ...rows])}\n`)
  }
  const wrong = reportValues(reported)
  reportCalls(reported)
  reportRest(reported)
  return wrong
}

interface Side {
  readonly samples: readonly Sample[]
  readonly tookMs: readonly number[]
  readonly cpuMs: number
}

function rowOf(name: string, kind: 'fault' | 'system', reported: Reported): readonly string[] {
  const { windows, recoveries } = reported
  const own = windows.flatMap((window, index) =>
    window.trouble?.[kind] === name ? [{ window, index }] : [],
  )
  const then = own.map(({ window }) => window)
  const beside = own.flatMap(({ index }) => [windows[index - 1], windows[index + 1]])
  const calmWindows = beside.filter((window) => window !== undefined)
  const [before, during] = [calmWindows, then].map((some) => sideOf(some, reported))
  if (before === undefined || during === undefined) return [name]
  const touched = then.flatMap((window) =>
    samplesOf(window, reported).filter((sample) => {
      const system = window.trouble?.system ?? ''
      return touchesOf(sample, reported).includes(system)
    }),
  )
  const took = touched.map(({ tookMs }) => tookMs)
  const back = recoveries.filter((recovery) => recovery[kind] === name).map(({ ms }) => ms)
  return [
    name,
    `${before.tookMs.length} / ${during.tookMs.length}`,
    ...comparison(before.tookMs, during.tookMs, 0.5),
    ...comparison(before.tookMs, during.tookMs, 0.99),
    `${perAnswer(before)} → ${perAnswer(during)}`,
    `${touched.length}`,
    `${touched.filter(({ codes, verdict }) => verdict && codes.length === 0).length}`,
    `${quantile(took, 0.5)} / ${quantile(took, 0.99)}`,
    `${during.samples.filter(({ verdict }) => verdict === undefined).length}`,
    `${during.samples.reduce((sum, { verdict }) => sum + (verdict?.wrong.length ?? 0), 0)}`,
    spreadText(back).replaceAll(/\.\d/g, ''),
  ]
}

function sideOf(windows: readonly Window[], reported: Reported): Side {
  const unique = [...new Set(windows)]
  const samples = unique.flatMap((window) => samplesOf(window, reported))
  const others = unique.flatMap((window) =>
    samplesOf(window, reported).filter((sample) => {
      const touches = touchesOf(sample, reported)
      return !window.sick.some((system) => touches.includes(system))
    }),
  )
  const cpuMs = unique.reduce((sum, window) => sum + window.cpuMs, 0)
  return { samples, tookMs: others.map(({ tookMs }) => tookMs), cpuMs }
}

function samplesOf({ name }: Window, { samples }: Reported): readonly Sample[] {
  return samples.filter(({ window }) => window === name)
}

function touchesOf({ mixture }: Sample, { mixtures }: Reported): readonly string[] {
  return mixtures[mixture]?.touches ?? []
}

function perAnswer({ cpuMs, samples }: Side): string {
  return (cpuMs / samples.length).toFixed(1)
}

function comparison(calm: readonly number[], then: readonly number[], share: number) {
  const [one, other] = [calm, then].map((values) => quantile(values, share))
  return [`${one} → ${other}`, (Number(other) / Number(one)).toFixed(2)]
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(0) ?? '–'
}

function reportValues({ samples, mixtures, say }: Reported): number {
  const verdicts = samples.flatMap(({ verdict, mixture }) =>
    verdict === undefined ? [] : [{ ...verdict, mixture }],
  )
  const sum = (count: (verdict: (typeof verdicts)[number]) => number) =>
    verdicts.reduce((total, verdict) => total + count(verdict), 0)
  const wrong = sum((verdict) => verdict.wrong.length)
  say(`## Values\n`)
  say(
    `${samples.length} answers; ${samples.length - verdicts.length} refused as a whole, without data; ${sum(({ right }) => right)} values right, ${sum(({ unknown }) => unknown)} places null with an error that leads there, **${wrong} wrong**`,
  )
  const places = verdicts.flatMap((verdict) =>
    verdict.wrong.map((place) => `${place} of ${mixtures[verdict.mixture]?.document ?? ''}`),
  )
  for (const place of places.slice(0, 20)) say(`- ${place}`)
  const refusals = samples
    .filter(({ verdict }) => verdict === undefined)
    .flatMap(({ codes }) => codes)
  for (const code of new Set(refusals)) {
    say(`- refused as a whole, ${code}: ${refusals.filter((each) => each === code).length}`)
  }
  return wrong
}

function reportCalls({ calls, counts, say }: Reported): void {
  const kinds = Object.entries(counts).map(([kind, n]) => [kind, `${n}`])
  say(`\n## What became of the questions to systems\n`)
  say(tableOf([['kind', 'number'], ...kinds, ['calls that the systems counted', `${calls}`]]))
}

function reportRest({ recoveries, windows, samples, before, after, say }: Reported): void {
  const slow = recoveries.filter(({ ms }) => !Number.isFinite(ms))
  const gone = slow.map(({ system, fault }) => `${system} after ${fault}`).join(', ')
  say(`\nNot back within a minute: ${gone === '' ? 'none' : gone}`)
  const calm = windows.filter(({ trouble }) => trouble === undefined)
  const perWindow = calm.map(({ name }) => samples.filter(({ window }) => window === name).length)
  say(`Answers in a calm window: ${medianOf(perWindow)} (median)`)
  say(
    `RSS of the gateway: ${before.rssMb.toFixed(0)} MB before, ${after.rssMb.toFixed(0)} MB after, ${after.peakMb.toFixed(0)} MB at most`,
  )
}
