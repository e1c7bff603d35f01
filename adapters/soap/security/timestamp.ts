// The time of a message (WS-Security 1.1.1 §10). In: the clock. Out: the Timestamp of a request; whether an answer's is fresh.

/** A request is good for so long, and an answer without an end. */
const LIFETIME_MS = 300_000
/** What two clocks may differ by. */
const SKEW_MS = 300_000

/** `id` where a signature names it. */
export function toTimestamp(now: number, id?: string): string {
  const [created, expires] = [now, now + LIFETIME_MS].map((at) => new Date(at).toISOString())
  return (
    `<wsu:Timestamp${id === undefined ? '' : ` wsu:Id="${id}"`}><wsu:Created>${created}</wsu:Created>` +
    `<wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>`
  )
}

/** Not of the future, not over, and not older than a request may be. A text that is no time is not fresh. */
export function isFresh(
  { created, expires }: { readonly created: string; readonly expires: string | undefined },
  now: number,
): boolean {
  const made = toTime(created)
  const ends = expires === undefined ? made + LIFETIME_MS : toTime(expires)
  return made <= now + SKEW_MS && ends >= now - SKEW_MS && made >= now - LIFETIME_MS - SKEW_MS
}

/** xs:dateTime; without a zone it is UTC (§10). NaN, of which every comparison is false. */
function toTime(text: string): number {
  const [, moment, zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(text.trim()) ?? []
  return moment === undefined ? Number.NaN : Date.parse(`${moment}${zone ?? 'Z'}`)
}
