// All subgraphs of a world behind one port, each under its name. They must never be what limits a gateway: HTTP is read by
// hand, a request seen before is answered from memory.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

import { portOf } from '../port-of.ts'
import { type Message, MessageReader, textOf } from './message-reader.ts'
import { type AnswerDocument, buildAnswers } from './static-answers.ts'
import type { World } from './world.ts'

/** What a gateway sent for one request; the calls of one wave were under way together. */
export type Waves = readonly (readonly Call[])[]

export interface Call {
  readonly path: string
  readonly body: string
}

const START_LINE = /^\w+ \/([^ /]*)/
const CLOSES = /\r\nconnection: *close/i
const REMEMBERED = 3000
const RECORDING_MS = 60

export class SubgraphServer {
  /** Of every answer; 0 answers at once. */
  delayMs = 0
  /** Received since the start. */
  calls = 0
  /** How many subgraph requests may be open at once is a property of the gateway: this is the most there were. */
  mostAtOnce = 0
  readonly #server: Server
  readonly #answers: ReadonlyMap<string, AnswerDocument>
  readonly #known = new Map<string, Buffer>()
  readonly #sockets = new Set<Socket>()
  #underWay = 0
  #recording: Call[][] | undefined

  private constructor(world: World) {
    this.#answers = new Map(world.subgraphs.map(({ name, types }) => [name, buildAnswers(types)]))
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  static async open(world: World, port = 0): Promise<SubgraphServer> {
    const server = new SubgraphServer(world)
    server.#server.listen(port, '127.0.0.1', 4096)
    await once(server.#server, 'listening')
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`
  }

  /** The calls of what `work` asks, in waves: every answer is held back so long that calls side by side come together. */
  async record(work: () => Promise<unknown>): Promise<Waves> {
    const { delayMs } = this
    this.delayMs = RECORDING_MS
    this.#recording = []
    try {
      await work()
      return this.#recording
    } finally {
      this.delayMs = delayMs
      this.#recording = undefined
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    // A gateway that is stopped resets its connections.
    socket.on('error', () => socket.destroy())
    const reader = new MessageReader((message) => this.#receive(socket, message))
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
  }

  #receive(socket: Socket, { head, pieces }: Message): void {
    const subgraph = START_LINE.exec(head)?.[1] ?? ''
    const body = pieces.length === 0 ? '' : textOf(pieces)
    this.calls += 1
    this.#underWay += 1
    if (this.#underWay > this.mostAtOnce) this.mostAtOnce = this.#underWay
    this.#note({ path: `/${subgraph}`, body })
    const send = () => {
      this.#underWay -= 1
      if (socket.destroyed) return
      socket.write(this.#replyTo(subgraph, body))
      if (CLOSES.test(head)) socket.end()
    }
    if (this.delayMs === 0) send()
    else setTimeout(send, this.delayMs)
  }

  #note(call: Call): void {
    if (this.#recording === undefined) return
    if (this.#underWay === 1) this.#recording.push([])
    this.#recording.at(-1)?.push(call)
  }

  #replyTo(subgraph: string, body: string): Buffer {
    const key = `${subgraph} ${body}`
    let reply = this.#known.get(key)
    if (reply === undefined) {
      reply = this.#compute(subgraph, body)
      if (this.#known.size >= REMEMBERED) this.#known.clear()
      this.#known.set(key, reply)
    }
    return reply
  }

  #compute(subgraph: string, body: string): Buffer {
    const answer = this.#answers.get(subgraph)
    if (answer === undefined || body === '') return toReply('404 Not Found', '{}')
    const { query, variables } = JSON.parse(body)
    return toReply('200 OK', JSON.stringify(answer(String(query), variables ?? {})))
  }
}

function toReply(status: string, body: string): Buffer {
  const length = Buffer.byteLength(body)
  return Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  )
}
