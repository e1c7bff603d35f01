// The log: one JSON line per event, through pino. What it writes is decided by those who call it; see request-line.ts.

import { pino } from 'pino'

import type { Log } from '../../schema/log.ts'

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * Lines are written some at a time, because a system call for each costs more than the line. A line waits no longer than
 * this, one of an error not at all. Writing itself is synchronous: what is on its way when the process exits could be lost
 * or out of order otherwise, and it costs more CPU.
 */
const WAITING = { minLength: 4096, periodicFlush: 200, sync: true } as const

/** Without a file it writes to standard output. `always` stands in each line. */
export function openLog(level: LogLevel, file?: string, always: object | null = null): Log {
  const options = { level, base: always, timestamp: pino.stdTimeFunctions.isoTime }
  const out = pino.destination({ dest: file ?? 1, mkdir: file !== undefined, ...WAITING })
  const log = pino(options, out)
  // Also after process.exit() and an uncaught error; only a signal that nobody handles comes before it.
  process.once('exit', () => out.flushSync())
  return {
    info: (facts, message) => log.info(facts, message),
    warn: (facts, message) => log.warn(facts, message),
    error: (facts, message) => {
      log.error(facts, message)
      out.flushSync()
    },
  }
}
