// An answer that is not what the contract says. Holds the reason and the place by names, nothing of the values.

import type { XmlFault } from '../xml/parse.ts'

export type UnreadableReason =
  | XmlFault
  | 'empty'
  | 'multipart'
  | 'wrong-root'
  | 'wrong-namespace'
  | 'reference'
  | 'unknown-element'
  | 'missing-element'
  | 'repeated-element'
  | 'value'
  | 'text'
  /** Of security/: a part that had to be signed is not; a signature that does not hold, of nobody we trust, or too old. */
  | 'unsigned'
  | 'signature'
  | 'signer'
  | 'stale'
  /** The answer to another request (WS-Addressing). */
  | 'addressing'
  /** Of attachments/: a part that is named and not there, or a package that cannot be read. */
  | 'attachment'

export class Unreadable extends Error {
  readonly reason: UnreadableReason
  /** Names from the answer's root, joined by dots. */
  readonly path: string | undefined

  constructor(reason: UnreadableReason, path?: string) {
    super(path === undefined ? reason : `${reason} at ${path}`)
    this.name = 'Unreadable'
    this.reason = reason
    this.path = path
  }
}
