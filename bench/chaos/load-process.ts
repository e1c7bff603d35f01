// Runs the users; is told what to do by whoever forked it, and ends with it.

import type { LoadMessage } from './load.ts'
import { Users } from './users.ts'

let users: Users | undefined

process.on('message', (message: LoadMessage) => {
  if (message.kind === 'begin') {
    users = new Users(message.options)
    users.begin()
    process.send?.('begun')
  } else if (message.kind === 'window') users?.enter(message.name)
  else void end()
})

process.on('disconnect', () => process.exit())

async function end(): Promise<void> {
  await users?.end()
  process.send?.(users?.samples ?? [])
}
