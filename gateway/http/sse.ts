// Payloads as server-sent events, by GraphQL over SSE in distinct connections mode: `next` for each, `complete` at the end.

import type { Framing } from './framing.ts'

export const EVENTS: Framing = {
  type: 'text/event-stream; charset=utf-8',
  opening: '',
  frame: (json) => `event: next\ndata: ${json}\n\n`,
  // The empty data line is there because a browser's EventSource tells nobody of an event without one.
  closing: 'event: complete\ndata:\n\n',
  heartbeat: ':\n\n',
}
