// An event stream's bytes in, its events out (HTML standard §9.2.6). Holds no more than the limit of what has not ended.

export interface ServerEvent {
  /** `message` if it has no name. */
  readonly name: string
  readonly data: string
}

const LINE_END = /\r\n|\n|\r/g

export class EventParser {
  readonly #decoder = new TextDecoder()
  readonly #limit: number
  readonly #onEvent: (event: ServerEvent) => void
  /** Of a line that has not ended. */
  #rest = ''
  #afterReturn = false
  #name = ''
  #data: string[] = []
  #size = 0

  /** `limit` is of one event, in characters. */
  constructor(limit: number, onEvent: (event: ServerEvent) => void) {
    this.#limit = limit
    this.#onEvent = onEvent
  }

  /** False if an event is larger than the limit; then nothing may follow. */
  push(chunk: Uint8Array): boolean {
    const text = this.#decoder.decode(chunk, { stream: true })
    if (text === '') return true
    // The second half of a line's end that was cut in two.
    let start = this.#afterReturn && text.startsWith('\n') ? 1 : 0
    this.#afterReturn = text.endsWith('\r')
    LINE_END.lastIndex = start
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      this.#line(this.#rest + text.slice(start, end.index))
      this.#rest = ''
      start = LINE_END.lastIndex
    }
    this.#rest += text.slice(start)
    return this.#size + this.#rest.length <= this.#limit
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') this.#name = value
    if (field !== 'data') return undefined
    this.#data.push(value)
    // With its line's end, for lines without a value take memory, too.
    this.#size += value.length + 1
    return undefined
  }

  /** An event without data is none, but for `complete` of GraphQL over SSE, whose data some servers leave out. */
  #dispatch(): void {
    const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') }
    const told = this.#data.length > 0 || this.#name !== ''
    this.#name = ''
    this.#data = []
    this.#size = 0
    if (told) this.#onEvent(event)
  }
}
