// A chain of events, each hashed together with the one before. In: events in their order, and the head that was noted
// beside them. Out: the first place where they are not what was written.

export interface Link {
  readonly seq: number
  readonly previous_hash: string
  readonly hash: string
}

export interface ChainHead {
  readonly event_count: number
  readonly event_head: string
}

export interface ChainFault {
  readonly seq: number
  readonly message: string
}

/** Undefined when all is as it was written. `hashOf` computes the hash of an event from all that it says. */
export function faultIn<Event extends Link>(
  events: readonly Event[],
  head: ChainHead,
  hashOf: (event: Event) => string,
): ChainFault | undefined {
  let previous = ''
  for (const [index, event] of events.entries()) {
    const seq = index + 1
    if (event.seq !== seq) {
      return { seq, message: `is followed by ${event.seq}: an event is missing` }
    }
    if (event.previous_hash !== previous) {
      return { seq, message: 'does not follow the event before it' }
    }
    if (hashOf(event) !== event.hash) return { seq, message: 'was changed after it was written' }
    previous = event.hash
  }
  if (events.length === head.event_count && previous === head.event_head) return undefined
  return { seq: events.length, message: 'the chain does not end where its head says' }
}
