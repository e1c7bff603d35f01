// A command of this house as a process of its own, and what it writes.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../../..')

export interface Command {
  readonly child: ChildProcess
  /** Lines of the log so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  /** Waits for a line of the log with this message; rejects if the process ends without. */
  readonly said: (message: string) => Promise<Readonly<Record<string, unknown>>>
  /** Waits for the end. */
  readonly ended: Promise<{
    readonly code: number | null
    readonly errors: string
    readonly output: string
  }>
}

export function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Command {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [path.join(ROOT, program), ...args], {
    env: { PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Record<string, unknown>[] = []
  let output = ''
  let errors = ''
  let rest = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part.startsWith('{')) lines.push(JSON.parse(part))
    child.emit('line')
  })
  // Later than its exit: by then all that it wrote is here.
  let isClosed = false
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    isClosed = true
    child.emit('line')
    return { code: typeof code === 'number' ? code : null, errors, output }
  })
  return {
    child,
    lines,
    ended,
    async said(message) {
      for (;;) {
        const line = lines.find(({ msg }) => msg === message)
        if (line !== undefined) return line
        if (isClosed) throw new Error(`it ended: ${errors}`)
        await once(child, 'line')
      }
    },
  }
}
