// The log as rooms see it, and what of a bug may stand in it. A pino logger is one; so is anything of two lines in a test.

type Write = (facts: Readonly<Record<string, unknown>>, message: string) => void

/** Facts first, then what happened. Never personal data, a credential or a system's body. */
export interface Log {
  info: Write
  warn: Write
  error: Write
}

/** Where a bug is, without its message, which may quote what a client or a system sent. */
export function framesOf(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error)) return undefined
  return error.stack?.split('\n').filter((line) => line.startsWith('    at '))
}
