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
    readonly operation: ObservedOperation
  }
  readonly answer?: Answer
  readonly refusal?: { readonly errors: readonly AnswerError[] }
}

interface ObservedOperation {
  readonly operation: string
  readonly name?: { readonly value: string } | undefined
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
    codes: codesOf({ code, work }),
    tookMs: Math.round((performance.now() - observed.startedAtMs) * 1000) / 1000,
    stages,
  }
}

function namesOf({ hash, operation }: NonNullable<ObservedWork['operation']>): Line {
  return { operation: nameOf(operation), hash }
}

const LONGEST_NAME = 80

/** A client chooses the name, so a number that may be somebody's does not stay in it. */
export function nameOf({ name }: ObservedOperation): string | undefined {
  return name?.value.slice(0, LONGEST_NAME).replaceAll(/\d{8,}/g, '…')
}

/** How often each code, and of which system, so that one line tells who failed. */
export function codesOf({
  code,
  work,
}: Pick<Observed, 'code' | 'work'>): Readonly<Record<string, number>> | undefined {
  if (code !== undefined) return { [code]: 1 }
  const errors = work?.answer?.errors ?? work?.refusal?.errors ?? []
  if (errors.length === 0) return undefined
  const counts: Record<string, number> = {}
  for (const error of errors) {
    const name = codeOf(error)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function codeOf({ extensions = {} }: AnswerError): string {
  const { code, system } = extensions
  return typeof system === 'string' ? `${String(code)} ${system}` : String(code)
}
