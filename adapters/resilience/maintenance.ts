// Declared maintenance windows, in the system's own zone.

import type { SystemSettings } from '../settings.ts'

/**
 * The end of the window that holds the instant, ISO 8601 in UTC; undefined outside all windows. A window may pass
 * midnight (22:00 to 02:00); `from` belongs to it, `to` does not; equal times make a whole day.
 */
export function windowEnd(
  windows: SystemSettings['maintenance'],
  epochMilliseconds: number,
): string | undefined {
  const ends = windows.flatMap((window) => endOf(window, epochMilliseconds) ?? [])
  const last = ends.toSorted((a, b) => Temporal.Instant.compare(a, b)).at(-1)
  return last?.toString({ smallestUnit: 'second' })
}

function endOf(
  { from, to, zone }: SystemSettings['maintenance'][number],
  epochMilliseconds: number,
): Temporal.Instant | undefined {
  const here = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toZonedDateTimeISO(zone)
  const time = here.toPlainTime()
  const [start, end] = [Temporal.PlainTime.from(from), Temporal.PlainTime.from(to)]
  const started = Temporal.PlainTime.compare(time, start) >= 0
  const over = Temporal.PlainTime.compare(time, end) >= 0
  const passesMidnight = Temporal.PlainTime.compare(start, end) >= 0
  if (passesMidnight ? !started && over : !started || over) return undefined
  const day = here.toPlainDate().add({ days: passesMidnight && started ? 1 : 0 })
  return day.toZonedDateTime({ timeZone: zone, plainTime: end }).toInstant()
}
