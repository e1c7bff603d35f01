// How long after a click a session is over, at every place where it was alive. One clock: this process's.

import { setTimeout as wait } from 'node:timers/promises'

import type { Ending } from './endings.ts'
import { type Guest, isSignedIn, statusAt, streamAt, streamAtPage } from './guest.ts'
import type { House } from './open-house.ts'

export const PLACES = [
  'the click is answered',
  'page',
  'stream of the page',
  'first copy',
  'second copy',
  'stream of the second copy',
] as const

export interface Watched {
  /** Milliseconds from the click, by place. */
  readonly tookMs: Readonly<Record<(typeof PLACES)[number], number>>
  /** Of the looks at the page and the copies: what the slowest of them needed to answer anything at all. */
  readonly longestLookMs: number
  /** What came over the streams until they ended. */
  readonly streams: readonly string[]
}

const LOOK_EVERY_MS = 4
const PATIENCE_MS = 30_000

export async function watchEnding(house: House, guest: Guest, { end }: Ending): Promise<Watched> {
  const [first, second] = house.copies
  const ofPage = await streamAtPage(house, guest)
  const ofCopy = await streamAt(second, guest)
  const from = performance.now()
  const since = async (happened: Promise<unknown>) => {
    await happened
    return performance.now() - from
  }
  let longestLookMs = 0
  const seen = (look: () => Promise<boolean>) =>
    until(async () => {
      const lookedAt = performance.now()
      const is = await look()
      longestLookMs = Math.max(longestLookMs, performance.now() - lookedAt)
      return is
    })
  const refusedAt = (copy: string) => seen(async () => (await statusAt(copy, guest)) === 401)
  const [click, page, pageStream, atFirst, atSecond, copyStream] = await Promise.all([
    since(end(house, guest)),
    since(seen(async () => !(await isSignedIn(house, guest)))),
    since(ofPage.ended),
    since(refusedAt(first)),
    since(refusedAt(second)),
    since(ofCopy.ended),
  ])
  return {
    tookMs: {
      'the click is answered': click,
      page,
      'stream of the page': pageStream,
      'first copy': atFirst,
      'second copy': atSecond,
      'stream of the second copy': copyStream,
    },
    longestLookMs,
    streams: [await ofPage.ended, await ofCopy.ended],
  }
}

/** @throws {TypeError} when it does not happen for a long time. */
export async function until(happened: () => Promise<boolean>): Promise<void> {
  const patience = performance.now() + PATIENCE_MS
  while (!(await happened())) {
    if (performance.now() > patience) throw new TypeError('it goes on')
    await wait(LOOK_EVERY_MS)
  }
}
