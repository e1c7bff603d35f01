// In: an address that a client of the realm has registered. Out: what is there, without following it elsewhere. Never: a
// call in clear text beyond this machine, or to a place that nobody registered.
export type Fetch = (
  url: string | URL | Request,
  options?: RequestInit & { dispatcher?: unknown },
) => Promise<Response>

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * For key sets of clients. The provider brings a dispatcher that refuses special-use addresses after the name was
 * resolved; it is left away only for this very machine, where the demo's clients are.
 */
export function guardedFetch(fetchPlain: Fetch = fetch): Fetch {
  return (url, options = {}) => {
    const target = new URL(url instanceof Request ? url.url : url)
    const { dispatcher, ...plain } = options
    if (!isSafe(target)) return Promise.reject(new TypeError('this address is not fetched'))
    const guarded =
      isLoopback(target) || dispatcher === undefined ? plain : { ...plain, dispatcher }
    return fetchPlain(target, { ...guarded, redirect: 'error' })
  }
}

/** https, or this machine. */
export function isSafe(target: URL): boolean {
  const plain = target.username === '' && target.password === ''
  return (
    plain && (target.protocol === 'https:' || (target.protocol === 'http:' && isLoopback(target)))
  )
}

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.has(hostname)
}
