// Parts of an answer that are kept as XML, or not kept at all.

import type { Value } from '../adapter.ts'
import { XmlFragment } from '../xml/fragment.ts'
import type { XmlPlace, XmlTag } from '../xml/parse.ts'
import { TEXT } from './layout.ts'

/** What reads one element while its events arrive. */
export interface Frame {
  /** A child begins: the frame that reads it. */
  child(tag: XmlTag, place: XmlPlace): Frame
  text(text: string): void
  /** A child that holds text or nothing, at one go. False: it is not as simple as that. */
  leaf?(tag: XmlTag, text: string): boolean
  /** Undefined when the element was part of a larger value, or is none. */
  close(): Value | undefined
  /** The value of the child that has just ended. */
  take(value: Value): void
}

/** Content as XML; with `outer` the element itself too. It is its own child, so that it sees the whole subtree. */
export class RawFrame implements Frame {
  readonly #fragment = new XmlFragment()
  readonly #record: Record<string, Value> | undefined
  /** Depth at which the next end is this value's own. */
  readonly #end: number

  constructor(record?: Record<string, Value>, outer?: { tag: XmlTag; place: XmlPlace }) {
    this.#record = record
    this.#end = outer === undefined ? 0 : 1
    if (outer !== undefined) this.#fragment.open(outer.tag, outer.place)
  }

  get hasElements(): boolean {
    return this.#fragment.hasElements
  }

  child(tag: XmlTag, place: XmlPlace): Frame {
    this.#fragment.open(tag, place)
    return this
  }

  text(text: string): void {
    this.#fragment.write(text)
  }

  take(): void {
    // Children write into the same fragment.
  }

  close(): Value | undefined {
    const last = this.#fragment.depth === this.#end
    this.#fragment.close()
    if (!last) return undefined
    const raw = this.#fragment.toString()
    if (this.#record === undefined) return raw
    this.#record[TEXT] = raw
    return this.#record
  }
}

/** Text as it is, or XML as soon as there is an element. */
export class AnythingFrame extends RawFrame {
  #plain = ''

  override text(text: string): void {
    super.text(text)
    this.#plain += text
  }

  override close(): Value | undefined {
    const raw = super.close()
    return raw === undefined || this.hasElements ? raw : this.#plain
  }
}

/** An element that is left out with all that it holds. */
export class SkippedFrame implements Frame {
  child(): Frame {
    return this
  }

  text(): void {
    // Is left out.
  }

  take(): void {
    // Is left out.
  }

  close(): undefined {
    return undefined
  }
}
