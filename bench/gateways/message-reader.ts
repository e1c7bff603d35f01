// HTTP/1.1 messages out of a socket's bytes, requests and replies alike: a head up to the empty line, then a body by
// Content-Length or chunks (RFC 9112 §6). Only what bench traffic needs, so that the load side costs next to nothing:
// no trailers, no body that ends with the connection.

export interface Message {
  /** Start line and headers, as they came. */
  readonly head: string
  /** The body in the pieces in which it arrived. */
  readonly pieces: readonly Buffer[]
}

const END_OF_HEAD = '\r\n\r\n'
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i
const CHUNKED = /\r\ntransfer-encoding: *chunked/i

type State = 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'last line'

export class MessageReader {
  readonly #finished: (message: Message) => void
  #state: State = 'head'
  #early: Buffer | undefined
  #head = ''
  #pieces: Buffer[] = []
  #left = 0

  constructor(finished: (message: Message) => void) {
    this.#finished = finished
  }

  push(chunk: Buffer): void {
    let rest = this.#early === undefined ? chunk : Buffer.concat([this.#early, chunk])
    this.#early = undefined
    while (rest.length > 0 && this.#early === undefined) rest = this.#step(rest)
  }

  /** What follows the part that was read. */
  #step(bytes: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes)
      case 'chunk size':
        return this.#readLine(bytes, (line) => {
          this.#left = Number.parseInt(line, 16)
          this.#state = this.#left === 0 ? 'last line' : 'chunk'
        })
      case 'chunk end':
        return this.#readLine(bytes, () => (this.#state = 'chunk size'))
      case 'last line':
        return this.#readLine(bytes, () => this.#finish())
      case 'body':
      case 'chunk':
        return this.#readBytes(bytes)
    }
  }

  #readHead(bytes: Buffer): Buffer {
    const end = bytes.indexOf(END_OF_HEAD)
    if (end < 0) return this.#wait(bytes)
    this.#head = bytes.toString('latin1', 0, end)
    this.#left = Number(CONTENT_LENGTH.exec(this.#head)?.[1] ?? 0)
    if (CHUNKED.test(this.#head)) this.#state = 'chunk size'
    else if (this.#left === 0) this.#finish()
    else this.#state = 'body'
    return bytes.subarray(end + END_OF_HEAD.length)
  }

  #readLine(bytes: Buffer, read: (line: string) => void): Buffer {
    const end = bytes.indexOf('\r\n')
    if (end < 0) return this.#wait(bytes)
    read(bytes.toString('latin1', 0, end))
    return bytes.subarray(end + 2)
  }

  #readBytes(bytes: Buffer): Buffer {
    const piece = bytes.length <= this.#left ? bytes : bytes.subarray(0, this.#left)
    this.#pieces.push(piece)
    this.#left -= piece.length
    const rest = bytes.subarray(piece.length)
    if (this.#left > 0) return rest
    if (this.#state === 'chunk') this.#state = 'chunk end'
    else this.#finish()
    return rest
  }

  #wait(bytes: Buffer): Buffer {
    this.#early = bytes
    return bytes
  }

  #finish(): void {
    const message = { head: this.#head, pieces: this.#pieces }
    this.#state = 'head'
    this.#pieces = []
    this.#finished(message)
  }
}

export function textOf(pieces: readonly Buffer[]): string {
  return (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString('utf8')
}

export function sameBytes(pieces: readonly Buffer[], expected: Buffer): boolean {
  let at = 0
  for (const piece of pieces) {
    if (at + piece.length > expected.length) return false
    if (piece.compare(expected, at, at + piece.length) !== 0) return false
    at += piece.length
  }
  return at === expected.length
}
