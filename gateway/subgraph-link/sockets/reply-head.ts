// The head of an HTTP/1.1 reply as text in, what decides about its body and its connection out (RFC 9112). Whatever two
// readers could read in two ways is refused: the next reply of the connection might be somebody else's.

export interface ReplyHead {
  readonly status: number
  /** By lower-case name; of fields that stand several times the values with commas between. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the body, `chunked`, or until the connection ends. */
  readonly body: number | 'chunked' | 'until-end'
  /** May the connection be used again? */
  readonly isKept: boolean
  /** How long the other side keeps it, if it says so. */
  readonly keptMs: number | undefined
}

const STATUS = /^HTTP\/1\.(?<minor>[01]) (?<status>[1-9]\d\d)(?: |$)/
const NAME = /^[a-z0-9!#$%&'*+.^_|~`-]+$/
// No control character but the tab (RFC 9110 §5.5).
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const LENGTH = /^\d{1,15}$/

/** Undefined if it is none. */
export function parseReplyHead(text: string): ReplyHead | undefined {
  const lines = text.split('\r\n')
  const { minor, status: digits } = STATUS.exec(lines[0] ?? '')?.groups ?? {}
  const headers = headersOf(lines)
  if (digits === undefined || headers === undefined) return undefined
  const status = Number(digits)
  const body = bodyOf(status, headers)
  if (body === undefined) return undefined
  const connection = headers['connection']?.toLowerCase() ?? ''
  const isKept = minor === '1' && !/\bclose\b/.test(connection) && body !== 'until-end'
  return { status, headers, body, isKept, keptMs: keptMsOf(headers['keep-alive']) }
}

function headersOf(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (!NAME.test(name) || !VALUE.test(value)) return undefined
    const known = headers[name]
    headers[name] = known === undefined ? value : `${known}, ${value}`
  }
  return headers
}

/** RFC 9112 §6.3. Undefined if it is said in two ways or in one that nobody here understands. */
function bodyOf(
  status: number,
  headers: Readonly<Record<string, string>>,
): ReplyHead['body'] | undefined {
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  if (coding !== undefined) {
    return length === undefined && coding.toLowerCase() === 'chunked' ? 'chunked' : undefined
  }
  if (length !== undefined && !LENGTH.test(length)) return undefined
  if (status < 200 || status === 204 || status === 304) return 0
  return length === undefined ? 'until-end' : Number(length)
}

function keptMsOf(keepAlive: string | undefined): number | undefined {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})(?:$|[\s,])/i.exec(keepAlive ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
