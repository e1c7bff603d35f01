// The log: one JSON line per event, through pino. What it writes is decided by those who call it; see request-line.ts.

import { pino } from 'pino'

import type { Log } from '../../schema/log.ts'

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** As pino numbers them. */
const INFO = 30

/**
 * Lines are written some at a time, because a system call for each costs more than the line: when there are so many
 * characters, or after so many milliseconds, and at once with a warning or an error. Writing itself is synchronous: what is
 * on its way when the process exits could be lost or out of order otherwise, and it costs more CPU.
 */
const MOST_WAITING = 8192
const LONGEST_WAIT_MS = 200

/** Without a file it writes to standard output. `always` stands in each line. */
export function openLog(level: LogLevel, file?: string, always: object | null = null): Log {
  const options = { level, base: always, timestamp: pino.stdTimeFunctions.isoTime }
  const out = pino.destination({ dest: file ?? 1, mkdir: file !== undefined, sync: true })
  const log = pino(options, out)
  const lines = new Lines((text) => out.write(text), always)
  // Also after process.exit() and an uncaught error; only a signal that nobody handles comes before it.
  process.once('exit', () => {
    lines.flush()
    out.flushSync()
  })
  const isTold = log.isLevelEnabled('info')
  return {
    info: (facts, message) => {
      if (isTold) lines.add(facts, message)
    },
    warn: (facts, message) => {
      lines.flush()
      log.warn(facts, message)
    },
    error: (facts, message) => {
      lines.flush()
      log.error(facts, message)
      out.flushSync()
    },
  }
}

/** What pino writes at level info, at half its price: there is one for each request. */
class Lines {
  readonly #write: (text: string) => void
  readonly #always: string
  #waiting = ''
  #timer: NodeJS.Timeout | undefined
  #atMs = 0
  #time = ''

  constructor(write: (text: string) => void, always: object | null) {
    this.#write = write
    this.#always = membersOf(always ?? {})
  }

  add(facts: object, message: string): void {
    const head = `{"level":${INFO},"time":"${this.#now()}"${this.#always}`
    this.#waiting += `${head}${membersOf(facts)},"msg":${JSON.stringify(message)}}\n`
    if (this.#waiting.length >= MOST_WAITING) return this.flush()
    // The exit writes what waits, so waiting is no reason to live on.
    this.#timer ??= setTimeout(() => this.flush(), LONGEST_WAIT_MS).unref()
    return undefined
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#waiting
    this.#waiting = ''
    if (text !== '') this.#write(text)
  }

  /** Many lines are of the same millisecond. */
  #now(): string {
    const now = Date.now()
    if (now !== this.#atMs) {
      this.#atMs = now
      this.#time = new Date(now).toISOString()
    }
    return this.#time
  }
}

/** The members of an object's JSON, each after a comma. */
function membersOf(facts: object): string {
  const json = JSON.stringify(facts)
  return json === '{}' ? '' : `,${json.slice(1, -1)}`
}
