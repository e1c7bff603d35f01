import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'

import { expect, onTestFinished, test } from 'vitest'

const GATEWAY = new URL('./lonely-gateway.ts', import.meta.url)

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A gateway's process and its planner's id, of which it tells. */
async function start(what: string) {
  const gateway = fork(GATEWAY, [what], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const [pid]: unknown[] = await once(gateway, 'message')
  const planner = Number(pid)
  onTestFinished(() => {
    gateway.kill('SIGKILL')
    if (lives(planner)) process.kill(planner, 'SIGKILL')
  })
  return { gateway, planner }
}

test.each(['idle', 'searching'])('ends with a gateway that is killed while %s', async (what) => {
  const { gateway, planner } = await start(what)
  await after(what === 'idle' ? 0 : 1500)
  expect(lives(planner)).toBe(true)
  gateway.kill('SIGKILL')
  await expect.poll(() => lives(planner)).toBe(false)
})
