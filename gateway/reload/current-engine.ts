// The one place where the engine stands that answers now. Another one can take its place at any moment: a request keeps
// the one it began with until its last part or event is out, and an engine that nobody needs any more is closed.

import type { Answer, Ask } from '../../schema/context.ts'
import type { Engine } from '../engine.ts'
import type { Work } from '../pipeline.ts'
import { Stream } from './stream.ts'

export interface CurrentOptions {
  /** How long the subscriptions of a replaced engine go on. They would keep it for ever, so they are told to come again. */
  readonly graceMs: number
}

interface Held {
  readonly engine: Engine
  readonly subscriptions: Set<Stream<Answer>>
  users: number
  isRetired: boolean
  closing?: Promise<void>
}

const REPLACED: Answer = {
  errors: [
    { message: 'The schema has changed. Subscribe again.', extensions: { code: 'CONFLICT' } },
  ],
}

export class CurrentEngine {
  #held: Held
  readonly #graceMs: number
  #streams = 0
  #isClosed = false

  constructor(engine: Engine, { graceMs }: CurrentOptions) {
    this.#held = hold(engine)
    this.#graceMs = graceMs
  }

  get engine(): Engine {
    return this.#held.engine
  }

  /** Answers of which parts or events still come. */
  get openStreams(): number {
    return this.#streams
  }

  readonly run: Engine['run'] = async (...asked) => {
    const held = this.#held
    held.users += 1
    let work: Work | undefined
    try {
      work = await held.engine.run(...asked)
      return work
    } finally {
      if (work?.later !== undefined) work.later = this.#watched(work.later, () => release(held))
      else if (work?.events !== undefined) work.events = this.#subscribed(work.events, held)
      else release(held)
    }
  }

  /** The engine is held by the one who asked first, until all is done. */
  readonly join: Engine['join'] = (...asked) => this.#held.engine.join(...asked)

  /** For whoever asks outside of a request; within one, the context has the ask of the request's own engine. */
  readonly ask: Ask = async (...asked) => {
    const held = this.#held
    held.users += 1
    try {
      return await held.engine.ask(...asked)
    } finally {
      release(held)
    }
  }

  /** From now on this one answers. The old one is closed when its last request is done. */
  replace(engine: Engine): void {
    const old = this.#held
    this.#held = hold(engine)
    retire(old)
    // It was still being prepared when the end came.
    if (this.#isClosed) retire(this.#held)
    if (old.subscriptions.size === 0) return
    const cut = setTimeout(() => {
      for (const subscription of old.subscriptions) subscription.cut(REPLACED)
    }, this.#graceMs)
    cut.unref()
  }

  /** When nobody is to come any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    retire(this.#held)
    await this.#held.closing
  }

  #subscribed(events: AsyncIterable<Answer>, held: Held): AsyncIterable<Answer> {
    const subscription: Stream<Answer> = this.#watched(events, () => {
      held.subscriptions.delete(subscription)
      release(held)
    })
    held.subscriptions.add(subscription)
    return subscription
  }

  #watched<Part>(parts: AsyncIterable<Part>, ended: () => void): Stream<Part> {
    this.#streams += 1
    return new Stream(parts, {
      ended: () => {
        this.#streams -= 1
        ended()
      },
    })
  }
}

function hold(engine: Engine): Held {
  return { engine, subscriptions: new Set(), users: 0, isRetired: false }
}

function retire(held: Held): void {
  held.isRetired = true
  closeUnused(held)
}

function release(held: Held): void {
  held.users -= 1
  closeUnused(held)
}

function closeUnused(held: Held): void {
  if (held.isRetired && held.users === 0) held.closing ??= held.engine.close()
}
