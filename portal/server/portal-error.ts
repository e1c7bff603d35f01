// Every refusal of the portal's server, in one table. The portal knows the gateway only over HTTP, so its table is its own.

interface PortalRule {
  readonly status: number
  /** The code a GraphQL client reads in `extensions.code`: one of the gateway's, so that a page has one list of texts. */
  readonly publicCode: string
  readonly persian: string
  readonly english: string
}

const PORTAL_ERRORS = {
  BAD_REQUEST: rule(400, 'BAD_REQUEST', [
    'درخواست درست نوشته نشده است.',
    'The request is not well formed.',
  ]),
  BODY_TOO_LARGE: rule(413, 'BAD_REQUEST', [
    'درخواست بیش از اندازه بزرگ است.',
    'The request is too large.',
  ]),
  CROSS_SITE: rule(403, 'FORBIDDEN', [
    'این درخواست از صفحهٔ خود ما نیامده است.',
    'This request does not come from a page of ours.',
  ]),
  FORBIDDEN: rule(403, 'FORBIDDEN', [
    'این بخش برای حساب شما باز نیست.',
    'This part is not open to your account.',
  ]),
  GATEWAY_UNAVAILABLE: rule(502, 'SYSTEM_UNAVAILABLE', [
    'درگاه پاسخ نمی‌دهد.',
    'The gateway does not answer.',
  ]),
  LEVEL_NOT_REACHED: rule(400, 'INSUFFICIENT_AUTHENTICATION', [
    'این کار ورود دومرحله‌ای می‌خواهد و حساب شما به آن نرسید؛ رمزساز را حضوری می‌دهند.',
    'This needs a second factor, which your account did not reach; an authenticator is given in person.',
  ]),
  LOGOUT_TOKEN_INVALID: rule(400, 'BAD_REQUEST', [
    'نشانهٔ خروج پذیرفته نشد.',
    'The logout token was not accepted.',
  ]),
  MISDIRECTED: rule(421, 'BAD_REQUEST', [
    'نشانی این درخواست نشانی ما نیست.',
    'This request is addressed to somebody else.',
  ]),
  NOT_FOUND: rule(404, 'NOT_FOUND', ['چنین صفحه‌ای نیست.', 'There is no such page.']),
  SESSION_ENDED: rule(401, 'UNAUTHENTICATED', [
    'نشست شما پایان یافته است؛ دوباره وارد شوید.',
    'Your session has ended; sign in again.',
  ]),
  SESSIONS_UNAVAILABLE: rule(503, 'SYSTEM_UNAVAILABLE', [
    'نشست‌ها اکنون خوانده نمی‌شوند؛ شما خارج نشده‌اید. کمی دیگر دوباره بکوشید.',
    'Sessions cannot be read at the moment; you are not signed out. Try again in a little while.',
  ]),
  SETTINGS_INVALID: rule(500, 'INTERNAL', [
    'پیکربندی درست نیست.',
    'The configuration is not right.',
  ]),
  SIGN_IN_REFUSED: rule(400, 'UNAUTHENTICATED', [
    'ورود انجام نشد؛ از نو آغاز کنید.',
    'Signing in did not succeed; start again.',
  ]),
  SIGN_ON_UNAVAILABLE: rule(503, 'SYSTEM_UNAVAILABLE', [
    'سامانهٔ ورود اکنون پاسخ نمی‌دهد.',
    'The sign-on does not answer at the moment.',
  ]),
  TOKEN_INVALID: rule(401, 'UNAUTHENTICATED', [
    'نشانهٔ ورود پذیرفته نشد.',
    'The token was not accepted.',
  ]),
  TOO_MANY: rule(503, 'SYSTEM_BUSY', [
    'درخواست‌های هم‌زمان بیش از اندازه است.',
    'Too many requests at once.',
  ]),
} as const satisfies Record<string, PortalRule>

export type PortalErrorCode = keyof typeof PORTAL_ERRORS

/** `reason` is one word of ours for log and tests (`state`, `nonce`): never anything that a caller sent. */
export class PortalError extends Error {
  readonly code: PortalErrorCode
  readonly reason: string

  constructor(code: PortalErrorCode, reason: string, cause?: unknown) {
    super(`${code} (${reason})`, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.reason = reason
  }

  get rule(): PortalRule {
    return PORTAL_ERRORS[this.code]
  }
}

function rule(
  status: number,
  publicCode: string,
  [persian, english]: readonly [string, string],
): PortalRule {
  return { status, publicCode, persian, english }
}
