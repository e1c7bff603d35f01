// Bounds of time that hold on any machine: counted is what this process was let live, not what the clock showed meanwhile.
// One that is stopped, or starved by its neighbours, gets no older; one that waits, does.

const TICK_MS = 5

/** Milliseconds of waiting since; at most those of the clock. */
export function livedTime(): () => number {
  let ticks = 0
  // An interval that was held up does not catch up.
  const timer = setInterval(() => (ticks += 1), TICK_MS).unref()
  return () => {
    clearInterval(timer)
    return ticks * TICK_MS
  }
}
