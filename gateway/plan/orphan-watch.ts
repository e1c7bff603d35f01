// Ends this process when the one that began it is gone, also while it searches for a plan: then it hears nothing of its
// channel's end, and would keep a core busy for nobody. A thread of its own looks; it takes 10 MB, so it is begun only
// where a search may be long.

import { Worker } from 'node:worker_threads'

const EVERY_MS = 1000

/** Its parent is another one from then on (not on Windows, where the channel's end must do). */
const PROGRAM = `const parent = process.ppid
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, ${EVERY_MS})`

let isWatched = false

export function watchForOrphan(): void {
  if (isWatched) return
  isWatched = true
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 }
  const worker = new Worker(PROGRAM, { eval: true, env: {}, execArgv: [], resourceLimits })
  worker.unref()
  // Without it plans are made all the same.
  worker.once('error', () => {})
}
