// Which parameters of headers and cookies may be set by an operation's input at all.

/** OpenAPI 3.1 §4.8.12.2: such a parameter shall be ignored; the body, the replies and `auth` decide. */
const IGNORED: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])
/** Of the connection and the body: whoever writes them decides where a request ends. */
const OURS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-connection',
])
/** RFC 9110 §5.6.2, RFC 6265 §4.1.1. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export function isIgnored(name: string, place: string): boolean {
  return place === 'header' && IGNORED.has(name.toLowerCase())
}

/** What is wrong with the name, and the mend. */
export function nameProblem(name: string, place: string): string | undefined {
  if (place !== 'header' && place !== 'cookie') return undefined
  if (!TOKEN.test(name)) return `is no name of a ${place}`
  return place === 'header' && OURS.has(name.toLowerCase())
    ? 'is a header of the connection; take it out of the description'
    : undefined
}
