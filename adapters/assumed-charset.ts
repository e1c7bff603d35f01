// A charset that a reply does not declare is a guess. Single-byte charsets read any bytes, so a wrong guess shows only here.

import { isAscii, isUtf8 } from 'node:buffer'

/**
 * Are these bytes UTF-8 although another charset was assumed? Text of several letters is hardly so by chance: `least` are the
 * bytes beyond ASCII that count as several. Throws RangeError for a charset that is not known.
 */
export function contradicts(body: Uint8Array, assumed: string, least = 1): boolean {
  if (new TextDecoder(assumed).encoding === 'utf-8' || isAscii(body) || !isUtf8(body)) return false
  let found = 0
  for (const byte of body) {
    if (byte > 0x7f) found += 1
    if (found >= least) return true
  }
  return false
}
