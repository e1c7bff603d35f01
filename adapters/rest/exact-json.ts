// JSON whose numbers keep their digits: 12345678901234567890 and 1.50 stay what they are on the wire.

import { hasDoubledNames } from '../json-names.ts'

declare global {
  // ECMAScript's "JSON.parse source text access", not yet in TypeScript's library.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown,
    ): unknown
    rawJSON(text: string): unknown
  }
}

/** A number as it stood in the text (RFC 8259 §6). */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Digits of a mathematical integer (`12`, `12.0`, `-0`), undefined for anything else. */
  get integer(): string | undefined {
    return /^(-?[0-9]+)(?:\.0+)?$/.exec(this.text)?.[1]
  }
}

// A number of up to 15 digits without fraction and exponent is its own text; hearing of each source text costs as much
// as all other reading of a reply. Digits within strings may speak for caution where none is needed.
const LOSES_DIGITS = /[0-9]{16}|[0-9][.eE]|-0/

/**
 * Parsed JSON with a NumberText for every number whose text a double may not give back; undefined if it is not JSON, or an
 * object has a name twice (RFC 7493 §2.3).
 */
export function parseExact(text: string): unknown {
  try {
    const plain: unknown = JSON.parse(text)
    if (hasDoubledNames(text, plain)) return undefined
    if (!LOSES_DIGITS.test(text)) return plain
    return JSON.parse(text, (_key, value: unknown, context) =>
      typeof value === 'number' ? new NumberText(context.source) : value,
    )
  } catch {
    // Not JSON, or nested so deep that walking it exhausts the stack.
    return undefined
  }
}

/** What a number's text was, in either form that parseExact gives; undefined for anything else. */
export function numberText(json: unknown): NumberText | undefined {
  if (typeof json === 'number') return new NumberText(String(json))
  return json instanceof NumberText ? json : undefined
}

/** JSON of a value in which numbers may be NumberText. */
export function writeExact(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each instanceof NumberText ? JSON.rawJSON(each.text) : each,
  )
}
