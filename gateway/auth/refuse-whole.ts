// What is said of an operation that is refused as a whole, and what a client whose sign-in is not enough is told to do.

import type { AnswerError } from '../../schema/context.ts'
import { ERRORS } from '../../schema/errors.ts'
import type { AssuranceLevels } from './assurance.ts'
import type { RefusedFields } from './refused-fields.ts'

/** RFC 9470 §3. */
export interface Challenge {
  readonly acrValues: string | undefined
  /** Seconds. */
  readonly maxAge: number | undefined
  /** Was nothing answered for want of it? */
  readonly whole: boolean
}

/** What suffices for all of them: the highest level, the least age. Undefined if signing in again is of no use. */
export function challengeOf(
  { fields, isAll }: RefusedFields,
  levels: AssuranceLevels,
): Challenge | undefined {
  const demands = fields
    .map(({ refusal }) => refusal)
    .filter(({ code }) => code === 'INSUFFICIENT_AUTHENTICATION')
    .map(({ extensions }) => extensions)
  if (demands.length === 0) return undefined
  const names = new Set(demands.map((one) => one?.['acrValues']))
  const ages = demands.map((one) => one?.['maxAge']).filter((one) => typeof one === 'number')
  return {
    acrValues: levels.findLast((level) => names.has(level)),
    maxAge: ages.length === 0 ? undefined : Math.min(...ages),
    whole: isAll,
  }
}

/** One for each refused field; a path names no places in lists, for nothing was fetched. */
export function refusalErrors(
  { fields }: RefusedFields,
  reference: string,
): readonly AnswerError[] {
  return fields.map(({ path, refusal: { code, extensions } }) => ({
    message: ERRORS[code].text,
    path,
    extensions: { code, ...extensions, reference },
  }))
}
