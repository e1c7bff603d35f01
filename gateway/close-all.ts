// The end of subgraphs and of the ways to them: each is closed whatever becomes of the others.

import { framesOf, type Log } from '../schema/log.ts'

interface Closable {
  readonly name: string
  close(): Promise<void>
}

/** Never rejects: what follows, and the error that may have led here, matter more than one that does not close. */
export async function closeAll(subgraphs: readonly Closable[], log: Log): Promise<void> {
  const outcomes = await Promise.allSettled(subgraphs.map((subgraph) => subgraph.close()))
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue
    const facts = { subgraph: subgraphs[index]?.name, frames: framesOf(outcome.reason) }
    log.error(facts, 'a subgraph did not close')
  }
}
