// Child of bench/attacks.ts: one attack on a gateway whose limits are off. Prints what it took, or that it took too long.
// `node bench/attacks/without-limits.ts INDEX`

import { writeSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'

import { ATTACKS } from './documents.ts'
import { openTarget } from './gateway.ts'
import { measure, warmUp } from './measure.ts'

export const CAP_MS = 5000
const LOOK_MS = 50

/** The main thread is busy with the attack: only another thread can look at the clock. */
function watch(): void {
  const before = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 < CAP_MS) return
    writeSync(1, `${JSON.stringify({ cpuMs: CAP_MS, verdict: 'stopped' })}\n`)
    process.kill(process.pid, 'SIGKILL')
  }, LOOK_MS)
}

async function attack(index: number): Promise<void> {
  const target = await openTarget(false)
  const { url } = target
  await warmUp(url)
  const watching = new Worker(new URL(import.meta.url))
  await new Promise((resolve) => watching.once('online', resolve))
  const result = await measure(url, ATTACKS[index]?.body(1) ?? '')
  writeSync(1, `${JSON.stringify(result)}\n`)
  await watching.terminate()
  await target.close()
}

if (!isMainThread) watch()
else if (import.meta.main) await attack(Number(process.argv[2]))
