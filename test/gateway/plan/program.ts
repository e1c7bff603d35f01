// Stands in for the process that plans: does what the text of a document says.

import type { Asked } from '../../../gateway/plan/planning-messages.ts'

const opened = new Map<number, string>()

process.on('message', (message) => {
  if (typeof message !== 'string') return
  const asked: Asked = JSON.parse(message)
  if (asked.kind === 'open') opened.set(asked.supergraph, asked.sdl)
  if (asked.kind === 'close') opened.delete(asked.supergraph)
  if (asked.kind !== 'plan') return
  const { id, text, supergraph } = asked
  if (text === 'die') process.abort()
  if (text === 'sleep') return
  const failure = text === 'fail' ? 'unplanned' : undefined
  const sdl = opened.get(supergraph) ?? 'unknown'
  const plan = { kind: 'condition', variable: `${text} of ${sdl}` }
  process.send?.(JSON.stringify(failure === undefined ? { id, plan } : { id, failure }))
})
process.once('disconnect', () => process.exit())
