// What the parts of the encoder are built with.

import type { Value } from '../adapter.ts'
import type { Prefixes } from './prefixes.ts'

/** The element of a given tag; `xsiType` is its attribute's text or ''. */
export type WriteType = (tag: string, xsiType: string, value: Value, path: string) => string

/** A holder, because recursive types meet themselves before they are done. */
export interface TypeWriter {
  write: WriteType
  /** ` xsi:type="…"` of the type as it is declared, '' for one without a name and where nothing says its type. */
  readonly xsiType: string
}

export interface EncoderOptions {
  readonly prefixes: Prefixes
  /** Of an encoded message; '' for a literal one. */
  readonly encodingStyle: string
  /** Leaves out what should stand there and is not given, and takes arguments as other toolkits write them. */
  readonly lenient: boolean
  /** How bytes travel in this call, base64 text in: attachments have places of their own. */
  readonly binary: () => ((base64: string) => string) | undefined
}
