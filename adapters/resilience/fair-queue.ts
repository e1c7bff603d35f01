// Who is next where many wait. Callers take turns, and the requests of one caller take turns, so that a request with five
// hundred keys delays its own keys and nobody else's (round robin; RFC 970).

/** To whom a waiting call belongs. */
export interface Flow {
  readonly caller: string
  readonly request: string
}

interface Caller<T> {
  size: number
  /** In the order of their turns; what a request waits for, in the order of asking. */
  readonly requests: Map<string, Set<T>>
}

export class FairQueue<T> {
  readonly #callers = new Map<string, Caller<T>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  push({ caller, request }: Flow, item: T): void {
    const known = this.#callers.get(caller) ?? { size: 0, requests: new Map<string, Set<T>>() }
    this.#callers.set(caller, known)
    const items = known.requests.get(request) ?? new Set<T>()
    known.requests.set(request, items)
    items.add(item)
    known.size += 1
    this.#size += 1
  }

  /** The oldest item of the request whose turn it is; that request and its caller go to the end. */
  shift(): T | undefined {
    const [next] = this.#callers
    if (next === undefined) return undefined
    const [caller, known] = next
    const [turn] = known.requests
    if (turn === undefined) return undefined
    const [request, items] = turn
    const [item] = items
    if (item === undefined) return undefined
    this.remove({ caller, request }, item)
    if (items.size > 0) toEnd(known.requests, request, items)
    if (known.size > 0) toEnd(this.#callers, caller, known)
    return item
  }

  /** False if it does not wait any more. */
  remove({ caller, request }: Flow, item: T): boolean {
    const known = this.#callers.get(caller)
    const items = known?.requests.get(request)
    if (known === undefined || items === undefined || !items.delete(item)) return false
    known.size -= 1
    this.#size -= 1
    if (items.size === 0) known.requests.delete(request)
    if (known.size === 0) this.#callers.delete(caller)
    return true
  }

  /**
   * In a full queue a newcomer takes the place of the newest item of the caller who has most, if that one stays at least
   * level with the newcomer's; among the requests of one caller likewise. Undefined: the newcomer has most himself.
   */
  displace({ caller, request }: Flow): T | undefined {
    const most = largest(this.#callers, (each) => each.size)
    if (most === undefined) return undefined
    const [crowded, known] = most
    const isOwn = crowded === caller
    if (!isOwn && known.size <= (this.#callers.get(caller)?.size ?? 0) + 1) return undefined
    const longest = largest(known.requests, (each) => each.size)
    if (longest === undefined) return undefined
    const [chosen, items] = longest
    if (isOwn && items.size <= (known.requests.get(request)?.size ?? 0) + 1) return undefined
    const newest = [...items].at(-1)
    if (newest !== undefined) this.remove({ caller: crowded, request: chosen }, newest)
    return newest
  }
}

function toEnd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key)
  map.set(key, value)
}

function largest<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  sizeOf: (value: Value) => number,
): readonly [Key, Value] | undefined {
  let most: readonly [Key, Value] | undefined
  for (const entry of map) {
    if (most === undefined || sizeOf(entry[1]) > sizeOf(most[1])) most = entry
  }
  return most
}
