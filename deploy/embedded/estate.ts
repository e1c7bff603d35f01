// The demo's legacy world: a process of its own, known only by what it prints (addresses, secrets) and by its sockets.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { ServiceError } from '../../schema/errors.ts'

const Announcement = Type.Object({
  systems: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      protocol: Type.String(),
      url: Type.String(),
    }),
  ),
  environment: Type.Record(Type.String(), Type.String()),
  control: Type.String(),
})

export interface Estate {
  readonly systems: readonly { id: string; name: string; protocol: string; url: string }[]
  /** Addresses and secrets by variable name, as a production environment would hold them. */
  readonly environment: Readonly<Record<string, string>>
  /** Address of the switches: `PUT <control>/switches/<system>`. */
  readonly control: string
  close(): Promise<void>
}

const MAIN = path.join(import.meta.dirname, '..', '..', 'test', 'estate', 'main.ts')

/**
 * Starts the estate. Detached: Ctrl-C in a terminal must reach the gateway alone, which stops the rest when it has
 * drained; and when this process is killed, the estate's standard input closes and it ends by itself.
 */
export async function startEstate(): Promise<Estate> {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const announced: unknown = JSON.parse(await firstLine(child))
  return { ...Value.Parse(Announcement, announced), close: () => stop(child) }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const died = once(child, 'exit').then(([code]) => {
    throw new ServiceError('INTERNAL', `the estate ended at start with exit code ${String(code)}`)
  })
  if (child.stdout === null) return died
  const lines = createInterface({ input: child.stdout })
  const line = once(lines, 'line').then(([text]) => String(text))
  return Promise.race([line, died])
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.stdin?.end()
  await once(child, 'exit')
}
