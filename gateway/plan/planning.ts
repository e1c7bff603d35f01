// The process that plans: engines are native code and unbounded searches, and neither may take the gateway with it. One
// message in, one out, in order. Started by planner-process.ts; ends when the gateway does.

import { parse } from 'graphql'

import { openApolloPlanner } from './apollo.ts'
import { hiveLoads, openHivePlanner } from './hive.ts'
import { NOTHING, type PlanEngine } from './plan.ts'
import {
  type Asked,
  type EngineName,
  type Failure,
  type PlanAsked,
  type Reply,
  toText,
} from './planning-messages.ts'

/** Opened when it is first wanted. */
const supergraphs = new Map<number, () => PlanEngine | Failure>()

function heard(asked: Asked): Reply | undefined {
  switch (asked.kind) {
    case 'open':
      supergraphs.set(asked.supergraph, once(asked.engine, asked.sdl))
      return undefined
    case 'close':
      supergraphs.delete(asked.supergraph)
      return undefined
    case 'plan':
      return plan(asked)
  }
}

function plan({ id, supergraph, text, percent, labels }: PlanAsked): Reply {
  const engine = supergraphs.get(supergraph)?.() ?? 'unplanned'
  if (typeof engine === 'string') return { id, failure: engine }
  try {
    const document = parse(text, { noLocation: true })
    const made = engine.plan(document, { percent, labels: new Set(labels) })
    // Operations that ask nothing of a subgraph are not sent here: the engine left out what it could not reach.
    return made === NOTHING ? { id, failure: 'unplanned' } : { id, plan: made }
  } catch {
    return { id, failure: 'unplanned' }
  }
}

function once(name: EngineName, sdl: string): () => PlanEngine | Failure {
  let engine: PlanEngine | Failure | undefined
  return () => (engine ??= open(name, sdl))
}

function open(name: EngineName, sdl: string): PlanEngine | Failure {
  if (name === 'hive' && !hiveLoads()) return 'absent'
  try {
    return name === 'hive' ? openHivePlanner(sdl) : openApolloPlanner(sdl)
  } catch {
    return 'unplanned'
  }
}

if (process.send !== undefined) {
  // The terminal sends these to both; it is the gateway that decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.once('disconnect', () => process.exit())
  process.on('message', (message) => {
    if (typeof message !== 'string') return
    const asked: Asked = JSON.parse(message)
    const reply = heard(asked)
    if (reply !== undefined) process.send?.(toText(reply))
  })
}
