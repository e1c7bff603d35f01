// The moments of a subscription, before a store that says when it takes one.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { ValkeyLink } from '../../../portal/server/session/valkey-link.ts'
import { eventually } from '../../support/eventually.ts'
import { readCommands } from '../../support/valkey-double.ts'
import { portOf } from '../support/port-of.ts'

const STANDS = '*3\r\n$9\r\nsubscribe\r\n$5\r\nended\r\n:1\r\n'
const LOADING = '-LOADING the dataset is loaded\r\n'

/** Answers everything else at once. */
async function openStore() {
  const asked: Socket[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let pending = ''
    socket.on('data', (chunk) => {
      const { commands, rest } = readCommands(pending + String(chunk))
      pending = rest
      for (const [name = ''] of commands) {
        if (name.toUpperCase() === 'SUBSCRIBE') asked.push(socket)
        else socket.write('+OK\r\n')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { asked, url: `redis://127.0.0.1:${portOf(server)}` }
}

async function hearing() {
  const { asked, url } = await openStore()
  const log = { info() {}, warn() {}, error() {} }
  const link = new ValkeyLink({ url, withinMs: 20_000, log })
  onTestFinished(() => link.close())
  await eventually(async () => expect(await link.isUp()).toBe(true))
  const heard: string[] = []
  let stood = 0
  link.hear(
    'ended',
    (text) => heard.push(text),
    () => (stood += 1),
  )
  await eventually(() => expect(asked).toHaveLength(1))
  return { asked, heard, stood: () => stood }
}

test('a channel stands when the store has said so, not before', async () => {
  const { asked, heard, stood } = await hearing()
  expect(stood()).toBe(0)
  asked[0]?.write(`${STANDS}*3\r\n$7\r\nmessage\r\n$5\r\nended\r\n$4\r\nthis\r\n`)
  await eventually(() => expect([stood(), heard]).toEqual([1, ['this']]))
})

test.each<readonly [string, (socket: Socket | undefined) => void]>([
  ['is refused', (socket) => socket?.write(LOADING)],
  ['broke off', (socket) => socket?.destroy()],
])('one that %s is asked for again', async (_title, refuse) => {
  const { asked, stood } = await hearing()
  refuse(asked[0])
  await eventually(() => expect(asked).toHaveLength(2))
  expect(stood()).toBe(0)
  asked[1]?.write(STANDS)
  await eventually(() => expect(stood()).toBe(1))
})
