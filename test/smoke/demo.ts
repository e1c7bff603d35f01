// The README's commands as a newcomer runs them: in a copy of what is committed, with the machine's own Node and npm.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '..', '..')

export interface Ended {
  readonly code: number | null
  readonly output: string
}

export class CleanCopy {
  readonly folder: string

  constructor() {
    this.folder = path.join(mkdtempSync(path.join(tmpdir(), 'panjareh-')), 'copy')
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, this.folder])
  }

  /** Runs a command to its end. */
  async run(command: readonly string[], extra: Record<string, string> = {}): Promise<Ended> {
    const started = this.start(command, extra)
    await once(started.child, 'close')
    return { code: started.child.exitCode, output: started.output() }
  }

  /** A process group of its own, as a terminal gives it, so that a signal can reach all of it. */
  start(command: readonly string[], extra: Record<string, string> = {}): Started {
    const [program = '', ...parameters] = command
    const child = spawn(program, parameters, {
      cwd: this.folder,
      env: { ...newcomersEnvironment(), ...extra },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new Started(child)
  }

  remove(): void {
    rmSync(path.dirname(this.folder), { recursive: true, force: true })
  }
}

export class Started {
  readonly child: ChildProcess
  #output = ''

  constructor(child: ChildProcess) {
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
  }

  output(): string {
    return this.#output
  }

  /** Waits until the output holds the text; throws if the process ends or the time passes before. */
  async until(text: string, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs
    while (!this.#output.includes(text)) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`no "${text}" in:\n${this.#output}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** To the whole group: Ctrl-C in a terminal, or the machine's own `kill -9`. */
  async signal(name: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { pid, exitCode, signalCode } = this.child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    const closed = once(this.child, 'close')
    process.kill(-pid, name)
    await closed
  }
}

/** Without what `npm run` adds for its own scripts: neither Node 26 nor our tools are on a newcomer's path. */
function newcomersEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    const ours = name.startsWith('npm_') || name.startsWith('PANJAREH_') || name === 'NODE_OPTIONS'
    if (!ours && value !== undefined) kept[name] = value
  }
  const entries = (kept['PATH'] ?? '').split(path.delimiter)
  kept['PATH'] = entries.filter((entry) => !entry.includes('node_modules')).join(path.delimiter)
  return kept
}
