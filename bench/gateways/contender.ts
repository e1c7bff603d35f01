// One gateway as a process, bound to its core, watched from outside through /proc (Linux), with all its children.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { invariant } from '../../schema/errors.ts'
import { freePort } from '../../test/support/free-port.ts'
import type { Kind } from './kinds.ts'

export interface Contender {
  readonly kind: Kind
  readonly url: URL
  /** Seconds until it answered. */
  readonly readySeconds: number
  /** User and system time so far of the process, its threads and its children, in milliseconds (steps of ten). */
  cpuMs(): number
  /** Highest resident memory since the last `forgetPeak`, in MB; of children without the program's own pages. */
  peakMb(): number
  forgetPeak(): void
  close(): Promise<void>
}

export interface StartOptions {
  readonly supergraph: string
  readonly checkout: string
  /** Folder for its output. */
  readonly logs: string
}

const CAN_PIN = spawnSync('taskset', ['-V']).status === 0
const READY_MS = 60_000
const TICK_MS = 10

/** Binds this process with all its threads, for load and subgraphs. */
export function bindSelf(core: string): boolean {
  return CAN_PIN && spawnSync('taskset', ['-apc', core, String(process.pid)]).status === 0
}

export async function startContender(kind: Kind, options: StartOptions): Promise<Contender> {
  const port = await freePort()
  const { argv, environment = {}, url } = kind.start({ ...options, port })
  const [program = '', ...words] = CAN_PIN ? ['taskset', '-c', kind.cores, ...argv] : argv
  const file = path.join(options.logs, `${kind.name.replaceAll(/\W+/g, '-')}.log`)
  const log = openSync(file, 'w')
  const { PATH = '', HOME = '', BENCH_NODE_OPTIONS = '' } = process.env
  const from = performance.now()
  const child = spawn(program, words, {
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      ...(kind.family === 'panjareh' ? { NODE_OPTIONS: BENCH_NODE_OPTIONS } : {}),
      ...environment,
    },
    stdio: ['ignore', log, log],
  })
  const pid = child.pid
  invariant(pid !== undefined, `${kind.name} was started`)
  const place = new URL(url ?? `http://127.0.0.1:${port}/graphql`)
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  }
  try {
    await answering(place, () => child.exitCode !== null || child.signalCode !== null)
  } catch (cause) {
    await close()
    throw new RangeError(`${kind.name} did not start; see ${file}`, { cause })
  }
  return {
    kind,
    url: place,
    readySeconds: (performance.now() - from) / 1000,
    cpuMs: () => sum(familyOf(pid), cpuOf),
    peakMb: () => sum(familyOf(pid), (each) => peakOf(each) - (each === pid ? 0 : sharedOf(each))),
    forgetPeak: () => {
      for (const each of familyOf(pid)) forget(each)
    },
    close,
  }
}

async function answering(url: URL, ended: () => boolean): Promise<void> {
  const until = performance.now() + READY_MS
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  }
  while (performance.now() < until && !ended()) {
    const ok = await fetch(url, init).then(
      async (reply) => (await reply.text()).includes('"Query"'),
      () => false,
    )
    if (ok) return
    await pause(100)
  }
  invariant(false, 'it answers within a minute')
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0)
}

/** The process and all below it. */
function familyOf(pid: number): readonly number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return [pid, ...children.flatMap((child) => familyOf(Number(child)))]
  } catch {
    // It has ended in the meantime.
    return []
  }
}

/** proc(5): fields 14 to 17, counted after the name in brackets, which may hold anything; children that have ended count, too. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).map(Number)
  return ticks.reduce((total, each) => total + each, 0) * TICK_MS
}

function peakOf(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

/** Mapped files: a child runs the same program. */
function sharedOf(pid: number): number {
  return statusOf(pid, 'RssFile')
}

function statusOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
}

/** proc(5), clear_refs: 5 sets the peak back to what is resident now. */
function forget(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Not allowed everywhere; the peak then stands for the whole life of the process.
  }
}
