// The log as rooms see it. A pino logger is one; so is anything of two lines in a test.

type Write = (facts: Readonly<Record<string, unknown>>, message: string) => void

/** Facts first, then what happened. Never personal data, a credential or a system's body. */
export interface Log {
  info: Write
  warn: Write
  error: Write
}
