// How the payloads of one streamed answer stand in its body. Two framings: multipart.ts and sse.ts.

export interface Framing {
  /** The response's media type. */
  readonly type: string
  readonly opening: string
  /** One payload, which is JSON in one line; `last` if no other will follow. */
  frame(json: string, last: boolean): string
  readonly closing: string
  /** Says that the stream is alive and nothing else; undefined: the framing knows no such thing. */
  readonly heartbeat: string | undefined
}
