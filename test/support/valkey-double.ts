// The few commands that the product sends to its store, over a socket in RESP 2/3 (valkey.io/topics/protocol). The script of
// turns is done by hand: the double knows no Lua.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

type Reply = string | number | null | { error: string } | readonly Reply[]

export interface Double {
  pause(): void
  resume(): void
  close(): Promise<void>
}

export async function openDouble(port: number): Promise<Double> {
  const store = new DoubleStore()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let pending = ''
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      const { commands, rest } = readCommands(pending + String(chunk))
      pending = rest
      for (const command of commands) store.run(command, socket)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    pause: () => sockets.forEach((socket) => socket.pause()),
    resume: () => sockets.forEach((socket) => socket.resume()),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

class DoubleStore {
  readonly #values = new Map<string, { value: string; until: number }>()
  readonly #sorted = new Map<string, Map<string, number>>()
  readonly #turns = new Map<string, number[]>()
  readonly #listeners = new Set<Socket>()

  run([name = '', ...args]: readonly string[], socket: Socket): void {
    const [first = '', second = ''] = args
    const command = name.toUpperCase()
    if (command === 'MGET')
      return send(
        socket,
        args.map((key) => this.#get(key)),
      )
    if (command === 'SET') return send(socket, this.#set(args))
    if (command.startsWith('Z')) return send(socket, this.#inSorted(command, args))
    if (command === 'EVAL') return send(socket, this.#turn(args))
    if (command === 'SUBSCRIBE') {
      this.#listeners.add(socket)
      socket.once('close', () => this.#listeners.delete(socket))
      return send(socket, ['subscribe', first, 1])
    }
    if (command === 'PUBLISH') {
      for (const each of this.#listeners) send(each, ['message', first, second])
      return send(socket, this.#listeners.size)
    }
    if (command === 'HELLO') return send(socket, { error: 'NOPROTO unsupported protocol version' })
    return send(socket, 'OK')
  }

  #get(key: string): string | null {
    const kept = this.#values.get(key)
    return kept === undefined || kept.until <= Date.now() ? null : kept.value
  }

  #inSorted(command: string, [key = '', second = '', third = '']: readonly string[]): Reply {
    if (command === 'ZADD') return this.#add(key, Number(second), third)
    if (command === 'ZRANGEBYSCORE') return this.#since(key, Number(second))
    return this.#drop(key, Number(third))
  }

  #add(key: string, score: number, member: string): number {
    const members = this.#sorted.get(key) ?? new Map<string, number>()
    this.#sorted.set(key, members.set(member, score))
    return 1
  }

  #since(key: string, least: number): readonly string[] {
    const members = [...(this.#sorted.get(key) ?? [])].filter(([, score]) => score >= least)
    return members.toSorted(([, one], [, other]) => one - other).map(([member]) => member)
  }

  #drop(key: string, most: number): number {
    const members = this.#sorted.get(key) ?? new Map<string, number>()
    for (const [member, score] of members) if (score <= most) members.delete(member)
    return 0
  }

  #set([key = '', value = '', unit = '', time = '', condition = '']: readonly string[]): Reply {
    if (unit.toUpperCase() !== 'PX') return { error: 'ERR only PX is known here' }
    if (condition !== '' && condition !== 'NX') return { error: 'ERR only NX is known here' }
    if (condition === 'NX' && this.#get(key) !== null) return null
    this.#values.set(key, { value, until: Date.now() + Number(time) })
    return 'OK'
  }

  #turn([, , key = '', calls = '', perMicros = '', mostMicros = '']: readonly string[]): number {
    const now = Date.now() * 1_000
    const moments = this.#turns.get(key) ?? []
    const oldest = moments[Number(calls) - 1] ?? -Infinity
    const at = Math.max(now, oldest + Number(perMicros))
    if (at - now > Number(mostMicros)) return -1
    this.#turns.set(key, [at, ...moments].slice(0, Number(calls)))
    return at - now
  }
}

/** Arrays of bulk strings, as clients send them; what is cut off waits for the rest. */
function readCommands(text: string): { commands: string[][]; rest: string } {
  const commands: string[][] = []
  let at = 0
  for (;;) {
    const read = readCommand(text, at)
    if (read === undefined) return { commands, rest: text.slice(at) }
    commands.push(read.command)
    at = read.end
  }
}

function readCommand(text: string, from: number): { command: string[]; end: number } | undefined {
  let at = from
  const number = (): number | undefined => {
    const end = text.indexOf('\r\n', at)
    if (end < 0) return undefined
    const value = Number(text.slice(at + 1, end))
    at = end + 2
    return value
  }
  const count = number()
  if (count === undefined) return undefined
  const command: string[] = []
  for (let index = 0; index < count; index += 1) {
    const length = number()
    if (length === undefined || text.length < at + length + 2) return undefined
    command.push(Buffer.from(text.slice(at, at + length), 'latin1').toString('utf8'))
    at += length + 2
  }
  return { command, end: at }
}

function send(socket: Socket, reply: Reply): void {
  if (socket.writable) socket.write(write(reply))
}

function write(reply: Reply): string {
  if (reply === null) return '$-1\r\n'
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`
  if ('error' in reply) return `-${reply.error}\r\n`
  return `*${reply.length}\r\n${reply.map(write).join('')}`
}
