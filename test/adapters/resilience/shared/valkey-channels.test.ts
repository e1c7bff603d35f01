import { EventEmitter } from 'node:events'

import { expect, test } from 'vitest'

import { ValkeyChannels } from '../../../../adapters/resilience/shared/valkey-channels.ts'
import { eventually } from '../../../support/eventually.ts'

/** A connection whose answers to a subscription the test gives. */
class Connection extends EventEmitter {
  isReady = false
  readonly asked: string[] = []
  readonly #replies: PromiseWithResolvers<void>[] = []

  ready(): void {
    this.isReady = true
    this.emit('ready')
  }

  subscribe(channel: string): Promise<void> {
    this.asked.push(channel)
    const reply = Promise.withResolvers<void>()
    this.#replies.push(reply)
    return reply.promise
  }

  lost(): void {
    this.isReady = false
  }

  async reply(error?: Error): Promise<void> {
    const reply = this.#replies.shift()!
    if (error === undefined) reply.resolve()
    else reply.reject(error)
    await new Promise(setImmediate)
  }
}

function opened() {
  const connection = new Connection()
  const stood: string[] = []
  const channels = new ValkeyChannels(connection)
  const hear = (name: string) =>
    channels.hear(
      name,
      () => {},
      () => stood.push(name),
    )
  return { connection, stood, hear }
}

test('a channel is asked for with the first connection, and said to stand when the store has said so', async () => {
  const { connection, stood, hear } = opened()
  hear('endings')
  expect(connection.asked).toEqual([])
  connection.ready()
  expect([connection.asked, stood]).toEqual([['endings'], []])
  await connection.reply()
  expect(stood).toEqual(['endings'])
})

test('one that is wanted later is asked for at once', async () => {
  const { connection, stood, hear } = opened()
  connection.ready()
  hear('endings')
  await connection.reply()
  expect([connection.asked, stood]).toEqual([['endings'], ['endings']])
})

test('a subscription that broke off is asked for again with the next connection', async () => {
  const { connection, stood, hear } = opened()
  connection.ready()
  hear('endings')
  connection.lost()
  await connection.reply(new Error('the socket closed'))
  expect(stood).toEqual([])
  connection.ready()
  await connection.reply()
  expect([connection.asked, stood]).toEqual([['endings', 'endings'], ['endings']])
})

test('one that was refused is asked for again by the same connection', async () => {
  const { connection, stood, hear } = opened()
  connection.ready()
  hear('endings')
  await connection.reply(new Error('LOADING'))
  await eventually(() => expect(connection.asked).toEqual(['endings', 'endings']))
  await connection.reply()
  expect(stood).toEqual(['endings'])
})

test('after a lost connection it is said to stand again, and not asked for twice', async () => {
  const { connection, stood, hear } = opened()
  connection.ready()
  hear('endings')
  await connection.reply()
  connection.ready()
  expect([connection.asked, stood]).toEqual([['endings'], ['endings', 'endings']])
})
