// The process that plans: engines are native code and unbounded searches, and neither may take the gateway with it. One
// message in, one out, in order. Started by planner-process.ts with the engine's name; ends when the gateway does.

import { watchForOrphan } from './orphan-watch.ts'
import { NOTHING, type PlanEngine } from './plan.ts'
import {
  type Asked,
  type Failure,
  type PlanAsked,
  type Planned,
  type Reply,
  toText,
} from './planning-messages.ts'

/** Characters from which on a search may be long. */
const LONG = 2000

type Open = (sdl: string) => PlanEngine

const supergraphs = new Map<number, PlanEngine | Failure>()

/** Undefined: there is none for this platform. Only the one that is wanted is loaded. */
async function load(engine: string | undefined): Promise<Open | undefined> {
  if (engine === 'apollo') return (await import('./apollo.ts')).openApolloPlanner
  const { hiveLoads, openHivePlanner } = await import('./hive.ts')
  return hiveLoads() ? openHivePlanner : undefined
}

function heard(asked: Asked, open: Open | undefined): Reply | undefined {
  switch (asked.kind) {
    case 'open': {
      const engine = opened(asked.sdl, open)
      supergraphs.set(asked.supergraph, engine)
      return { opened: asked.supergraph, failure: typeof engine === 'string' ? engine : undefined }
    }
    case 'close':
      supergraphs.delete(asked.supergraph)
      // An engine's search graph is large beside what is known of it here, so nothing would make it go.
      globalThis.gc?.()
      return undefined
    case 'plan':
      return plan(asked)
  }
}

function plan({ id, supergraph, text, percent, labels }: PlanAsked): Planned {
  const engine = supergraphs.get(supergraph) ?? 'unplanned'
  if (typeof engine === 'string') return { id, failure: engine }
  if (text.length > LONG) watchForOrphan()
  try {
    const made = engine.plan(text, { percent, labels: new Set(labels) })
    // Operations that ask nothing of a subgraph are not sent here: the engine left out what it could not reach.
    return made === NOTHING ? { id, failure: 'unplanned' } : { id, plan: made }
  } catch {
    return { id, failure: 'unplanned' }
  }
}

function opened(sdl: string, open: Open | undefined): PlanEngine | Failure {
  try {
    return open?.(sdl) ?? 'absent'
  } catch {
    return 'unplanned'
  }
}

if (process.send !== undefined) {
  // The terminal sends these to both; it is the gateway that decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.once('disconnect', () => process.exit())
  const open = await load(process.argv[2])
  process.on('message', (message) => {
    if (typeof message !== 'string') return
    const asked: Asked = JSON.parse(message)
    const reply = heard(asked, open)
    if (reply !== undefined) process.send?.(toText(reply))
  })
}
