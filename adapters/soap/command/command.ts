// What a command of `npm run soap` is: arguments in, lines out, an exit code at the end.

export type Command = (args: readonly string[], output: Output) => Promise<number>

export interface Output {
  /** One line of the answer: standard output, and nothing else stands there. */
  readonly print: (line: string) => void
  /** A line for whoever looks on: standard error. */
  readonly warn: (line: string) => void
}

/** Done; the system said no or nothing sensible; a contract or the arguments are refused. */
export const EXIT = { done: 0, failed: 1, refused: 2 } as const

/** Arguments that are not understood. The message ends with the right usage. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
