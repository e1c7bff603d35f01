import { GraphQLError, Source } from 'graphql'
import { describe, expect, test } from 'vitest'

import { CallerError, SystemError } from '../../../schema/errors.ts'
import type { Log } from '../../../schema/log.ts'
import { toAnswerErrors } from '../../../subgraphs/resolve/answer-errors.ts'

const LATE = new SystemError('SYSTEM_TIMEOUT', 'police', {
  operation: 'licence',
  detail: { reason: 'aborted' },
})

function at(name: string, originalError?: Error): GraphQLError {
  return new GraphQLError('0012345678 is not wanted', {
    path: ['me', name],
    source: new Source('{ me }'),
    ...(originalError && { originalError }),
  })
}

function shown(...errors: readonly GraphQLError[]) {
  const lines: [string, object, string][] = []
  const note = (level: string) => (facts: object, message: string) => {
    lines.push([level, facts, message])
  }
  const log: Log = { info: note('info'), warn: note('warn'), error: note('error') }
  return { errors: toAnswerErrors(errors, 'r', log), lines }
}

describe("a system's failure", () => {
  test('is told at each field that it nulls and logged once, with its reason', () => {
    const { errors, lines } = shown(at('licence', LATE), at('plates', LATE))
    expect(errors.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['me', 'licence'], 'SYSTEM_TIMEOUT'],
      [['me', 'plates'], 'SYSTEM_TIMEOUT'],
    ])
    expect(lines).toEqual([
      [
        'warn',
        {
          requestId: 'r',
          code: 'SYSTEM_TIMEOUT',
          system: 'police',
          operation: 'licence',
          detail: { reason: 'aborted' },
        },
        'a system failed',
      ],
    ])
  })
})

test("a caller's fault is told in its own words and not logged", () => {
  const { errors, lines } = shown(at('cards', new CallerError('FORBIDDEN', 'Not this one.')))
  expect(errors[0]).toMatchObject({ message: 'Not this one.', extensions: { code: 'FORBIDDEN' } })
  expect(lines).toEqual([])
})

test.each([
  ['a bug', at('name', new TypeError('0012345678')), 'INTERNAL'],
  ['a null of ours in a non-null place', at('name'), 'INTERNAL'],
  ['a variable that does not fit', new GraphQLError('0012345678'), 'OPERATION_INVALID'],
])('%s is told without the value', (_name, error, code) => {
  const { errors, lines } = shown(error)
  expect(errors[0]?.extensions?.['code']).toBe(code)
  expect(JSON.stringify([errors, lines])).not.toContain('0012345678')
})

test('the log does not keep a number that a caller wrote as an alias', () => {
  const { errors, lines } = shown(at('n0012345678', new TypeError('x')))
  expect(errors[0]?.path).toEqual(['me', 'n0012345678'])
  expect(lines).toMatchObject([['error', { path: 'me.n…' }, 'a resolver failed']])
})
