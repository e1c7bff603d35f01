// What is logged of one request. Never variables, national ids, tokens or anything of an answer but its error codes.

import type { Caller } from '../../schema/caller.ts'
import type { Answer, AnswerError, RequestContext, Tally } from '../../schema/context.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { type Client, type ClientHeaders, tellable } from './client-of.ts'

export interface Observed {
  readonly requestId: string
  readonly traceparent: string
  readonly startedAtMs: number
  readonly status: number
  readonly caller?: Caller | undefined
  readonly code?: string | undefined
  /** Why the door refused it. */
  readonly reason?: RefusalReason | undefined
  /** The request whose answer this one was given, too. */
  readonly sharedWith?: string | undefined
  /** Errors of what came after the answer. */
  readonly laterErrors?: readonly AnswerError[] | undefined
  readonly headers?: ClientHeaders | undefined
  readonly work?: ObservedWork | undefined
}

/** What observers of stages saw of a request. */
export interface Seen {
  /** Milliseconds of each stage. */
  readonly stages: Readonly<Record<string, number>>
  /** For each cache whether it knew. */
  readonly caches: Readonly<Record<string, 'hit' | 'miss'>>
}

/** What of the pipeline's work may be told. */
interface ObservedWork {
  readonly context?: Pick<RequestContext, 'tally'>
  readonly operation?: {
    readonly hash: string
    readonly operation: ObservedOperation
  }
  readonly answer?: Answer
  readonly refusal?: { readonly errors: readonly AnswerError[]; readonly reason?: RefusalReason }
}

interface ObservedOperation {
  readonly operation: string
  readonly name?: { readonly value: string } | undefined
}

type Line = Readonly<Record<string, unknown>>

export function toLine(observed: Observed, { stages, caches }: Seen, client: Client): Line {
  const { requestId, traceparent, status, caller, work, sharedWith } = observed
  return {
    requestId,
    traceId: traceparent.slice(3, 35),
    ...(work?.operation && namesOf(work.operation)),
    caller: caller?.kind,
    client: client.name,
    clientVersion: client.version,
    status,
    codes: codesOf(observed),
    reason: reasonOf(observed),
    sharedWith,
    ...(work?.context?.tally && countsOf(work.context.tally)),
    tookMs: Math.round((performance.now() - observed.startedAtMs) * 1000) / 1000,
    caches,
    stages,
  }
}

export function reasonOf({ reason, work }: Observed): RefusalReason | undefined {
  return reason ?? work?.refusal?.reason
}

function countsOf({ fetches, shared }: Tally): Line {
  return shared === 0 ? { fetches } : { fetches, fetchesShared: shared }
}

function namesOf({ hash, operation }: NonNullable<ObservedWork['operation']>): Line {
  return { operation: nameOf(operation), hash }
}

export function nameOf({ name }: ObservedOperation): string | undefined {
  return name && tellable(name.value)
}

/** How often each code, and of which system, so that one line tells who failed. */
export function codesOf({
  code,
  work,
  laterErrors = [],
}: Pick<Observed, 'code' | 'work' | 'laterErrors'>): Readonly<Record<string, number>> | undefined {
  if (code !== undefined) return { [code]: 1 }
  const errors = work?.answer?.errors ?? work?.refusal?.errors ?? []
  if (errors.length + laterErrors.length === 0) return undefined
  const counts: Record<string, number> = {}
  for (const error of [...errors, ...laterErrors]) {
    const name = codeOf(error)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function codeOf({ extensions = {} }: AnswerError): string {
  const { code, system } = extensions
  return typeof system === 'string' ? `${String(code)} ${system}` : String(code)
}
