import path from 'node:path'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { EngineName } from '../engine.ts'

/** What we read of the JSON that vitest writes (the form of Jest). */
const Written = Type.Object({
  testResults: Type.Array(
    Type.Object({
      name: Type.String(),
      message: Type.Optional(Type.String()),
      status: Type.String(),
      assertionResults: Type.Array(
        Type.Object({
          ancestorTitles: Type.Array(Type.String()),
          title: Type.String(),
          status: Type.String(),
          failureMessages: Type.Array(Type.String()),
        }),
      ),
    }),
  ),
})

export interface Tried {
  /** Of the test file, without its ending. */
  readonly file: string
  readonly ancestors: readonly string[]
  readonly title: string
  readonly passed: boolean
}

export interface Report {
  readonly tests: readonly Tried[]
  readonly passed: number
  readonly failed: number
  readonly failures: readonly { readonly name: string; readonly message: string }[]
}

/**
 * A test that was not run counts as failed: nothing is skipped here but by name, and of an engine that is left out by name
 * nothing is told at all.
 */
export function readReport(text: string, leftOut?: EngineName): Report {
  const written = Value.Parse(Written, JSON.parse(text))
  const testResults = written.testResults.map((file) => ({
    ...file,
    assertionResults: file.assertionResults.filter(
      ({ ancestorTitles: [suite = ''] }) =>
        leftOut === undefined || !suite.split(' ').includes(leftOut),
    ),
  }))
  const all = testResults.flatMap((file) => file.assertionResults)
  const failed = all.filter(({ status }) => status !== 'passed')
  const unread = testResults.filter(
    ({ status, assertionResults }) => status !== 'passed' && assertionResults.every(isPassed),
  )
  return {
    tests: testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((test) => ({
        file: path.basename(name, '.test.ts'),
        ancestors: test.ancestorTitles,
        title: test.title,
        passed: isPassed(test),
      })),
    ),
    passed: all.length - failed.length,
    failed: failed.length + unread.length,
    failures: [
      ...failed.map(({ ancestorTitles, title, failureMessages }) => ({
        name: [...ancestorTitles, title].join(' › '),
        message: failureMessages[0]?.split('\n')[0] ?? 'was not run',
      })),
      ...unread.map(({ name, message = '' }) => ({ name, message: message.split('\n')[0] ?? '' })),
    ],
  }
}

function isPassed({ status }: { readonly status: string }): boolean {
  return status === 'passed'
}
