// What is said on channels of the store, heard by one copy. A subscription that broke off half-way is tried again with the next
// connection, one that was refused after a while, and who listens is told each time it stands: what was said before that
// moment was said to nobody.

/** What of the store's client is needed here: a connection of its own, since one that listens can ask nothing. */
interface ListeningClient {
  readonly isReady: boolean
  on(event: 'ready', listener: () => void): unknown
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>
}

/** A server that is not ready itself, because it loads what it had on a disk, refuses for a while. */
const REFUSED_MS = 250

interface Channel {
  readonly listener: (text: string) => void
  readonly stands: () => void
  state: 'wanted' | 'asked' | 'standing'
}

export class ValkeyChannels {
  readonly #client: ListeningClient
  readonly #channels = new Map<string, Channel>()

  constructor(client: ListeningClient) {
    this.#client = client
    client.on('ready', () => this.#connected())
  }

  /** `stands` is called as soon as everything that is said from then on is heard, and again after each lost connection. */
  hear(name: string, listener: (text: string) => void, stands: () => void = () => {}): void {
    const channel: Channel = { listener, stands, state: 'wanted' }
    this.#channels.set(name, channel)
    if (this.#client.isReady) void this.#ask(name, channel)
  }

  /** By then the client has asked again for those that stood. */
  #connected(): void {
    for (const [name, channel] of this.#channels) {
      if (channel.state === 'standing') channel.stands()
      else void this.#ask(name, channel)
    }
  }

  async #ask(name: string, channel: Channel): Promise<void> {
    if (channel.state !== 'wanted') return
    channel.state = 'asked'
    try {
      await this.#client.subscribe(name, channel.listener)
      channel.state = 'standing'
      channel.stands()
    } catch {
      channel.state = 'wanted'
      if (!this.#client.isReady) return
      setTimeout(() => void this.#ask(name, channel), REFUSED_MS).unref()
    }
  }
}
