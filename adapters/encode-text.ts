// Text → bytes of a charset. The runtime encodes UTF-8 only; single-byte charsets are its decoder read backwards.

/** Undefined when a character is not in the charset, or the charset is neither UTF-8 nor of single bytes. */
export function encodeText(text: string, charset: string): Uint8Array | undefined {
  const { encoding } = new TextDecoder(charset)
  // Half a pair would be written as U+FFFD, another character than was asked for.
  if (encoding === 'utf-8') return text.isWellFormed() ? new TextEncoder().encode(text) : undefined
  const bytes = singleBytes(encoding)
  const encoded = Array.from(text, (character) => bytes.get(character))
  return encoded.every((byte) => byte !== undefined) ? Uint8Array.from(encoded) : undefined
}

const TABLES = new Map<string, ReadonlyMap<string, number>>()

function singleBytes(encoding: string): ReadonlyMap<string, number> {
  const known = TABLES.get(encoding)
  if (known) return known
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, number>()
  for (let byte = 0; byte < 256; byte += 1) {
    const character = decoder.decode(Uint8Array.of(byte))
    if (character !== '\uFFFD') table.set(character, byte)
  }
  TABLES.set(encoding, table)
  return table
}
