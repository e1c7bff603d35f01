// What a caller names goes into paths and searches of the admin API. Only what cannot mean anything else there passes: a
// path segment of two dots would still climb after percent-encoding (WHATWG URL §4.4), so encoding alone is no defence.

import { refusal } from './refusal.ts'

const FORMS = {
  /** Of Keycloak's own making: UUIDs, and base64url texts for sessions. */
  id: [
    /^[A-Za-z0-9_-]{1,64}$/,
    'an id: letters, digits, - and _',
    'یک شناسه باشد: حرف لاتین، رقم، - و _',
  ],
  clientId: [/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'the id of a client', 'شناسهٔ یک برنامه باشد'],
  agency: [/^[a-z][a-z0-9-]{0,39}$/, 'the code of an agency', 'کد یک دستگاه باشد'],
  clientName: [
    /^[a-z][a-z0-9-]{0,30}$/,
    'lower-case letters, digits and -, at most 31',
    'حرف کوچک لاتین، رقم و - باشد، حداکثر ۳۱ نویسه',
  ],
  userName: [
    /^[a-z][a-z0-9-]{2,62}$/,
    'lower-case letters, digits and -, 3 to 63',
    'حرف کوچک لاتین، رقم و - باشد، ۳ تا ۶۳ نویسه',
  ],
  role: [/^[a-z][a-z0-9-]*(?::[a-z][a-z0-9-]*)?$/, 'the name of a role', 'نام یک نقش باشد'],
  alias: [
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'the alias of an identity provider',
    'نام یک ارائه‌دهندهٔ هویت باشد',
  ],
  kid: [/^[A-Za-z0-9_-]{1,100}$/, 'the id of a key', 'شناسهٔ یک کلید باشد'],
  nationalId: [/^[0-9]{10}$/, 'ten digits', 'ده رقم باشد'],
  // No `*`, `"` or `%`: Keycloak's search reads them as signs of its own; `id:` in front is another search.
  search: [
    /^[\p{L}\p{M}\p{Nd}][\p{L}\p{M}\p{Nd} .\u200C-]{1,60}$/u,
    'at least two letters or digits',
    'دست‌کم دو حرف یا رقم باشد',
  ],
  displayName: [
    /^[\p{L}\p{M}\p{Nd}][\p{L}\p{M}\p{Nd} .,()\u200C-]{0,98}$/u,
    'a name of letters and digits',
    'نامی از حرف و رقم باشد',
  ],
} as const satisfies Record<string, readonly [RegExp, string, string]>

/** The same text. Throws CallerError INPUT_REJECTED that names the argument and never repeats its value. */
export function wellFormed(form: keyof typeof FORMS, value: unknown, argument: string): string {
  const [pattern, en, fa] = FORMS[form]
  if (typeof value === 'string' && pattern.test(value)) return value
  const said = { en: `${argument} must be ${en}.`, fa: `${argument} باید ${fa}.` }
  throw refusal('INPUT_REJECTED', said, { fields: [argument] })
}

export function wellFormedOrNone(
  form: keyof typeof FORMS,
  value: unknown,
  argument: string,
): string | undefined {
  return value === undefined || value === null ? undefined : wellFormed(form, value, argument)
}

const MOST = 100

/** A number of items. */
export function countOf(value: unknown, argument = 'first'): number {
  return numberOf(value, argument, MOST)
}

/** A period that ends now. */
export function daysOf(value: unknown): number {
  return numberOf(value, 'days', 90)
}

function numberOf(value: unknown, argument: string, most: number): number {
  if (typeof value === 'number' && value >= 1 && value <= most) return value
  const said = {
    en: `${argument} must be 1 to ${most}.`,
    fa: `${argument} باید ۱ تا ${most.toLocaleString('fa-IR')} باشد.`,
  }
  throw refusal('INPUT_REJECTED', said, { fields: [argument] })
}

const LONGEST_OFFSET = 100_000

/** Cursors are offsets; what is no cursor of ours is refused. */
export function offsetOf(after: unknown): number {
  if (after === undefined || after === null) return 0
  const offset = typeof after === 'string' && /^[0-9]{1,6}$/.test(after) ? Number(after) : -1
  if (offset >= 0 && offset <= LONGEST_OFFSET) return offset
  const said = {
    en: 'after must be a cursor of the page before.',
    fa: 'after باید نشانگر صفحهٔ پیش باشد.',
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['after'] })
}
