// Who is to be told when a request ends early. A request makes many calls and its signal has one listener for all of
// them: adding one for each costs as much as the rest of a call's bookkeeping.

const waiting = new WeakMap<AbortSignal, Ending>()

interface Ending {
  readonly leaving: Set<() => void>
  readonly onAbort: () => void
}

/** Calls `leave` once when the signal aborts; what it gives takes that back. The signal has not aborted yet. */
export function atRequestEnd(signal: AbortSignal, leave: () => void): () => void {
  const ending = waiting.get(signal) ?? listen(signal)
  ending.leaving.add(leave)
  return () => {
    // A listener that stays keeps the signal, and by it the request, until its deadline has passed.
    if (!ending.leaving.delete(leave) || ending.leaving.size > 0) return
    waiting.delete(signal)
    signal.removeEventListener('abort', ending.onAbort)
  }
}

function listen(signal: AbortSignal): Ending {
  const leaving = new Set<() => void>()
  const onAbort = () => {
    waiting.delete(signal)
    const all = [...leaving]
    leaving.clear()
    for (const leave of all) leave()
  }
  const ending = { leaving, onAbort }
  waiting.set(signal, ending)
  signal.addEventListener('abort', onAbort, { once: true })
  return ending
}
