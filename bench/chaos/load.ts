// The users as a process of their own: what they cost is not the gateway's, nor the relays'.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

import { invariant } from '../../schema/errors.ts'
import type { Sample, UsersOptions } from './users.ts'

/** To the process: options first, windows while it runs, `end` at last, which is answered with the samples. */
export type LoadMessage =
  | { readonly kind: 'begin'; readonly options: UsersOptions }
  | { readonly kind: 'window'; readonly name: string | undefined }
  | { readonly kind: 'end' }

export interface Load {
  enter(window: string | undefined): void
  end(): Promise<readonly Sample[]>
}

const MAIN = path.join(import.meta.dirname, 'load-process.ts')

export async function startLoad(options: UsersOptions): Promise<Load> {
  // Maps and undefined go through as they are.
  const child = fork(MAIN, { serialization: 'advanced' })
  tell(child, { kind: 'begin', options })
  await once(child, 'message')
  return {
    enter: (name) => tell(child, { kind: 'window', name }),
    async end() {
      tell(child, { kind: 'end' })
      const [samples] = await once(child, 'message')
      child.disconnect()
      invariant(Array.isArray(samples), 'the load gives its samples at its end')
      return samples
    },
  }
}

function tell(child: ChildProcess, message: LoadMessage): void {
  child.send(message)
}
