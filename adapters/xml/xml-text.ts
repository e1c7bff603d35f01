// Bytes of an XML answer to text, piece by piece. The charset is chosen by the first bytes, in the order of charset.ts.

import { chooseCharset, type CharsetHints } from './charset.ts'
import { XmlError } from './events.ts'

export interface TextOptions extends CharsetHints {
  /** Are the first bytes all there are? */
  readonly whole: boolean
}

export class XmlText {
  readonly #decoder: TextDecoder

  /** Throws XmlError `charset`, like all methods. */
  constructor(first: Uint8Array, options: TextOptions) {
    const label = chooseCharset(first, options, options.whole)
    this.#decoder = new TextDecoder(label, { fatal: true })
  }

  write(bytes: Uint8Array): string {
    return this.#decode(bytes, true)
  }

  /** What was waiting for more bytes. */
  end(): string {
    return this.#decode(NOTHING, false)
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream })
    } catch {
      throw new XmlError('charset')
    }
  }
}

const NOTHING = new Uint8Array(0)
