// Texts of URLs and forms in a charset: windows-1256 systems expect percent-encoded bytes of windows-1256 (quirk Q9).

import { encodeText } from './encode-text.ts'

/** RFC 3986 §2.3: everything but unreserved characters as a percent-encoded byte. Undefined: not in the charset. */
export function percentEncode(text: string, charset: string): string | undefined {
  const bytes = encodeText(text, charset)
  return bytes && Array.from(bytes, toPercent).join('')
}

function toPercent(byte: number): string {
  const character = String.fromCodePoint(byte)
  if (/[A-Za-z0-9._~-]/.test(character)) return character
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
