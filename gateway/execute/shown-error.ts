// Masks what a subgraph reports: one of our own codes is shown as it stands, anything else only as INTERNAL.

import type { AnswerError } from '../../schema/context.ts'
import { ERRORS } from '../../schema/errors.ts'

export function toShownError(error: AnswerError, reference: string): AnswerError {
  const code = error.extensions?.['code']
  if (typeof code === 'string' && Object.hasOwn(ERRORS, code)) {
    return { message: error.message, extensions: { ...error.extensions, reference } }
  }
  return { message: ERRORS.INTERNAL.text, extensions: { code: 'INTERNAL', reference } }
}
