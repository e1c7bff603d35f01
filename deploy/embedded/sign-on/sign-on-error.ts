/** Why the embedded sign-on does not start, or gives no token. The message is one line for the operator. */
export type SignOnErrorCode =
  | 'PRODUCTION_REFUSED'
  | 'PORT_TAKEN'
  | 'REALM_INVALID'
  | 'DATA_UNUSABLE'
  | 'NOT_RUNNING'
  | 'UNKNOWN_PERSON'
  | 'REFUSED'

export class SignOnError extends Error {
  readonly code: SignOnErrorCode

  constructor(code: SignOnErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SignOnError'
    this.code = code
  }
}
