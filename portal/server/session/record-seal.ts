// What leaves this process for the store of all copies. In: a text and the name it is kept under. Out: a JWE (RFC 7516, `dir`
// with A256GCM, as the cookie of a sign-in under way) that only copies with the same secret can have written, for that name.
import { createHmac, hkdfSync } from 'node:crypto'

import { CompactEncrypt, compactDecrypt, errors } from 'jose'

export class RecordSeal {
  readonly #secret: Uint8Array
  readonly #nameKey: Uint8Array

  /** 32 random bytes, the same for all copies. */
  constructor(secret: Uint8Array) {
    this.#secret = secret
    this.#nameKey = derived(secret, 'names')
  }

  /** By this the store knows ids, persons and sessions of the sign-on: it learns none of them. */
  nameOf(text: string): string {
    return createHmac('sha256', this.#nameKey).update(text).digest('base64url')
  }

  close(text: string, name: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.#keyOf(name))
  }

  /** Undefined for what no copy has written under this name: also for what was moved here from another one. */
  async open(sealed: string, name: string): Promise<string | undefined> {
    try {
      const { plaintext } = await compactDecrypt(sealed, this.#keyOf(name), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      return new TextDecoder().decode(plaintext)
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  /** A key for each name: whatever is moved does not open, and no key is used for many texts (NIST SP 800-38D §8.3). */
  #keyOf(name: string): Uint8Array {
    return derived(this.#secret, `record ${name}`)
  }
}

function derived(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `panjareh portal ${purpose}`, 32))
}
