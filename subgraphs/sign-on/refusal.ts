// What an administrator is told when something is refused, always in both languages: their console shows the Persian one
// first.

import { CallerError, type CallerErrorCode, type Detail, ERRORS } from '../../schema/errors.ts'

export interface Said {
  readonly en: string
  readonly fa: string
}

/** `fields` are the arguments that it is about. */
export function refusal(
  code: CallerErrorCode,
  { en, fa }: Said,
  about: { readonly fields?: readonly string[]; readonly detail?: Detail } = {},
): CallerError {
  return new CallerError(code, en, { ...about, fa })
}

/** Where more would say what exists, or nothing more is to be said. */
export function refused(code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND'): CallerError {
  return new CallerError(code, ERRORS[code].text)
}
