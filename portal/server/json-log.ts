import type { PortalLog } from './options.ts'

/** One JSON object per line: time, level, the facts, the sentence. */
export function jsonLog(write: (line: string) => void): PortalLog {
  const at = (level: string) => (facts: Readonly<Record<string, unknown>>, text: string) => {
    write(`${JSON.stringify({ time: new Date().toISOString(), level, ...facts, msg: text })}\n`)
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
