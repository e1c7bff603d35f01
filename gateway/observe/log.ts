// The log: one JSON line per event, through pino. What it writes is decided by those who call it; see request-line.ts.

import { pino } from 'pino'

import type { Log } from '../../schema/log.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export function openLog(level: LogLevel): Log {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return {
    info: (facts, message) => log.info(facts, message),
    warn: (facts, message) => log.warn(facts, message),
    error: (facts, message) => log.error(facts, message),
  }
}
