// What was ended here, told to whoever checks tokens in this process: the sign-on tells its own clients, but the gateway is
// none, and an access token lives on until it expires.

/** Times in milliseconds since 1970. `subject` is the `sub` of a person or machine. */
export type Ended =
  | { readonly kind: 'session' | 'subject'; readonly id: string; readonly atMs: number }
  | { readonly kind: 'everybody'; readonly atMs: number }

type Listener = (ended: Ended) => void

export class EndNews {
  readonly #listeners: Listener[] = []

  heard(listener: Listener): void {
    this.#listeners.push(listener)
  }

  publish(ended: Ended): void {
    for (const listener of this.#listeners) listener(ended)
  }

  /** What others ended is no news from here. */
  tell(): void {}
}
