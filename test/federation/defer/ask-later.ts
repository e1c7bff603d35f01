// Asks as a client that reads later parts, and reads them all.

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { Answer, LaterPart } from '../../../schema/context.ts'
import { contextOf, type Federation } from '../../gateway/support/federation.ts'

interface Options {
  readonly variables?: Readonly<Record<string, unknown>>
  readonly caller?: Caller
  readonly signal?: AbortSignal
  /** Called when the answer itself is there, before any part is read. */
  readonly onAnswer?: () => void
}

export interface Told {
  readonly answer: Answer
  readonly parts: readonly LaterPart[]
}

export async function askLater(
  { engine }: Federation,
  query: string,
  { variables = {}, caller = ANONYMOUS, signal, onAnswer }: Options = {},
): Promise<Told> {
  const context = contextOf(engine, caller, signal)
  const accepts = { later: true, events: false }
  const work = await engine.run({ query, variables }, context, false, accepts)
  const answer = structuredClone(work.answer ?? { errors: work.refusal?.errors ?? [] })
  onAnswer?.()
  const parts: LaterPart[] = []
  for await (const part of work.later ?? []) parts.push(structuredClone(part))
  return { answer, parts }
}
