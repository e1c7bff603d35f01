// The bytes of one HTTP/1.1 reply in, its head and its body out (RFC 9112). Never reads on behind its end.

import { parseReplyHead, type ReplyHead } from './reply-head.ts'

export interface ReplySink {
  onHead(head: ReplyHead): void
  /** Part of the body. Only valid now, unless it is kept as a copy; `isLast` if the reply ends with it. */
  onBody(bytes: Buffer, isLast: boolean): void
}

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-end'

/** `broken`: what came is no reply, or not all of it; `over`: it has ended, and more came than it is. */
export type Read = 'more' | 'ended' | 'broken' | 'over'

const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'
const HEAD_MOST = 16_384
const LINE_MOST = 1024
const TRAILERS_MOST = 64
const CHUNK_SIZE = /^(?<size>[0-9a-f]{1,8})(?:[ \t]*;.*)?$/i

export class ReplyReader {
  readonly #sink: ReplySink
  #state: State = 'head'
  /** The beginning of what has not come as a whole: a head or a line. */
  #begun: Buffer | undefined
  /** Of the body, or of its chunk. */
  #left = 0
  #trailers = 0
  #end: 'ended' | 'broken' | undefined

  constructor(sink: ReplySink) {
    this.#sink = sink
  }

  read(given: Buffer): Read {
    const bytes = this.#begun === undefined ? given : Buffer.concat([this.#begun, given])
    this.#begun = undefined
    let at = 0
    while (this.#end === undefined) {
      const next = this.#step(bytes, at)
      if (next === undefined) return this.#end ?? this.#keep(bytes, at)
      at = next
    }
    return this.#end === 'ended' && at < bytes.length ? 'over' : this.#end
  }

  /** The connection has ended. */
  finish(): Read {
    if (this.#end === undefined && this.#state === 'until-end') this.#end = 'ended'
    return this.#end ?? 'broken'
  }

  #keep(bytes: Buffer, at: number): Read {
    if (at < bytes.length) this.#begun = Buffer.from(bytes.subarray(at))
    return 'more'
  }

  /** Where to read on; undefined if that is not there yet, or never will. */
  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#head(bytes, at)
      case 'sized':
      case 'chunk':
      case 'until-end':
        return this.#body(bytes, at)
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer':
        return this.#line(bytes, at)
    }
  }

  #head(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(HEAD_END, at, 'latin1')
    if (end < 0 || end - at > HEAD_MOST) {
      if (bytes.length - at > HEAD_MOST) this.#end = 'broken'
      return undefined
    }
    const head = parseReplyHead(bytes.toString('latin1', at, end))
    // 101 would make something else of the connection, which nobody asked for.
    if (head === undefined || head.status === 101) this.#end = 'broken'
    else if (head.status >= 200) this.#begin(head)
    return end + HEAD_END.length
  }

  #begin(head: ReplyHead): void {
    this.#sink.onHead(head)
    if (head.body === 'chunked') this.#state = 'chunk-size'
    else if (head.body === 'until-end') this.#state = 'until-end'
    else if (head.body === 0) this.#end = 'ended'
    else {
      this.#state = 'sized'
      this.#left = head.body
    }
  }

  #body(bytes: Buffer, at: number): number | undefined {
    if (at === bytes.length) return undefined
    if (this.#state === 'until-end') {
      this.#sink.onBody(bytes.subarray(at), false)
      return bytes.length
    }
    const end = Math.min(at + this.#left, bytes.length)
    this.#left -= end - at
    const isSized = this.#state === 'sized'
    this.#sink.onBody(bytes.subarray(at, end), isSized && this.#left === 0)
    if (this.#left > 0) return end
    if (isSized) this.#end = 'ended'
    else this.#state = 'chunk-end'
    return end
  }

  #line(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf(LINE_END, at, 'latin1')
    if (end < 0 || end - at > LINE_MOST) {
      if (bytes.length - at > LINE_MOST) this.#end = 'broken'
      return undefined
    }
    const line = bytes.toString('latin1', at, end)
    if (this.#state === 'chunk-size') this.#chunk(line)
    else if (this.#state === 'chunk-end') {
      if (line === '') this.#state = 'chunk-size'
      else this.#end = 'broken'
    } else this.#trailer(line)
    return end + LINE_END.length
  }

  #chunk(line: string): void {
    const size = CHUNK_SIZE.exec(line)?.groups?.['size']
    if (size === undefined) {
      this.#end = 'broken'
      return
    }
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailer' : 'chunk'
  }

  /** What is said in them is not used; they end with an empty line. */
  #trailer(line: string): void {
    this.#trailers += 1
    if (line === '') this.#end = 'ended'
    else if (this.#trailers > TRAILERS_MOST) this.#end = 'broken'
  }
}
