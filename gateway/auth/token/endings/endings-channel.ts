// Endings as others tell them: other copies through a store, other processes through a channel. What comes is looked at anew,
// because a store is in other hands.

import { isMembers } from '../form/strict-json.ts'
import type { Ending, EndingsChannel } from './ended-sessions.ts'

/** Texts for all copies, also for those that come later. */
export interface Notices {
  tell(text: string): void
  heard(listener: (text: string) => void): void
}

export function channelOver(notices: Notices): EndingsChannel {
  return {
    tell: (ending) => notices.tell(JSON.stringify(ending)),
    heard: (listener) =>
      notices.heard((text) => {
        const ending = readEnding(parsed(text))
        if (ending !== undefined) listener(ending)
      }),
  }
}

/** Undefined: none. */
export function readEnding(value: unknown): Ending | undefined {
  if (!isMembers(value)) return undefined
  const { kind, id, atMs } = value
  if (typeof atMs !== 'number') return undefined
  if (kind === 'everybody') return { kind, atMs }
  if (typeof id !== 'string' || id === '') return undefined
  return kind === 'session' || kind === 'subject' ? { kind, id, atMs } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
