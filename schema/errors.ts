// Every failure the product knows, in one table. In: a cause. Out: a code with what may be said about it.
// Never: a legacy system's body, a credential or a person's data in a message or in `detail`.

/** How one code is treated everywhere: HTTP door, GraphQL answer, log, portal. */
export interface ErrorRule {
  /** HTTP status when the whole request fails with this code. */
  readonly status: number
  /** May a client repeat the same request and hope? */
  readonly retryable: boolean
  /** What a caller reads. A CallerError may say more; a SystemError and a bug say only this. */
  readonly text: string
  /** The same in Persian. */
  readonly fa: string
}

export const ERRORS = {
  BAD_REQUEST: rule(400, false, 'The request is not well formed.', 'درخواست درست نوشته نشده است.'),
  UNAUTHENTICATED: rule(401, false, 'Sign in first.', 'نخست وارد شوید.'),
  FORBIDDEN: rule(403, false, 'This caller has no right to this.', 'اجازهٔ این کار را ندارید.'),
  INSUFFICIENT_AUTHENTICATION: rule(
    401,
    false,
    'A stronger or a newer sign-in is needed.',
    'ورودی قوی‌تر یا تازه‌تر لازم است.',
  ),
  PURPOSE_REQUIRED: rule(
    403,
    false,
    'Name a purpose for which this may be asked.',
    'بگویید برای چه کاری می‌پرسید.',
  ),
  CASE_REQUIRED: rule(
    403,
    false,
    'Name the case because of which this is asked.',
    'شمارهٔ پرونده‌ای را که برایش می‌پرسید بنویسید.',
  ),
  MANDATE_REFUSED: rule(
    403,
    false,
    'There is no mandate that allows this.',
    'نمایندگی‌ای که این کار را مجاز بدارد وجود ندارد.',
  ),
  OPERATION_INVALID: rule(400, false, 'The GraphQL operation is not valid.', 'پرسش درست نیست.'),
  OPERATION_TOO_COSTLY: rule(
    400,
    false,
    'The GraphQL operation asks for too much.',
    'پرسش بیش از اندازه سنگین است.',
  ),
  DOCUMENT_UNKNOWN: rule(
    400,
    false,
    'No document of this hash is known here.',
    'این پرسش در فهرست پرسش‌های شناخته‌شده نیست.',
  ),
  INPUT_REJECTED: rule(422, false, 'A value was not accepted.', 'مقداری پذیرفته نشد.'),
  NOT_FOUND: rule(404, false, 'There is no such thing.', 'یافت نشد.'),
  CONFLICT: rule(
    409,
    false,
    'The state has changed in the meantime.',
    'در این میان چیزی تغییر کرده است.',
  ),
  SYSTEM_TIMEOUT: rule(504, true, 'The system did not answer in time.', 'سامانه به‌موقع پاسخ نداد.'),
  SYSTEM_UNAVAILABLE: rule(503, true, 'The system cannot be reached.', 'سامانه در دسترس نیست.'),
  SYSTEM_MAINTENANCE: rule(
    503,
    true,
    'The system is in its maintenance window.',
    'سامانه در زمان نگهداری است.',
  ),
  SYSTEM_BUSY: rule(
    503,
    true,
    'The system takes no more calls at the moment.',
    'سامانه اکنون درخواست تازه نمی‌پذیرد.',
  ),
  SYSTEM_REFUSED: rule(502, false, 'The system refused the inquiry.', 'سامانه استعلام را نپذیرفت.'),
  SYSTEM_REPLY_INVALID: rule(
    502,
    true,
    'The system answered with something that is not its contract.',
    'پاسخ سامانه مطابق قراردادش نبود.',
  ),
  SYSTEM_OUTCOME_UNKNOWN: rule(
    504,
    false,
    'The system may have done it, and nobody can tell. Ask it before you repeat.',
    'شاید انجام شده باشد و معلوم نیست؛ پیش از تکرار، از سامانه بپرسید.',
  ),
  INTERNAL: rule(500, false, 'Something went wrong on our side.', 'خطایی در سمت ما رخ داد.'),
} as const satisfies Record<string, ErrorRule>

export type ErrorCode = keyof typeof ERRORS
export type SystemErrorCode = Extract<ErrorCode, `SYSTEM_${string}`>
export type CallerErrorCode = Exclude<ErrorCode, SystemErrorCode | 'INTERNAL'>

/** Why a field may not be read, and what a client can do about it. */
export interface FieldRefusal {
  readonly code: ErrorCode
  /** Shown beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

export function isSystemErrorCode(code: unknown): code is SystemErrorCode {
  return typeof code === 'string' && code.startsWith('SYSTEM_') && Object.hasOwn(ERRORS, code)
}

/** Facts for the log, free of personal data. */
export type Detail = Readonly<Record<string, string | number | boolean | undefined>>

export class ServiceError extends Error {
  readonly code: ErrorCode
  readonly detail: Detail

  constructor(
    code: ErrorCode,
    message: string,
    options: { detail?: Detail; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.code = code
    this.detail = options.detail ?? {}
  }
}

interface CallerErrorOptions {
  /** The message in Persian. Default: what the code says in general. */
  readonly fa?: string
  readonly fields?: readonly string[]
  /** What the caller can do about it; shown beside the code. */
  readonly extensions?: FieldRefusal['extensions']
  readonly detail?: Detail
  readonly cause?: unknown
}

/** The caller can mend it, so its message is shown, in English and in Persian. `fields` names the places in the input. */
export class CallerError extends ServiceError {
  declare readonly code: CallerErrorCode
  readonly fields: readonly string[]
  readonly fa: string
  readonly extensions: FieldRefusal['extensions']

  constructor(code: CallerErrorCode, message: string, options: CallerErrorOptions = {}) {
    super(code, message, options)
    this.fields = options.fields ?? []
    this.fa = options.fa ?? ERRORS[code].fa
    this.extensions = options.extensions
  }
}

export interface SystemErrorOptions {
  readonly operation?: string | undefined
  /** Overrides the table's answer, for instance when a fault is known to be final. */
  readonly retryable?: boolean
  /** It is certain that the system did nothing: it was never asked, or says so itself. */
  readonly notDone?: boolean
  /** When the system is expected back, ISO 8601 with zone (maintenance, breaker). */
  readonly until?: string | undefined
  /** A short code of the system itself, only if it is on the system's allow-list. */
  readonly faultCode?: string | undefined
  readonly detail?: Detail
  readonly cause?: unknown
}

/** A legacy system's fault. Shown to callers only by its code, system and operation. */
export class SystemError extends ServiceError {
  declare readonly code: SystemErrorCode
  readonly system: string
  readonly operation: string | undefined
  readonly retryable: boolean
  readonly notDone: boolean
  readonly until: string | undefined
  readonly faultCode: string | undefined

  constructor(code: SystemErrorCode, system: string, options: SystemErrorOptions = {}) {
    super(code, ERRORS[code].text, options)
    this.system = system
    this.operation = options.operation
    this.retryable = options.retryable ?? ERRORS[code].retryable
    this.notDone = options.notDone ?? false
    this.until = options.until
    this.faultCode = options.faultCode
  }
}

/** What leaves the house as one entry of `errors`, less its path. */
export interface PublicError {
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: ErrorCode }
}

/** Translates anything thrown to what may be shown. `reference` finds the log line again. */
export function toPublicError(error: unknown, reference: string): PublicError {
  if (error instanceof SystemError) {
    const { system, operation, retryable, until, faultCode, code } = error
    return {
      message: ERRORS[code].text,
      extensions: { code, system, ...known({ operation, until, faultCode }), retryable, reference },
    }
  }
  if (error instanceof CallerError) {
    const { code, message, fa } = error
    const fields = error.fields.length > 0 ? { fields: error.fields } : {}
    return { message, extensions: { code, fa, ...error.extensions, ...fields, reference } }
  }
  return { message: ERRORS.INTERNAL.text, extensions: { code: 'INTERNAL', reference } }
}

/** The impossible. A thrown invariant is a bug of ours and is shown as INTERNAL. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function rule(status: number, retryable: boolean, text: string, fa: string): ErrorRule {
  return { status, retryable, text, fa }
}

function known(entries: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(entries)) if (value !== undefined) kept[name] = value
  return kept
}
