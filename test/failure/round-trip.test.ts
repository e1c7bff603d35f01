// What is said to a system and what it says, both ways, with values that nobody thought of. The other side is written here
// from the contract alone: an encoder of replies and a reader of requests that share nothing with the adapter.

import { describe, expect, test } from 'vitest'

import type { ScalarType, Value } from '../../adapters/adapter.ts'
import type { Scalar } from '../../adapters/mapping/normaliser.ts'
import {
  isNormaliserName,
  type NormaliserName,
  NORMALISERS,
} from '../../adapters/mapping/normalisers.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import { loadTable } from '../../adapters/table/load.ts'
import { loadFrom } from '../adapters/codec-suite.ts'
import { callContext, serve } from '../adapters/wire.ts'

/** The same numbers every time (mulberry32), so that a failure comes again. */
function random(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most
  }
}

type Random = ReturnType<typeof random>
function pick<T>(next: Random, from: readonly T[]): T {
  const found = from.slice(next(from.length))
  for (const each of found) return each
  throw new RangeError('there is nothing to pick')
}
const many = <T>(next: Random, most: number, make: (at: number) => T): T[] =>
  Array.from({ length: next(most + 1) }, (_, at) => make(at))

const LETTERS = Array.from(
  'aZ09 یيکك\u200c۱٢,;|"\'\\/<>&=%#?+[]{}$\u00a0\u200e\ufeff😀\n\t:',
  (letter) => letter,
)
const NAMES = [
  'id',
  'name',
  'constructor',
  'toString',
  '__proto__',
  'valueOf',
  'a.b',
  'نام',
  'x-y',
  'items',
  'value',
  '1',
]

interface Made {
  readonly schema: object
  /** Our tree, the reply's JSON, both by hand. */
  readonly make: () => { readonly ours: Value; readonly json: string }
}

const word = (next: Random): string => many(next, 8, () => pick(next, LETTERS)).join('')
const digits = (next: Random, most: number): string =>
  `${1 + next(9)}${many(next, most, () => String(next(10))).join('')}`

function scalar(next: Random): Made {
  return pick<() => Made>(next, [
    () => ({ schema: { type: 'string' }, make: () => same(word(next)) }),
    () => ({ schema: { type: 'boolean' }, make: () => same(next(2) === 1) }),
    () => ({
      schema: { type: 'integer', format: 'int32' },
      make: () => same(next(2 ** 31) - 2 ** 30),
    }),
    () => ({
      schema: { type: 'integer' },
      make: () => exact(`${pick(next, ['', '-'])}${digits(next, 25)}`),
    }),
    () => ({ schema: { type: 'integer', format: 'int64' }, make: () => exact(digits(next, 18)) }),
    () => ({
      schema: { type: 'number' },
      make: () =>
        exact(
          `${digits(next, 20)}.${digits(next, 20)}${pick(next, ['', 'e5', 'E-300'])}0`.replace(
            /(e5|E-300)0$/,
            '$1',
          ),
        ),
    }),
    () => ({ schema: { type: 'number', format: 'double' }, make: () => same(next(10 ** 6) / 7) }),
    () => ({
      schema: { type: 'string', enum: ['01', '1', '۱'] },
      make: () => same(pick(next, ['01', '1', '۱'])),
    }),
  ])()
}

const same = (value: boolean | number | string) => ({ ours: value, json: JSON.stringify(value) })
const exact = (text: string) => ({ ours: text, json: text })

function shape(next: Random, depth: number): Made {
  const kind = depth === 0 ? 0 : next(3)
  if (kind === 0) return scalar(next)
  if (kind === 1) {
    const { schema, make } = shape(next, depth - 1)
    return {
      schema: { type: 'array', items: schema },
      make: () => {
        const items = many(next, 3, make)
        return {
          ours: items.map(({ ours }) => ours),
          json: `[${items.map(({ json }) => json).join(' , ')}]`,
        }
      },
    }
  }
  const members = [...new Set(many(next, 5, () => pick(next, NAMES)))].map((name) => ({
    name,
    ...shape(next, depth - 1),
  }))
  const properties = Object.fromEntries(
    [...members, { name: 'known', schema: { type: 'string' } }].map(({ name, schema }) => [
      name,
      schema,
    ]),
  )
  return {
    schema: { type: 'object', properties },
    make: () => {
      const entries: [string, Value][] = [['known', 'k']]
      const texts = ['"known":"k"', '"unknown" : {"known":1}']
      for (const { name, make } of members) {
        const chance = next(4)
        if (chance === 0) continue
        const { ours, json } = chance === 1 ? { ours: null, json: 'null' } : make()
        entries.push([name, ours])
        texts.push(`${JSON.stringify(name)} : ${json}`)
      }
      return { ours: Object.fromEntries(entries), json: `{ ${texts.join(',\n')} }` }
    },
  }
}

const contractOf = (schema: object): string =>
  JSON.stringify({
    openapi: '3.1.0',
    paths: {
      '/a': {
        post: {
          operationId: 'o',
          requestBody: { required: true, content: { 'application/json': { schema } } },
          responses: { 200: { content: { 'application/json': { schema } } } },
        },
      },
    },
  })

/** Text of numbers stays text; names in any order. */
function plain(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? `#${context?.source}` : value,
  )
}

describe('an object of a random contract', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('of seed %i', async (seed) => {
    const next = random(seed)
    const { schema, make } = shapeOfObject(next)
    const answers = Array.from({ length: 5 }, make)
    const wire = await serve((_request, count) => ({
      headers: { 'content-type': 'application/json' },
      body: answers[(count - 1) % answers.length]?.json ?? '',
    }))
    const { adapter } = await loadFrom(loadRest, contractOf(schema), { address: wire.address })
    for (const { ours } of answers) {
      const body = withoutNulls(ours)
      const { value } = await adapter.call('o', { body }, callContext())
      expect(sorted(value)).toEqual(sorted(ours))
      const sent = plain(wire.received.at(-1)?.body ?? '')
      expect(JSON.stringify(sorted(asSent(body)))).toBe(JSON.stringify(sorted(unmarked(sent))))
    }
  })
})

function shapeOfObject(next: Random): Made {
  for (;;) {
    const made = shape(next, 3)
    if ('properties' in made.schema) return made
  }
}

/** A request may not say null where the contract does not. */
function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([name, each]) => [name, withoutNulls(each)]),
  )
}

/** Numbers and their exact text are one here: the schema says which it is. */
const unmarked = (value: unknown): unknown =>
  mapped(value, (each) => (typeof each === 'string' && each.startsWith('#') ? each.slice(1) : each))
const asSent = (value: unknown): unknown =>
  mapped(value, (each) => (typeof each === 'number' ? String(each) : each))

function mapped(value: unknown, change: (each: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => mapped(each, change))
  if (typeof value !== 'object' || value === null) return change(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, mapped(each, change)]),
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)])
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

describe('rows of a random table', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))('of seed %i', async (seed) => {
    const next = random(seed + 1_000)
    const delimiter = pick(next, [',', ';', '|', '\t', '||'])
    const names = ['a', ...new Set(many(next, 5, () => pick(next, NAMES)))]
    const header = next(2) === 1
    const columns = names.map((name) => ({ name, type: pick(next, ['string', 'exact'] as const) }))
    const rows = Array.from({ length: 1 + next(5) }, () =>
      columns.map(({ type }) =>
        type === 'exact' ? pick(next, [digits(next, 30), `0${digits(next, 3)}`, '']) : word(next),
      ),
    )
    const lines = [...(header ? [names] : []), ...rows].map((row) =>
      row.map(quoted).join(delimiter),
    )
    const wire = await serve(() => ({
      headers: { 'content-type': 'text/csv' },
      body: lines.join(pick(next, ['\n', '\r\n'])),
    }))
    const table = { operation: 't', path: '/t', query: [], delimiter, header, columns }
    const { adapter } = await loadFrom(loadTable, JSON.stringify(table), { address: wire.address })
    const { value } = await adapter.call('t', {}, callContext())
    const expected = rows.map((row) =>
      Object.fromEntries(
        names.map((name, at) => [name, row[at] === '' ? null : (row[at] ?? null)]),
      ),
    )
    expect(sorted(value)).toEqual(sorted({ rows: expected }))
  })
})

/** Our values by row; what is asked and answered again is the same. */
const OURS: Partial<Record<NormaliserName, (next: Random) => Scalar>> = {
  DIGITS_10: (next) => digits(next, 9).padStart(10, '0'),
  DIGITS_2: (next) => String(next(100)).padStart(2, '0'),
  DIGITS_16: (next) => digits(next, 14).padStart(16, '0'),
  RIAL: (next) => digits(next, 30),
  TOMAN: (next) => `${digits(next, 30)}0`,
  DECIMAL_TEXT: (next) => `${digits(next, 20)}.${digits(next, 20)}`,
  WHOLE_NUMBER: (next) => next(2 ** 31) - 2 ** 30,
  // A byte order mark before a text is none of it.
  BASE64_TEXT: (next) => word(next).replace(/^\ufeff+/, ''),
  BOOLEAN_TEXT: (next) => next(2) === 1,
  CLOCK_TIME: (next) => `${String(next(24)).padStart(2, '0')}:${String(next(60)).padStart(2, '0')}`,
}
const DAYS: readonly NormaliserName[] = [
  ...(['JALALI_YYYYMMDD', 'JALALI_SLASHED', 'JALALI_DAY_FIRST'] as const),
  ...(['GREGORIAN_SLASHED', 'GREGORIAN_DAY_FIRST', 'ISO_DATE'] as const),
]
const RECENT: readonly NormaliserName[] = ['JALALI_SHORT_RECENT', 'JALALI_YYMMDD_RECENT']

const day = (next: Random, from: string, days: number): string =>
  Temporal.PlainDate.from(from)
    .add({ days: next(days) })
    .toString()
for (const name of DAYS) OURS[name] = (next) => day(next, '1850-01-01', 90_000)
for (const name of RECENT) OURS[name] = (next) => day(next, '1972-01-01', 35_000)
OURS.JALALI_SHORT = (next) => day(next, '1922-01-01', 35_000)

const textOf = (value: Value | undefined): string =>
  typeof value === 'object' ? 'none' : String(value)

describe('what is asked is what is answered', () => {
  test.each(Object.entries(OURS))('%s', (name, make) => {
    const next = random(7)
    if (!isNormaliserName(name)) throw new RangeError(name)
    const row = NORMALISERS[name]
    for (let turn = 0; turn < 500; turn += 1) {
      const ours = make(next)
      for (const type of row.accepts.filter((each) => each !== 'date' && each !== 'dateTime')) {
        const theirs = row.encode(ours, type satisfies ScalarType)
        // What a contract of that type cannot say is refused, never said otherwise.
        if (theirs === undefined || theirs === null || typeof theirs === 'object') continue
        const back = row.decode(theirs)
        // A double has no zeros behind its fraction.
        const told = type === 'double' ? [Number(back), Number(ours)] : [textOf(back), textOf(ours)]
        expect([name, type, theirs, told[0]]).toEqual([name, type, theirs, told[1]])
      }
    }
  })

  test.each([
    'TEHRAN_TIME',
    'TEHRAN_JALALI_TIME',
    'UTC_TIME',
    'EPOCH_SECONDS',
    'EPOCH_MILLISECONDS',
  ] as const)('%s', (name) => {
    const next = random(11)
    for (let turn = 0; turn < 2_000; turn += 1) {
      const moment = Temporal.Instant.fromEpochMilliseconds(
        (next(4_000_000_000) - 1_400_000_000) * 1_000,
      )
      const theirs = NORMALISERS[name].encode(moment.toString(), 'string')
      if (typeof theirs !== 'string') continue
      const back = NORMALISERS[name].decode(theirs)
      // The hour that came twice when clocks went back is refused.
      if (back === undefined) expect(name).toMatch(/^TEHRAN/)
      else expect(Temporal.Instant.from(textOf(back)).equals(moment)).toBe(true)
    }
  })
})

describe('the calendar', () => {
  // K. M. Borkowski, "The Persian calendar for 3000 years" (Earth, Moon, and Planets 74, 1996), §3: years at which the
  // grand cycles of leap years begin.
  const BREAKS = [-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060]
  function isLeap(year: number): boolean {
    let from = -61
    let jump = 0
    for (const to of BREAKS.slice(1)) {
      jump = to - from
      if (year < to) break
      from = to
    }
    let place = year - from
    if (jump - place < 6) place = place - jump + Math.floor((jump + 4) / 33) * 33
    return (((place + 1) % 33) - 1) % 4 === 0
  }

  test('has its leap years where the equinox puts them, and refuses 30 Esfand in all others', () => {
    for (let year = 1206; year <= 1498; year += 1) {
      const read = NORMALISERS.JALALI_SLASHED.decode(`${year}/12/30`)
      expect([year, read !== undefined]).toEqual([year, isLeap(year)])
    }
  })
})
