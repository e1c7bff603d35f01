// A source of events, until it is over or a signal says so.

/** Waits for nothing once the signal is aborted, whatever the source does; lets the source go in any case. */
export async function* untilEnded<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const items = source[Symbol.asyncIterator]()
  let wake: (() => void) | undefined
  const onAbort = () => wake?.()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    while (!signal.aborted) {
      // A promise for each turn: racing one that lives as long as the stream would keep every turn's memory.
      const turn = Promise.withResolvers<IteratorResult<Item> | undefined>()
      wake = () => turn.resolve(undefined)
      items.next().then(turn.resolve, turn.reject)
      const next = await turn.promise
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    void items.return?.().catch(() => {})
  }
}
