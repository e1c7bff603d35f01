// The few commands that the product sends to its store, over a socket in RESP 2/3 (valkey.io/topics/protocol). The scripts
// (of a rate's turns, and of giving back what is one's own) are done by hand: the double knows no Lua.

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
    socket.setNoDelay(true)
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

  readonly #commands: Readonly<Record<string, (args: readonly string[]) => Reply>> = {
    PING: () => 'PONG',
    HELLO: () => ({ error: 'NOPROTO unsupported protocol version' }),
    GET: ([key = '']) => this.#get(key),
    MGET: (keys) => keys.map((key) => this.#get(key)),
    SET: (args) => this.#set(args),
    DEL: (keys) => keys.filter((key) => this.#delete(key)).length,
    PTTL: ([key = '']) => (this.#values.get(key)?.until ?? -1) - Date.now(),
    PEXPIRE: ([key = '', forMs]) => this.#expire(key, Number(forMs)),
    EVAL: (args) => (args[0]?.includes("'DEL'") === true ? this.#giveBack(args) : this.#turn(args)),
    PUBLISH: ([channel = '', text = '']) => {
      for (const each of this.#listeners) send(each, ['message', channel, text])
      return this.#listeners.size
    },
    ZADD: (args) => this.#add(args),
    ZCARD: ([key = '']) => this.#membersOf(key).size,
    ZSCORE: ([key = '', member = '']) => this.#membersOf(key).get(member)?.toString() ?? null,
    ZREM: ([key = '', member = '']) => Number(this.#membersOf(key).delete(member)),
    ZRANGE: ([key = '']) => this.#since(key, -Infinity),
    ZRANGEBYSCORE: ([key = '', least]) => this.#since(key, Number(least)),
    ZREMRANGEBYSCORE: ([key = '', , most]) => this.#drop(key, Number(most)),
    ZPOPMIN: ([key = '', count]) => this.#pop(key, Number(count)),
  }

  run([name = '', ...args]: readonly string[], socket: Socket): void {
    const command = name.toUpperCase()
    if (command === 'SUBSCRIBE') {
      this.#listeners.add(socket)
      socket.once('close', () => this.#listeners.delete(socket))
      return send(socket, ['subscribe', args[0] ?? '', 1])
    }
    const work = this.#commands[command]
    return send(socket, work === undefined ? 'OK' : work(args))
  }

  #get(key: string): string | null {
    const kept = this.#values.get(key)
    return kept === undefined || kept.until <= Date.now() ? null : kept.value
  }

  #membersOf(key: string): Map<string, number> {
    const members = this.#sorted.get(key) ?? new Map<string, number>()
    this.#sorted.set(key, members)
    return members
  }

  #add([key = '', ...args]: readonly string[]): number {
    const [score = '', member = ''] = args.slice(-2)
    const members = this.#membersOf(key)
    if (args[0] !== 'XX' || members.has(member)) members.set(member, Number(score))
    return 1
  }

  #pop(key: string, count: number): readonly string[] {
    const members = this.#sorted.get(key)
    const first = this.#since(key, -Infinity).slice(0, count)
    return first.flatMap((member) => {
      const score = `${members?.get(member)}`
      members?.delete(member)
      return [member, score]
    })
  }

  #delete(key: string): boolean {
    const isThere = this.#sorted.delete(key) || this.#get(key) !== null
    this.#values.delete(key)
    return isThere
  }

  #expire(key: string, forMs: number): number {
    const kept = this.#values.get(key)
    if (kept !== undefined) kept.until = Date.now() + forMs
    return kept === undefined ? 0 : 1
  }

  #giveBack([, , key = '', owner = '']: readonly string[]): number {
    return this.#get(key) === owner && this.#delete(key) ? 1 : 0
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

  #set([key = '', value = '', ...options]: readonly string[]): Reply {
    const words = options.map((option) => option.toUpperCase())
    const before = this.#get(key)
    if (words.includes('NX') && before !== null) return null
    if (words.includes('XX') && before === null) return null
    const kept = words.includes('KEEPTTL') ? this.#values.get(key)?.until : undefined
    const until = kept ?? Date.now() + Number(options[words.indexOf('PX') + 1])
    if (Number.isNaN(until)) return { error: 'ERR only PX and KEEPTTL are known here' }
    this.#values.set(key, { value, until })
    return 'OK'
  }

  #turn([, , key = '', calls = '', perMicros = '', mostMicros = '']: readonly string[]): Reply {
    if (perMicros === 'NaN') return { error: 'ERR this is no number to reckon with' }
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
export function readCommands(text: string): { commands: string[][]; rest: string } {
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
