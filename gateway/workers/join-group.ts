// A worker's part in what all do as one: answers the process that watches it.

import type { Running } from '../open-gateway.ts'
import { prepareForGroup } from './prepare-for-group.ts'
import { type Answers, type ChannelEnd, WorkerChannel } from './worker-channel.ts'

/** The first process answers at once; if it does not, the file says what to begin with. */
const SUPERGRAPH_MS = 2000

export interface Joined {
  /** What the others answer with; undefined: whatever the file says. */
  supergraph(): Promise<string | undefined>
  /** From now on the group's questions are answered. */
  answer(running: Running): void
}

export function joinGroup(): Joined {
  let running: Running | undefined
  const answers: Answers = {
    metrics: () => running?.metrics(),
    health: () => running?.health(),
    ...prepareForGroup((supergraph) => {
      if (running === undefined) return Promise.reject(new RangeError('not listening yet'))
      return running.prepare(supergraph)
    }),
  }
  const channel = new WorkerChannel(PARENT, answers)
  return {
    supergraph: async () => {
      const supergraph = await channel.ask('supergraph', undefined, SUPERGRAPH_MS)
      return typeof supergraph === 'string' ? supergraph : undefined
    },
    answer: (opened) => {
      running = opened
    },
  }
}

const PARENT: ChannelEnd = {
  send: (message, done) => process.send?.(message, undefined, undefined, done),
  on: (event, listener) => process.on(event, listener),
}
