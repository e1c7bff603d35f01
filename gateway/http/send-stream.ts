// Writes one streamed answer as fast as its reader takes it, and no faster: what is not taken is not asked for.

import type { ServerResponse } from 'node:http'

import type { Framing } from './framing.ts'
import { SAFE_HEADERS } from './respond.ts'

export interface Frame {
  /** JSON in one line. */
  readonly json: string
  readonly last: boolean
}

export interface StreamReply {
  readonly framing: Framing
  readonly headers: Readonly<Record<string, string>>
  readonly frames: AsyncIterable<Frame>
}

/** Idle connections are cut by proxies, often after half a minute and rarely before 15 s. */
const HEARTBEAT_MS = 12_000

/** Resolves when all is written or the reader has gone. Rejects with what `frames` rejects with. */
export async function sendStream(
  response: ServerResponse,
  { framing, headers, frames }: StreamReply,
): Promise<void> {
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': framing.type,
    // Asks nginx, and those who do as it does, to pass each part on at once.
    'x-accel-buffering': 'no',
    ...headers,
  })
  response.flushHeaders()
  const beating = startHeartbeat(response, framing.heartbeat)
  try {
    let opening = framing.opening
    for await (const { json, last } of frames) {
      if (response.destroyed) return
      beating?.refresh()
      const taken = response.write(opening + framing.frame(json, last))
      opening = ''
      if (!taken) await drained(response)
    }
    if (!response.destroyed) response.end(framing.closing)
  } finally {
    clearInterval(beating)
  }
}

function startHeartbeat(
  response: ServerResponse,
  heartbeat: string | undefined,
): NodeJS.Timeout | undefined {
  if (heartbeat === undefined) return undefined
  return setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(heartbeat)
  }, HEARTBEAT_MS)
}

/** The server cuts off a reader that takes nothing, so this comes to an end. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const onEither = () => resolve()
  response.once('drain', onEither)
  response.once('close', onEither)
  await promise
  response.off('drain', onEither)
  response.off('close', onEither)
}
