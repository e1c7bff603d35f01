import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A line for whoever runs this, instead of a stack. */
export class KeycloakRefusal extends Error {
  override readonly name = 'KeycloakRefusal'
}

const LAST_CHARACTERS = 2000

/** Runs a program to its end; throws with the last of what it said. */
export async function run(program: string, args: readonly string[], folder?: string) {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const keep = (chunk: string) => {
    said = (said + chunk).slice(-LAST_CHARACTERS)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const failed = once(child, 'error').then(([cause]) => {
    throw new KeycloakRefusal(`${program} cannot be run`, { cause })
  })
  const [code] = await Promise.race([once(child, 'close'), failed])
  if (code !== 0) throw new KeycloakRefusal(`${program} ${args[0] ?? ''} failed:\n${said}`)
}

/** Whether a program is there, by asking for its version. */
export async function has(program: string, flag = '--version'): Promise<boolean> {
  return run(program, [flag]).then(
    () => true,
    () => false,
  )
}
