import { expect, test } from 'vitest'

import { readAnswer } from '../../../gateway/subgraph-link/read-answer.ts'

const NEW = 'application/graphql-response+json; charset=utf-8'
const OLD = 'application/json'

function read(value: unknown, status = 200, type = OLD) {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return readAnswer({ status, type, body })
}

type Case<Expected> = [
  what: string,
  value: unknown,
  status: number,
  type: string,
  expected: Expected,
]

const ORIGIN = {
  system: 's',
  operation: 'o',
  fetchedAt: '2026-01-01T00:00:00Z',
  normalisations: ['x'],
  path: ['a', 0],
}

test.each<Case<unknown>>([
  ['data', { data: { a: 'سلام' } }, 200, OLD, { data: { a: 'سلام' } }],
  ['a type in capitals', { data: { a: 1 } }, 200, 'Application/JSON;x=y', { data: { a: 1 } }],
  [
    'errors under 500',
    { errors: [{ message: 'x' }] },
    500,
    NEW,
    { data: null, errors: [{ message: 'x' }] },
  ],
  ['no errors as a list', { data: { a: 1 }, errors: [] }, 200, NEW, { data: { a: 1 } }],
  ['no errors as null', { data: { a: 1 }, errors: null }, 200, NEW, { data: { a: 1 } }],
  [
    'origins',
    { data: {}, extensions: { provenance: [ORIGIN] } },
    200,
    OLD,
    { data: {}, extensions: { provenance: [ORIGIN] } },
  ],
  [
    'no origins that are none',
    { data: {}, extensions: { provenance: [{ ...ORIGIN, path: 'a' }, 1] } },
    200,
    OLD,
    { data: {}, extensions: { provenance: [] } },
  ],
  ['nothing else of extensions', { data: {}, extensions: { tracing: 1 } }, 200, OLD, { data: {} }],
])('takes %s', (...[, value, status, type, expected]) => {
  expect(read(value, status, type)).toEqual(expected)
})

test.each<Case<string>>([
  ['HTML with 200', '<html></html>', 200, 'text/html', 'SYSTEM_REPLY_INVALID'],
  ['JSON that calls itself HTML', { data: {} }, 200, 'text/html', 'SYSTEM_REPLY_INVALID'],
  ['no type', { data: {} }, 200, '', 'SYSTEM_REPLY_INVALID'],
  ['what is not JSON', '{"data":', 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['nothing', '', 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['a list', [], 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['a text', '"x"', 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['neither data nor errors', {}, 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['no data and no error', { errors: [] }, 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['data that is a list', { data: [] }, 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['errors that are no list', { data: {}, errors: {} }, 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['an error that is a text', { data: {}, errors: ['x'] }, 200, OLD, 'SYSTEM_REPLY_INVALID'],
  ['a redirect', '', 302, OLD, 'SYSTEM_REPLY_INVALID'],
  ['a failure in the older type', { errors: [{ message: 'x' }] }, 500, OLD, 'SYSTEM_REPLY_INVALID'],
  ['a refusal', '', 403, 'text/plain', 'SYSTEM_REFUSED'],
  ['too many requests', '', 429, 'text/plain', 'SYSTEM_BUSY'],
  ['a proxy without a server', '<html>', 502, 'text/html', 'SYSTEM_UNAVAILABLE'],
  ['a proxy that waited', '<html>', 504, 'text/html', 'SYSTEM_TIMEOUT'],
])('refuses %s', (...[, value, status, type, code]) => {
  expect(read(value, status, type)).toMatchObject({ code })
})

test('keeps of an error what the house knows', () => {
  const errors = [
    {
      message: 'x',
      path: ['a', 1],
      locations: [{ line: 1 }],
      extensions: { code: 'NOT_FOUND', fa: 'ی', fields: ['f'], stacktrace: ['at x'] },
    },
    { message: 'y', path: [{}], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', system: 's' } },
    {
      message: 'z',
      extensions: {
        code: 'SYSTEM_BUSY',
        system: 's',
        operation: 'o',
        until: 'u',
        faultCode: 1,
        retryable: false,
      },
    },
    { message: 1, extensions: { code: 'constructor' } },
  ]
  expect(read({ data: null, errors })).toEqual({
    data: null,
    errors: [
      { message: 'x', path: ['a', 1], extensions: { code: 'NOT_FOUND', fa: 'ی', fields: ['f'] } },
      { message: 'y' },
      {
        message: 'z',
        extensions: {
          code: 'SYSTEM_BUSY',
          system: 's',
          operation: 'o',
          until: 'u',
          retryable: false,
        },
      },
      { message: '' },
    ],
  })
})
