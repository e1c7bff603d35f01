// What the settings' schema cannot say of times and limits. In: system.json. Out: what is wrong, and how to mend it.

import type { Finding } from '../finding.ts'
import type { OperationSettings, SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'

const FILE = 'system.json'
const DAY_MS = 86_400_000

/** Longest of each kind; a timer of more than 24.8 days would fire at once. */
const LONGEST: Readonly<Record<string, string>> = {
  timeout: '10m',
  wait: '10m',
  'rate.per': '1d',
  halfOpenAfter: '1h',
  freshness: '30d',
  stale: '365d',
  refresh: '30d',
  hedgeAfter: '10m',
}

export function checkLimits(settings: SystemSettings): readonly Finding[] {
  const { limits, breaker, maintenance, operations } = settings
  return [
    ...checkTime('timeout', limits.timeout, '/limits/timeout'),
    ...checkTime('wait', limits.wait, '/limits/wait'),
    ...checkTime('rate.per', limits.rate?.per, '/limits/rate'),
    ...checkTime('halfOpenAfter', breaker.halfOpenAfter, '/breaker/halfOpenAfter'),
    ...maintenance.flatMap((window, index) => checkWindow(window, `/maintenance/${index}`)),
    ...Object.entries(operations).flatMap(([name, operation]) =>
      checkOperation(name, operation, limits.timeout),
    ),
  ]
}

function checkTime(name: string, duration: string | undefined, pointer: string): Finding[] {
  if (duration === undefined) return []
  const ms = toMilliseconds(duration)
  const longest = LONGEST[name] ?? '1d'
  if (ms === 0) return [finding(pointer, `${name} is nothing; leave it out or give it a time`)]
  if (ms <= toMilliseconds(longest)) return []
  return [finding(pointer, `${name} of ${duration} is longer than ${longest}`)]
}

function checkOperation(name: string, operation: OperationSettings, timeout: string): Finding[] {
  const pointer = `/operations/${name}`
  const { kind, freshness, stale, refresh, hedgeAfter } = operation
  const findings = (['timeout', 'freshness', 'stale', 'refresh', 'hedgeAfter'] as const).flatMap(
    (each) => checkTime(each, operation[each], `${pointer}/${each}`),
  )
  if (kind === 'mutation') {
    for (const each of ['freshness', 'stale', 'refresh', 'hedgeAfter', 'public'] as const) {
      if (operation[each] === undefined) continue
      findings.push(
        finding(`${pointer}/${each}`, `${each} is for queries; "${name}" is a mutation`),
      )
    }
  }
  for (const [each, value] of Object.entries({ stale, refresh })) {
    if (value === undefined || freshness !== undefined) continue
    findings.push(finding(`${pointer}/${each}`, `${each} needs a freshness, after which it begins`))
  }
  const late = operation.timeout ?? timeout
  if (hedgeAfter !== undefined && toMilliseconds(hedgeAfter) >= toMilliseconds(late)) {
    const message = `hedgeAfter of ${hedgeAfter} is not before the timeout of ${late}`
    findings.push(finding(`${pointer}/hedgeAfter`, message))
  }
  return findings
}

function checkWindow(
  { from, to, zone }: SystemSettings['maintenance'][number],
  pointer: string,
): Finding[] {
  const findings = Object.entries({ from, to })
    .filter(([, time]) => minutesOf(time) >= DAY_MS / 60_000)
    .map(([name, time]) => finding(`${pointer}/${name}`, `${time} is no time of a day`))
  if (!isZone(zone)) {
    findings.push(finding(`${pointer}/zone`, `"${zone}" is no time zone; write Asia/Tehran`))
  }
  return findings
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

function finding(pointer: string, message: string): Finding {
  return { file: FILE, pointer, message }
}
