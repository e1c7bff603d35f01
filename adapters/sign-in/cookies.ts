// The cookies that a reply sets (RFC 6265 §4.1.1, §5.2), for a session with one system at one address: path, domain and
// expiry are not kept, the session's lifetime stands in system.json.

import type { ExchangeReply } from '../adapter.ts'

const PAIR = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=("?)([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)\2$/

/** By name, the last of a name; one that is taken back (no value, Max-Age 0) is none. */
export function cookiesOf(reply: ExchangeReply): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  // Several headers are joined by ", "; the comma of an Expires date is followed by a day and not by a name.
  for (const text of (reply.headers['set-cookie'] ?? '').split(/,\s*(?=[^;,=\s]+=)/)) {
    const [first = '', ...attributes] = text.split(';').map((part) => part.trim())
    const [, name, , value] = PAIR.exec(first) ?? []
    if (name === undefined || value === undefined) continue
    const ended = value === '' || attributes.some((each) => /^max-age=(?:0|-\d+)$/i.test(each))
    if (ended) cookies.delete(name)
    else cookies.set(name, value)
  }
  return cookies
}
