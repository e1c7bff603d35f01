// Much work in the background of a process that answers requests: a little at a time, requests in between.

const SLICE_MS = 4

export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
): Promise<void> {
  let until = performance.now() + SLICE_MS
  for (const item of items) {
    if (performance.now() >= until) {
      await breathe()
      until = performance.now() + SLICE_MS
    }
    work(item)
  }
}

/** Whatever has arrived in the meantime goes first. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
