/** Why the embedded sign-on does not start, gives no token or refuses a change. The message is one line for the operator. */
export type SignOnErrorCode =
  | 'PRODUCTION_REFUSED'
  | 'PORT_TAKEN'
  | 'REALM_INVALID'
  | 'DATA_UNUSABLE'
  | 'NOT_RUNNING'
  | 'UNKNOWN_PERSON'
  | 'REFUSED'
  // Of changes to the live realm: two of one name, a value that is not allowed, nothing of this id.
  | 'CONFLICT'
  | 'INVALID'
  | 'NOT_FOUND'

export class SignOnError extends Error {
  readonly code: SignOnErrorCode

  constructor(code: SignOnErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SignOnError'
    this.code = code
  }
}
