// Things that come one by one in, all that are there at the same time together out.

import { setImmediate as nextTurn } from 'node:timers/promises'

export interface Batch<Item> {
  /** Empty only if the source ended without one more. */
  readonly items: readonly Item[]
  readonly last: boolean
}

const NOT_YET = Symbol('not yet')

/** Begins at once, before anybody reads; lets the source go if its reader stops before the end. */
export function batched<Item>(source: AsyncIterable<Item>): AsyncGenerator<Batch<Item>, void> {
  const items = source[Symbol.asyncIterator]()
  return batches(items, begin(items))
}

async function* batches<Item>(
  items: AsyncIterator<Item>,
  first: Promise<IteratorResult<Item>>,
): AsyncGenerator<Batch<Item>, void> {
  let coming = first
  let over = false
  try {
    while (!over) {
      const ready: Item[] = []
      let next: IteratorResult<Item> | typeof NOT_YET = await coming
      while (next !== NOT_YET && next.done !== true) {
        ready.push(next.value)
        coming = begin(items)
        next = await Promise.race([coming, nextTurn(NOT_YET)])
      }
      over = next !== NOT_YET
      yield { items: ready, last: over }
    }
  } finally {
    if (!over) void items.return?.().catch(() => {})
  }
}

/** It is awaited later; a failure before that is not one that nobody handles. */
function begin<Item>(items: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  const coming = items.next()
  coming.catch(() => {})
  return coming
}
