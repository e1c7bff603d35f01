// What each system does to clean data, where it stands on the wire, and what answers it. The generator refuses a quirk
// of a system.json that has no note here, and a note of a quirk that is no longer declared.

export interface QuirkNote {
  /** Where it is seen; "switch" says that the simulator shows it only when it is asked to. */
  readonly wire: string
  readonly handled: string
  /** Samples of the folder and tests that fail when either side loses it. */
  readonly shown: string
}

const ARABIC = 'PERSIAN_TEXT'

export const QUIRK_NOTES: Readonly<Record<string, Readonly<Record<string, QuirkNote>>>> = {
  'cra-shahkar': {
    Q15: note(
      'always: `response` ≠ 200 inside HTTP 200',
      'outcomes: 999 unavailable, others refused',
      'not-found, refused, unavailable',
    ),
    Q17: note(
      'always 150–900 ms with a long tail; 2–5 s by switch `latency`',
      'timeout 8 s, then SYSTEM_TIMEOUT',
      'test/systems/quirks',
    ),
    Q29: note(
      'always: a third call at a time gets 429',
      '`limits.concurrency` 2 with a queue; 429 is SYSTEM_BUSY, retryable',
      'test/systems/quirks, test/estate/cra-shahkar',
    ),
  },
  'nocr-person': {
    Q3: note(
      'always: `birthDate` 13650417, a number',
      'JALALI_YYYYMMDD, JALALI_TEXT',
      'leading-zeros, deceased; test/systems/personas',
    ),
    Q7: note('names of some people: ي ك', ARABIC, 'arabic-letters; test/systems/personas'),
    Q10: note('always: names are base64 bytes', 'BASE64_TEXT', 'every success'),
    Q11: note(
      'always: `nin`, `postCode`, `shenasnameNo` are numbers',
      'NATIONAL_ID, POST_CODE, ZERO_IS_ABSENT',
      'leading-zeros, many-zeros, born-after-1368',
    ),
    Q12: note(
      'always: `return` is a list of one',
      'the XSD decides that it is a list; `select: "return[0]"`',
      'every success',
    ),
    Q16: note(
      'always: −1 or a null name for "no such person"',
      'outcomes: notFound',
      'not-found-minus-one, not-found-null-name',
    ),
    Q21: note(
      'names of some people: tatweel, U+F076, no-break blanks, ZWNJ',
      `${ARABIC} (ZWNJ stays)`,
      'utf-16, windows-1256; test/systems/personas',
    ),
    Q26: note(
      'always: `familyHasPerfix`, `DateHasPostfix`',
      'kept in the contract, published as `lastNameHasPrefix`, `birthDateApproximate`',
      'every success; test/systems/drift',
    ),
    Q27: note(
      'always: user and password in the body beside Basic',
      'auth scheme `input`; no body in any error or log, such a path cannot be mapped',
      'every request, refused; test/subgraphs/load',
    ),
    Q30: note(
      'people with an approximate date: 13220500, 13350000',
      'date null, text to the month or year, flag true',
      'approximate-day, approximate-month; test/systems/personas',
    ),
  },
  'post-gnaf': {
    Q7: note('always: ي ك in every text', ARABIC, 'one, batch; test/systems/quirks'),
    Q15: note(
      'always: `ResCode` ≠ 0 in HTTP 200; `Succ: false` for one row',
      'outcomes: 99 unavailable, others refused; an unknown postcode is null with provenance, another row error is not the contract',
      'refused, unavailable, not-found; test/systems/quirks',
    ),
    Q31: note(
      'always: house number 12.0',
      'WHOLE_NUMBER',
      'one; test/estate/post-gnaf, test/subgraphs/load',
    ),
  },
  'rahvar-licence': {
    Q2: note('always: 1397/9/7', 'JALALI_SLASHED', 'licence, two-plates; test/systems/personas'),
    Q7: note('always: ي ك in every text', ARABIC, 'licence; test/systems/drift'),
    Q18: note(
      'switch `window` (`clock` 01:00–05:00 Tehran): page with 200, from 04:00 no connection',
      '`maintenanceNotices` and `maintenance`: SYSTEM_MAINTENANCE with `until`',
      'night',
    ),
  },
  'rmto-smartcard': {
    Q7: note('always: ي ك in every text', ARABIC, 'driver-by-card, vehicle-by-card'),
    Q8: note(
      'always: capacity 18/5; plate 12ع345 ايران 11',
      'DECIMAL_TEXT, PLATE',
      'vehicle-by-card, vehicle-by-vin; test/systems/personas',
    ),
    Q16: note('always: -1 for a person without card', 'outcomes: notFound', 'no-card'),
    Q20: note(
      'always: drivers as key:value;…, vehicles by position',
      '`unpack`: a missing, unknown or double key or another number of fields is SYSTEM_REPLY_INVALID',
      'driver-*, vehicle-*, drift; test/systems/drift',
    ),
    Q22: note('always: بلی/خیر, 1/0 or Y/N by operation', 'BOOLEAN_TEXT', 'driver-*, vehicle-*'),
    Q24: note(
      'always: codes 41, 3, 4, 6 and 13 arguments',
      '`constants` of four operations of our own names',
      'every request; test/estate/rmto-smartcard',
    ),
    Q27: note(
      'always: Basic and the same account as arguments',
      'auth schemes `basic` and `input`',
      'every request, refused',
    ),
    Q32: note(
      'always for an unknown card or VIN: -1;"number wrong or site unavailable"',
      'outcomes: a text that starts with `-1;` is ambiguous, SYSTEM_UNAVAILABLE and retryable; other codes refused, whatever the words',
      'ambiguous, ambiguous-by-position, breakdown; test/systems/quirks',
    ),
  },
  'ssaa-deed': {
    Q7: note('always: ي ك in every text', ARABIC, 'jointly-owned; test/systems/personas'),
    Q8: note(
      'always: three digit sets in one text, fraction with ٫',
      'DIGITS, DECIMAL_TEXT, POST_CODE, JALALI_SLASHED, DANG_TEXT',
      'jointly-owned, two-plots; test/systems/personas',
    ),
    Q17: note(
      'always 400–900 ms; 2–5 s by switch `latency`',
      'timeout 8 s, then SYSTEM_TIMEOUT',
      'test/systems/quirks',
    ),
  },
  'tamin-history': {
    Q13: note(
      'always: wages 12,345 before 1400, ۱۲٬۳۴۵ after',
      'RIAL, WHOLE_NUMBER',
      'one-month, fifty-months',
    ),
    Q33: note(
      'always: pages of 50',
      '`paging`: pages are joined, at most 20',
      'fifty-months, fifty-months-page-2',
    ),
  },
  'vazife-status': {
    Q7: note('always: ي ك in every text', ARABIC, 'exempt; test/systems/quirks'),
    Q9: note(
      'always: windows-1256, undeclared, no header row',
      '`charset`; columns by place in contract/table.json',
      'every success',
    ),
    Q11: note(
      'always: the id as a number',
      'NATIONAL_ID both ways',
      'completed; test/systems/personas',
    ),
    Q18: note(
      'switch `window` (`clock` 01:00–05:00 Tehran): page with 200, from 04:30 no connection',
      '`maintenanceNotices` and `maintenance`: SYSTEM_MAINTENANCE with `until`',
      'night',
    ),
  },
}

function note(wire: string, handled: string, shown: string): QuirkNote {
  return { wire, handled, shown }
}
