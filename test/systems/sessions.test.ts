// Q23: a session that ends on the system's side is renewed, and the question is answered all the same.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

/** The estate's clock alone: our own side still believes in its token. */
let now = Date.UTC(2026, 10, 22, 8)
let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph({ now: () => now })
})
afterEach(() => graph.estate.reset())
afterAll(() => graph.close())

const SESSIONS: readonly (readonly [minutes: number, question: Question])[] = [
  [
    16,
    {
      system: 'pmo-seafarer',
      type: 'Person',
      key: { nationalId: '9964290421' },
      fields: 'seafarerDocument { nameEn }',
    },
  ],
  [
    21,
    {
      system: 'rmto-paxlist',
      type: 'Query',
      fields: 'busManifestByNumber(number: "1405081901") { departsAt }',
    },
  ],
]

test.each(SESSIONS)('after %d minutes $system signs in again', async (minutes, question) => {
  const first = await graph.read(question)
  const before = graph.estate.calls()[question.system] ?? 0
  expect(await graph.read(question)).toEqual(first)
  expect(graph.estate.calls()[question.system]).toBe(before + 1)
  now += minutes * 60_000
  expect(await graph.read(question)).toEqual(first)
  expect(graph.estate.calls()[question.system]).toBe(before + 3)
})
