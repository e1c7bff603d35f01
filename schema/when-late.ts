// The end of somebody's patience with what comes over a socket or a channel.

import { clearImmediate, setImmediate } from 'node:timers'

/**
 * Calls once after so many milliseconds, unless what is returned is called before. Sockets are read in between: a process
 * that was held up finds the answers that came meanwhile before it finds that they are late, and blames nobody for its own delay.
 */
export function whenLate(ms: number, call: () => void): () => void {
  let last: NodeJS.Immediate | undefined
  const timer = setTimeout(() => {
    last = setImmediate(call)
  }, ms)
  return () => {
    clearTimeout(timer)
    clearImmediate(last)
  }
}
