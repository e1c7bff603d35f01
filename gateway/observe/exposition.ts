// Snapshots in, Prometheus' text format 0.0.4 out; several workers' become one before.

import type { Series, Snapshot } from './metric.ts'

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** One page of all workers: a counter is their sum, what cannot be summed (a delay, a time) the largest. */
export function mergeSnapshots(workers: readonly (readonly Snapshot[])[]): readonly Snapshot[] {
  const merged = new Map<string, Snapshot>()
  for (const snapshot of workers.flat()) {
    const before = merged.get(snapshot.name)
    const series = before === undefined ? snapshot.series : mergeSeries(before, snapshot)
    merged.set(snapshot.name, { ...snapshot, series })
  }
  return [...merged.values()]
}

function mergeSeries(before: Snapshot, { merge, series }: Snapshot): readonly Series[] {
  const merged = new Map(before.series.map((one) => [JSON.stringify(one.values), one]))
  for (const one of series) {
    const key = JSON.stringify(one.values)
    const other = merged.get(key)?.numbers
    const numbers = one.numbers.map((value, index) => {
      const known = other?.[index]
      if (known === undefined) return value
      return merge === 'sum' ? value + known : Math.max(value, known)
    })
    merged.set(key, { values: one.values, numbers })
  }
  return [...merged.values()]
}

export function toExposition(snapshots: readonly Snapshot[]): string {
  return snapshots
    .flatMap((snapshot) => [
      `# HELP ${snapshot.name} ${snapshot.help}`,
      `# TYPE ${snapshot.name} ${snapshot.type}`,
      ...snapshot.series.flatMap((series) => linesOf(snapshot, series)),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf(snapshot: Snapshot, { values, numbers }: Series): readonly string[] {
  const { name, labels, bounds } = snapshot
  const pairs = labels.map((label, index) => `${label}="${escape(values[index] ?? '')}"`)
  if (snapshot.type !== 'histogram') return [`${name}${braced(pairs)} ${numbers[0] ?? 0}`]
  let count = 0
  const buckets = [...bounds.map(String), '+Inf'].map((bound, index) => {
    count += numbers[index] ?? 0
    return `${name}_bucket${braced([...pairs, `le="${bound}"`])} ${count}`
  })
  const sum = numbers[bounds.length + 1] ?? 0
  return [
    ...buckets,
    `${name}_sum${braced(pairs)} ${sum}`,
    `${name}_count${braced(pairs)} ${count}`,
  ]
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
