// Puts one simulator on a socket. In: bytes. Out: what the simulator answers, after its switches have had their way.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

import iconv from 'iconv-lite'

import { encodeLegacy } from './legacy-charset.ts'
import { NIGHT, windowState } from './maintenance.ts'
import {
  htmlPage,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from './simulator.ts'
import type { Switches } from './switches.ts'

/** What the control endpoint sees of a running simulator. */
export interface SimulatorState {
  switches: Switches
  calls: number
}

export interface ServedSimulator {
  readonly url: string
  close(): Promise<void>
}

const MAX_BODY = 1_000_000
const USUAL_LATENCY = [20, 60] as const

export async function serveSimulator(
  simulator: Simulator,
  state: SimulatorState,
  world: World,
): Promise<ServedSimulator> {
  const stage = new Stage(simulator, state, world)
  const server = openServer(simulator, world, (request, response) => {
    stage.serve(request, response).catch(() => response.destroy())
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    if (state.switches.down) socket.resetAndDestroy()
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const scheme = simulator.mutualTls === true ? 'https' : 'http'
  const url = `${scheme}://127.0.0.1:${toPort(server)}${simulator.path}`
  return {
    url,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

class Stage {
  readonly #simulator: Simulator
  readonly #state: SimulatorState
  readonly #world: World
  readonly #running = new Set<ServerResponse>()

  constructor(simulator: Simulator, state: SimulatorState, world: World) {
    this.#simulator = simulator
    this.#state = state
    this.#world = world
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { switches } = this.#state
    const body = await readBody(message)
    if (switches.down || body === undefined) {
      reset(message)
      return
    }
    const request = toWireRequest(message, body, switches)
    const business = this.#simulator.isBusiness?.(request) ?? message.method === 'POST'
    if (business) this.#state.calls += 1
    const reply = business
      ? await this.#business(request, response)
      : await this.#simulator.answer(request)
    if (reply === undefined) reset(message)
    else send(response, reply, this.#simulator, switches)
  }

  /** Undefined: the connection is reset. */
  async #business(request: WireRequest, response: ServerResponse): Promise<WireReply | undefined> {
    const { parallel, busy } = this.#simulator
    if (parallel !== undefined && busy !== undefined && this.#running.size >= parallel)
      return busy()
    // What is begun is done, but who has gone takes nobody's place.
    this.#running.add(response)
    response.once('close', () => this.#running.delete(response))
    try {
      await sleep(this.#latencyMs(request.switches))
      return await this.#reply(request)
    } finally {
      this.#running.delete(response)
    }
  }

  async #reply(request: WireRequest): Promise<WireReply | undefined> {
    const { switches } = request
    const maintenance = this.#simulator.maintenance ?? NIGHT
    const window = windowState(maintenance, switches.window, this.#world.now())
    if (window === 'refused') return undefined
    if (window === 'page') return page(200, maintenance.page)
    if (switches.garbage) return page(200, GARBAGE)
    if (this.#world.random() < switches.failRate) {
      return this.#simulator.failure?.(request) ?? page(500, BREAKDOWN)
    }
    return this.#simulator.answer(request)
  }

  /** A range is skewed to its low end: half of the calls are in its first quarter. */
  #latencyMs(switches: Switches): number {
    const own = this.#simulator.latency ?? USUAL_LATENCY
    const latency = switches.latency === 'own' ? own : switches.latency
    if (typeof latency === 'number') return latency
    const [least, most] = latency
    return least + (most - least) * this.#world.random() ** 2
  }
}

const GARBAGE = htmlPage('خوش آمدید', 'برای ورود به سامانه نام کاربری خود را وارد کنید.')
const BREAKDOWN = htmlPage('Server Error in / Application', 'Object reference not set.')

function page(status: number, body: string): WireReply {
  return { status, contentType: 'text/html; charset={charset}', body }
}

function send(
  response: ServerResponse,
  reply: WireReply,
  simulator: Simulator,
  switches: Switches,
): void {
  // Some systems call their XML a web page; it has their charset and drifts all the same.
  const html = reply.contentType.startsWith('text/html') && !isXml(reply.body)
  const own = html ? 'utf-8' : (simulator.charset ?? 'utf-8')
  const charset = !html && iconv.encodingExists(switches.encoding) ? switches.encoding : own
  const body =
    typeof reply.body === 'string'
      ? encodeLegacy(
          toFinalText(reply.body, charset, switches.drift && !html ? simulator : undefined),
          charset,
        )
      : reply.body
  response.writeHead(reply.status, {
    'content-type': reply.contentType.replace('{charset}', charset),
    'content-length': body.length,
    ...reply.headers,
  })
  response.end(body)
}

function isXml(body: string | Uint8Array): boolean {
  return typeof body === 'string' && body.startsWith('<?xml')
}

function toFinalText(text: string, charset: string, drifting: Simulator | undefined): string {
  const declared = text.replace(/^(<\?xml[^>]*?encoding=")[^"]*/u, `$1${charset}`)
  return drifting === undefined ? declared : drifting.drift(declared)
}

function openServer(
  simulator: Simulator,
  world: World,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (simulator.mutualTls !== true) return createServer(listener)
  const { authority, server } = world.certificates
  return createTlsServer(
    {
      key: server.key,
      cert: server.certificate,
      ca: authority,
      requestCert: true,
      rejectUnauthorized: true,
    },
    listener,
  )
}

function toWireRequest(message: IncomingMessage, body: Buffer, switches: Switches): WireRequest {
  const { socket } = message
  const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined
  const name = subject?.CN
  return {
    method: message.method ?? '',
    url: new URL(message.url ?? '/', 'http://localhost'),
    headers: message.headers,
    body,
    remoteAddress: (socket.remoteAddress ?? '').replace(/^::ffff:/u, ''),
    clientName: typeof name === 'string' ? name : undefined,
    switches,
  }
}

/** Undefined: too large, or cut off by the client. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of message) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      size += bytes.length
      if (size > MAX_BODY) return undefined
      chunks.push(bytes)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}

function reset(message: IncomingMessage): void {
  message.socket.destroy()
}

function toPort(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
