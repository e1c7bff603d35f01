// What leaves the process for the store of all copies. In: a text and its name. Out: bytes that say nothing to whoever
// reads the store, and that nobody but the copies can have written. AES-256-GCM (NIST SP 800-38D).

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

export class Seal {
  readonly #secret: Uint8Array
  /** By which copies name answers alike. */
  readonly nameSecret: Uint8Array

  /** 32 random bytes, the same for all copies. */
  constructor(secret: Uint8Array) {
    this.#secret = secret
    this.nameSecret = hmac(secret, 'names')
  }

  /** The same at all copies, and says nothing of the text. */
  nameOf(text: string): string {
    return hmac(this.nameSecret, text).toString('base64url')
  }

  /** Base64. The name is authenticated with it: an answer moved to another's name does not open. */
  close(text: string, name: string): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv(CIPHER, this.#keyOf(name), iv).setAAD(Buffer.from(name))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
  }

  /** Undefined for what no copy with this secret has written under this name. */
  open(sealed: string, name: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64')
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined
    const iv = bytes.subarray(0, IV_BYTES)
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
    try {
      const cipher = createDecipheriv(CIPHER, this.#keyOf(name), iv)
        .setAAD(Buffer.from(name))
        .setAuthTag(tag)
      const body = cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES))
      return Buffer.concat([body, cipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  /** A key for each name: random IVs of one key would begin to repeat after some thousand million answers (§8.3). */
  #keyOf(name: string): Buffer {
    return hmac(this.#secret, `answer ${name}`)
  }
}

function hmac(secret: Uint8Array, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}
