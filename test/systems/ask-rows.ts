// A table of questions to running systems and what the graph has to answer, value by value.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

export type Row = readonly [what: string, question: Question, value: unknown]

/** Starts these systems alone and asks each row. */
export function askRows(systems: readonly string[], rows: readonly Row[]): void {
  let graph: EstateGraph

  beforeAll(async () => {
    graph = await openEstateGraph({ only: systems })
  })

  afterAll(() => graph.close())

  test.each([...rows])('%s', async (_what, question, value) => {
    expect(await graph.read(question)).toEqual(value)
  })
}
