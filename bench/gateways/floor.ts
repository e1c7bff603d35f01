// What no gateway can be cheaper than: a server that makes the calls of a plan in its order, parses the answers and writes
// fixed bytes. `node floor.ts PORT undici|sockets`; PUT /floor tells it the calls and the answer.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

import { request } from 'undici'

import { MessageReader, textOf } from './message-reader.ts'
import type { Call, Waves } from './subgraph-server.ts'

export interface FloorWork {
  readonly origin: string
  readonly waves: Waves
  readonly answer: string
}

type Ask = (origin: string, call: Call) => Promise<unknown>

const [port = '', transport = ''] = process.argv.slice(2)
const ask: Ask = transport === 'sockets' ? askBySocket : askByUndici
let work: FloorWork = { origin: '', waves: [], answer: '{"data":{"__typename":"Query"}}' }

const server = createServer((incoming, outgoing) => {
  void serve(incoming, outgoing)
})
server.listen(Number(port), '127.0.0.1')

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await text(incoming)
  if (incoming.method === 'PUT') {
    work = JSON.parse(body)
    outgoing.end()
    return
  }
  const { origin, waves, answer } = work
  for (const wave of waves) await Promise.all(wave.map((call) => ask(origin, call)))
  outgoing.setHeader('content-type', 'application/json')
  outgoing.end(answer)
}

async function askByUndici(origin: string, { path, body }: Call): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const reply = await request(`${origin}${path}`, { method: 'POST', headers, body })
  return reply.body.json()
}

// --- The same by bare sockets, kept open

interface Kept {
  readonly socket: Socket
  take: (body: string) => void
}

const idle: Kept[] = []

async function askBySocket(origin: string, { path, body }: Call): Promise<unknown> {
  const kept = idle.pop() ?? (await open(new URL(origin)))
  const reply = Promise.withResolvers<string>()
  kept.take = reply.resolve
  kept.socket.write(
    `POST ${path} HTTP/1.1\r\nHost: floor\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  const answer = await reply.promise
  idle.push(kept)
  return JSON.parse(answer)
}

async function open({ hostname, port: number }: URL): Promise<Kept> {
  const socket = connect({ host: hostname, port: Number(number), noDelay: true })
  await once(socket, 'connect')
  const kept: Kept = { socket, take: () => undefined }
  const reader = new MessageReader(({ pieces }) => kept.take(textOf(pieces)))
  socket.on('data', (chunk: Buffer) => reader.push(chunk))
  return kept
}
