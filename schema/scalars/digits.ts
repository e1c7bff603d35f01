// Persian (U+06F0), Arabic (U+0660) and ASCII digits are one alphabet to us.

/** Every digit as ASCII; the very same string if nothing changed. */
export function toAsciiDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) =>
    String.fromCharCode(0x30 + (digit.charCodeAt(0) & 0x0f)),
  )
}
