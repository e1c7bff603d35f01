// How much of it is good: what one clerk, one office and one citizen may use up, and how long things last. Quotas stop a
// stolen clerk's account from trying numbers or from worrying people; lives are short because the citizen stands at the
// counter.

const MINUTE_MS = 60_000
export const DAY_MS = 24 * 60 * MINUTE_MS

export const LIMITS = {
  /** Of one counter mandate. */
  services: 5,
  minutes: 30,
  uses: 5,
  /** Requests of one clerk whose code may still be read out. */
  openRequests: 3,
  /** In 24 hours. */
  requestsOfClerk: 100,
  requestsOfOffice: 500,
  /** Codes that one citizen gets in 24 hours, whoever asks. */
  codesOfCitizen: 10,
  /** Of one request, the first included. */
  codes: 3,
  /** Wrong codes of one code. */
  tries: 3,
  codeMs: 2 * MINUTE_MS,
  /** A request that old gets no new code. */
  requestMs: 10 * MINUTE_MS,
  /** Between two messages of one request. */
  resendMs: 30_000,
  /** Asks of one citizen to act for a child or a company, in 24 hours. */
  asksOfCitizen: 20,
  /** After that the register is asked again. */
  guardianMinutes: 8 * 60,
  officerMinutes: 8 * 60,
  adultYears: 18,
} as const
