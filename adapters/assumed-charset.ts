// A charset that a reply does not declare is a guess. Single-byte charsets read any bytes, so a wrong guess shows only here.

import { isAscii, isUtf8 } from 'node:buffer'

/** Are these bytes UTF-8 although another charset was assumed? Text of several letters is hardly so by chance. */
export function contradicts(body: Uint8Array, assumed: string): boolean {
  return new TextDecoder(assumed).encoding !== 'utf-8' && isUtf8(body) && !isAscii(body)
}
