// A TCP relay before one system, which can do what the system itself would not: be gone, hang, cut its answers short, take
// only so many calls. Bytes go through as they are, TLS too.

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

import { portOf } from '../port-of.ts'

export type WireFault = 'none' | 'dead' | 'hanging' | 'truncated' | 'limited'

export interface FaultProxy {
  readonly url: string
  /** False where the wire cannot be read (TLS). */
  readonly canLimit: boolean
  set(fault: WireFault): Promise<void>
  close(): Promise<void>
}

/** Of an answer that is cut: the status line and some headers, in HTTP; a part of a record, in TLS. */
const CUT_AT_BYTES = 150
/** What a limited system takes within a second. */
const CALLS_A_SECOND = 5
const TOO_MANY =
  'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n'

export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const to = new URL(target)
  const relay = new Relay(to)
  const port = await relay.listen(0)
  const url = new URL(to)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    canLimit: to.protocol === 'http:',
    set: (fault) => relay.set(fault, port),
    close: () => relay.stop(),
  }
}

class Relay {
  readonly #to: URL
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #fault: WireFault = 'none'
  #begun: number[] = []

  constructor(to: URL) {
    this.#to = to
  }

  async listen(port: number): Promise<number> {
    const server = createServer((socket) => this.#serve(socket))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    return portOf(server)
  }

  async set(fault: WireFault, port: number): Promise<void> {
    this.#fault = fault
    if (fault === 'dead') await this.stop()
    else if (this.#server === undefined) await this.listen(port)
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #serve(client: Socket): void {
    const upstream = connect(Number(this.#to.port), this.#to.hostname)
    let passed = 0
    // What hung goes on hanging when all is well again, until somebody gives it up.
    let hangs = false
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (chunk: Buffer) => {
      passed = 0
      hangs ||= this.#fault === 'hanging'
      if (hangs) return
      if (this.#fault === 'limited' && isRequest(chunk) && !this.#mayBegin()) {
        client.write(TOO_MANY)
        return
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (this.#fault !== 'truncated') return void client.write(chunk)
      const rest = CUT_AT_BYTES - passed
      passed += chunk.length
      if (rest < chunk.length) client.end(chunk.subarray(0, Math.max(0, rest)))
      else client.write(chunk)
    })
  }

  #mayBegin(): boolean {
    const now = Date.now()
    this.#begun = this.#begun.filter((at) => now - at < 1_000)
    if (this.#begun.length >= CALLS_A_SECOND) return false
    this.#begun.push(now)
    return true
  }
}

function isRequest(chunk: Buffer): boolean {
  return /^(GET|POST|PUT) /.test(chunk.toString('latin1', 0, 5))
}
