// Q23: a session that ends at the system before we think so costs nobody an answer.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

const SIX_MINUTES_MS = 6 * 60_000

let graph: EstateGraph
let at = Date.parse('2026-11-22T08:30:00Z')

beforeAll(async () => {
  graph = await openEstateGraph({ only: ['rai-wagon'], now: () => at })
})

afterAll(() => graph.close())

function wagon(wagonNumber: string): Question {
  return { system: 'rai-wagon', type: 'Wagon', key: { wagonNumber }, fields: 'train' }
}

test('the login page with 200 is answered by signing in again and asking once more', async () => {
  expect(await graph.read(wagon('317100001013'))).toEqual({ train: '1823' })
  expect(graph.estate.calls()['rai-wagon']).toBe(1)
  at += SIX_MINUTES_MS
  expect(await graph.read(wagon('317100002409'))).toEqual({ train: '2204' })
  expect(graph.estate.calls()['rai-wagon']).toBe(3)
})
