// A worker's part in what all do as one: answers the process that watches it.

import type { Ending, EndingsChannel } from '../auth/token/endings/ended-sessions.ts'
import { readEnding } from '../auth/token/endings/endings-channel.ts'
import type { IsFirstUse } from '../auth/token/proof/used-once.ts'
import type { Running } from '../open-gateway.ts'
import { prepareForGroup } from './prepare-for-group.ts'
import { type Answers, type ChannelEnd, WorkerChannel } from './worker-channel.ts'

/** The first process answers at once; if it does not, the file says what to begin with. */
const SUPERGRAPH_MS = 2000
const ENDED_MS = 2000
/** A request waits for it. */
const USED_MS = 2000

export interface Joined {
  /** What the others answer with; undefined: whatever the file says. */
  supergraph(): Promise<string | undefined>
  /** By which the others learn what ends here. */
  readonly endings: EndingsChannel
  readonly isFirstUse: IsFirstUse
  /** From now on the group's questions are answered. */
  answer(running: Running): void
}

export function joinGroup(): Joined {
  let running: Running | undefined
  const listeners = new Set<(ending: Ending) => void>()
  const take = (endings: unknown) => {
    for (const one of Array.isArray(endings) ? endings : []) {
      const ending = readEnding(one)
      if (ending !== undefined) for (const listener of listeners) listener(ending)
    }
  }
  const answers: Answers = {
    metrics: () => running?.metrics(),
    health: () => running?.health(),
    ended: take,
    ...prepareForGroup((supergraph) => {
      if (running === undefined) return Promise.reject(new RangeError('not listening yet'))
      return running.prepare(supergraph)
    }),
  }
  const channel = new WorkerChannel(PARENT, answers)
  return {
    endings: {
      tell: (ending) => void channel.ask('ended', ending, ENDED_MS),
      heard: (listener) => {
        listeners.add(listener)
        void channel.ask('endings', undefined, ENDED_MS).then(take)
      },
    },
    isFirstUse: async (use) => {
      const isFirst = await channel.ask('used', use, USED_MS)
      return typeof isFirst === 'boolean' ? isFirst : undefined
    },
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
