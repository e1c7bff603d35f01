// What is logged of one request. Never variables, national ids, tokens or anything of an answer but its error codes.

import type { Caller } from '../../schema/caller.ts'
import type { Answer, AnswerError } from '../../schema/context.ts'

export interface Observed {
  readonly requestId: string
  readonly traceparent: string
  readonly startedAtMs: number
  readonly status: number
  readonly caller?: Caller | undefined
  readonly code?: string | undefined
  readonly work?: ObservedWork | undefined
}

/** What of the pipeline's work may be told. */
interface ObservedWork {
  readonly operation?: {
    readonly hash: string
    readonly operation: { readonly name?: { readonly value: string } | undefined }
  }
  readonly answer?: Answer
  readonly refusal?: { readonly errors: readonly AnswerError[] }
}

type Line = Readonly<Record<string, unknown>>

export function toLine(observed: Observed, stages: Readonly<Record<string, number>>): Line {
  const { requestId, traceparent, status, caller, work, code } = observed
  return {
    requestId,
    traceId: traceparent.split('-')[1],
    ...(work?.operation === undefined ? {} : namesOf(work.operation)),
    caller: caller?.kind,
    client: caller?.clientId,
    status,
    codes: code === undefined ? codesOf(work) : { [code]: 1 },
    tookMs: Math.round((performance.now() - observed.startedAtMs) * 1000) / 1000,
    stages,
  }
}

function namesOf({ hash, operation }: NonNullable<ObservedWork['operation']>): Line {
  return { operation: operation.name?.value, hash }
}

/** How often each code, and of which system, so that one line tells who failed. */
function codesOf(work: ObservedWork | undefined): Readonly<Record<string, number>> | undefined {
  const errors = work?.answer?.errors ?? work?.refusal?.errors ?? []
  if (errors.length === 0) return undefined
  const counts: Record<string, number> = {}
  for (const error of errors) {
    const name = nameOf(error)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function nameOf({ extensions = {} }: AnswerError): string {
  const { code, system } = extensions
  return typeof system === 'string' ? `${String(code)} ${system}` : String(code)
}
