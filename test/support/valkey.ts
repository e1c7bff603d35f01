// A store for tests: a real server where one is installed (valkey-server, redis-server), else a double that speaks the
// protocol over a socket. `kind` says which.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { invariant } from '../../schema/errors.ts'
import { freePort } from './free-port.ts'
import { openDouble } from './valkey-double.ts'

export interface TestValkey {
  readonly kind: string
  readonly url: string
  readonly port: number
  /** The process stands still, its sockets stay open. */
  pause(): void
  resume(): void
  close(): Promise<void>
}

const READY = 'Ready to accept'

/** On that port, or on a free one. */
export async function startValkey(port?: number): Promise<TestValkey> {
  const binary = installed('valkey-server') ?? installed('redis-server')
  if (binary === undefined) return startDouble(port)
  const at = port ?? (await freePort())
  const url = `redis://127.0.0.1:${at}`
  const folder = await mkdtemp(path.join(tmpdir(), 'panjareh-valkey-'))
  const child = spawn(
    binary,
    ['--port', `${at}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.includes(READY)) break
  }
  invariant(said.includes(READY), `the store does not start: ${said}`)
  return {
    kind: path.basename(binary),
    url,
    port: at,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async close() {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Also where a real one is installed: what is shown by the double alone holds of a machine without one. */
export async function startDouble(port?: number): Promise<TestValkey> {
  const at = port ?? (await freePort())
  return { kind: 'double', url: `redis://127.0.0.1:${at}`, port: at, ...(await openDouble(at)) }
}

function installed(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.map((folder) => path.join(folder, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
