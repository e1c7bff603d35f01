// A moment in ISO 8601 with its zone, `2026-11-22T08:30:00Z`, `2009-02-24T14:55:00+03:30`.

export const MOMENT_DESCRIPTION = 'Moment in ISO 8601 with zone. / لحظه به ISO 8601.'

/** Date.parse() would also take a bare number, a day without time, and English. */
export function isMoment(text: string): boolean {
  try {
    Temporal.Instant.from(text)
    return true
  } catch {
    return false
  }
}
