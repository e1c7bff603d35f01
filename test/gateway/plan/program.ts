// Stands in for the process that plans: does what the text of a document says. `spin … FILE` says
// that it has begun by FILE.begun, and takes until there is FILE.

import { existsSync, writeFileSync } from 'node:fs'

import type { Asked, PlanAsked } from '../../../gateway/plan/planning-messages.ts'

const opened = new Map<number, string>()

process.on('message', (message) => {
  if (typeof message !== 'string') return
  const asked: Asked = JSON.parse(message)
  if (asked.kind === 'open') open(asked.supergraph, asked.sdl)
  if (asked.kind === 'close') opened.delete(asked.supergraph)
  if (asked.kind === 'plan') plan(asked)
})

function open(supergraph: number, sdl: string): void {
  if (sdl === 'die') process.abort()
  opened.set(supergraph, sdl)
  process.send?.(JSON.stringify({ opened: supergraph }))
}

function plan({ id, text, supergraph }: PlanAsked): void {
  if (text === 'die') process.abort()
  if (text.startsWith('sleep')) return
  const [, file = ''] = / (\/.+)$/.exec(text) ?? []
  if (file !== '') {
    writeFileSync(`${file}.begun`, '')
    while (!existsSync(file));
  }
  const made = text === 'pid' ? process.pid : `${text} of ${opened.get(supergraph)}`
  const reply = { id, plan: { kind: 'condition', variable: String(made) } }
  process.send?.(JSON.stringify(text === 'fail' ? { id, failure: 'unplanned' } : reply))
}

process.once('disconnect', () => process.exit())
