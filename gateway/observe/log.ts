// The log: one JSON line per event, through pino. What it writes is decided by those who call it; see request-line.ts.

import { pino } from 'pino'

import type { Log } from '../../schema/log.ts'

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Without a file it writes to standard output. */
export function openLog(level: LogLevel, file?: string): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const log = pino(options, pino.destination({ dest: file ?? 1, mkdir: file !== undefined }))
  return {
    info: (facts, message) => log.info(facts, message),
    warn: (facts, message) => log.warn(facts, message),
    error: (facts, message) => log.error(facts, message),
  }
}
