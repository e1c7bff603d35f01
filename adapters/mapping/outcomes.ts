// Faults that look like answers (Q15, Q16, Q32): a result code in a 200, a sentinel in the first column.
// In: the decoded reply. Out: nothing, "no record", or a SystemError. The system's own words never go further.

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'
import type { Shape, Value } from '../adapter.ts'
import type { OutcomeRule } from '../settings.ts'
import { parsePath, type ReadPath, shapeAt, type TreePath } from './paths.ts'
import { compileSelect, GRAMMAR, parseSelector, shapeOf } from './selectors.ts'

export interface Outcome {
  readonly applies: (reply: Value) => boolean
  /** The error that it means; undefined: an answer without a record. */
  readonly toError: (reply: Value, system: string, operation: string) => SystemError | undefined
}

const CODES: Readonly<Record<Exclude<OutcomeRule['means'], 'notFound'>, SystemErrorCode>> = {
  refused: 'SYSTEM_REFUSED',
  unavailable: 'SYSTEM_UNAVAILABLE',
  busy: 'SYSTEM_BUSY',
  ambiguous: 'SYSTEM_UNAVAILABLE',
}

/** A compiled rule, or what is wrong with it. */
export function compileOutcome(rule: OutcomeRule, shape: Shape): Outcome | string {
  const read = readerOf(rule.path, shape)
  if (typeof read === 'string') return read
  const readCode = rule.code === undefined ? undefined : readerOf(rule.code, shape)
  if (typeof readCode === 'string') return readCode
  const test = compileTest(rule)
  if (test === undefined) return `outcome on "${rule.path}" needs one of is, not, starts or below`
  return {
    applies: (reply) => test(read(reply) ?? null),
    toError: (reply, system, operation) => {
      if (rule.means === 'notFound') return undefined
      const faultCode = readCode === undefined ? undefined : toFaultCode(readCode(reply))
      const ambiguous = rule.means === 'ambiguous' ? { detail: { ambiguous: true } } : {}
      const said = { operation, faultCode, notDone: true, ...ambiguous }
      return new SystemError(CODES[rule.means], system, said)
    },
  }
}

export function checkPath(text: string, shape: Shape): TreePath | string {
  const path = parsePath(text)
  if (path === undefined) return `"${text}" is not a path; write a.b, a[0].b, . or a.b[]`
  const { problem } = shapeAt(path, shape)
  return problem ?? path
}

/** The compiled reader of a path, or what is wrong with it. */
export function readerOf(text: string, shape: Shape): ReadPath | string {
  const selector = parseSelector(text)
  if (selector === undefined) return `"${text}" is not a path; ${GRAMMAR}`
  const { problem } = shapeOf(selector, shape)
  return problem ?? compileSelect(selector)
}

function compileTest({
  is,
  not,
  starts,
  below,
}: OutcomeRule): ((value: Value) => boolean) | undefined {
  if (is !== undefined) {
    const listed = new Set(is.map(toText))
    return (value) => listed.has(toText(value))
  }
  if (not !== undefined) {
    const allowed = new Set(not.map(toText))
    return (value) => !allowed.has(toText(value))
  }
  if (starts !== undefined) {
    return (value) => starts.some((beginning) => toText(value).trimStart().startsWith(beginning))
  }
  if (below === undefined) return undefined
  return (value) => /^\s*-?[0-9]+(\.[0-9]+)?\s*$/.test(toText(value)) && Number(value) < below
}

/** Numbers and their exact text are alike; an object or list is like nothing that a rule can say. */
function toText(value: Value): string {
  if (value === null) return '\u0000null'
  return typeof value === 'object' ? '\u0000tree' : String(value)
}

/** Only a short code may be shown, never a sentence that could hold a person's data. */
function toFaultCode(value: Value | undefined): string | undefined {
  if (value === null || value === undefined || typeof value === 'object') return undefined
  const text = String(value)
  return /^-?[A-Za-z0-9_.]{1,32}$/.test(text) && !/[0-9]{8}/.test(text) ? text : undefined
}
