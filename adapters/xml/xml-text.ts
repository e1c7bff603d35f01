// Bytes of an XML answer to text, piece by piece. The charset is chosen by the first bytes, in the order of charset.ts.

import { chooseCharset, type CharsetHints } from './charset.ts'
import { XmlError } from './events.ts'

export interface TextOptions extends CharsetHints {
  /** Are the first bytes all there are? */
  readonly whole: boolean
}

export class XmlText {
  readonly #label: string
  /** Small answers in UTF-8, which are nearly all, have been checked as a whole already. */
  readonly #plain: boolean
  #decoder: TextDecoder | undefined

  /** Throws XmlError `charset`, like all methods. */
  constructor(first: Uint8Array, options: TextOptions) {
    this.#label = chooseCharset(first, options, options.whole)
    this.#plain = options.whole && first.length <= SMALL && /^utf-?8$/i.test(this.#label)
  }

  /** A plain text comes in one piece. */
  write(bytes: Uint8Array): string {
    if (this.#plain) {
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    }
    return this.#decode(bytes, true)
  }

  /** What was waiting for more bytes. */
  end(): string {
    return this.#plain ? '' : this.#decode(NOTHING, false)
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      this.#decoder ??= new TextDecoder(this.#label, { fatal: true })
      return this.#decoder.decode(bytes, { stream })
    } catch {
      throw new XmlError('charset')
    }
  }
}

/** Bytes that are read in one piece. */
export const SMALL = 65_536
const NOTHING = new Uint8Array(0)
