// What single systems hold of people, plots, vehicles, companies and vessels is about those that the estate has.

import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { readPopulation } from './personas.ts'

const FILES = ['professions', 'housing', 'land', 'roads', 'sea'] as const
const population = await readPopulation()

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`${name}.json`, import.meta.url), 'utf8'))
}

/** Values of all members of that name, at any depth. */
function valuesOf(value: unknown, names: readonly string[]): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(names.includes(name) && typeof inner !== 'object' ? [inner] : []),
    ...valuesOf(inner, names),
  ])
}

const records = await Promise.all(FILES.map(readJson))
const known = {
  people: population.personas.map(({ nationalId }) => nationalId),
  plots: population.plots.map(({ plotId }) => plotId),
  vehicles: population.personas.flatMap(({ vehicles }) => vehicles.map(({ plate }) => plate)),
  companies: valuesOf(await readJson('companies'), ['key']),
  vessels: valuesOf(await readJson('vessels'), ['imoNumber']),
  sections: valuesOf((await readJson('places')) ?? {}, ['sectionId']),
}

test.each([
  ['people', ['nationalId', 'driver']],
  ['plots', ['plotId']],
  ['vehicles', ['plate']],
  ['companies', ['carrier', 'employer', 'company']],
  ['vessels', ['imoNumber']],
  ['sections', ['sectionId']],
] as const)('%s are those of the estate', (kind, names) => {
  const found = valuesOf(records, names)
  expect(found.length).toBeGreaterThan(0)
  expect(known[kind]).toEqual(expect.arrayContaining(found))
})

test('clean records have no Arabic letters and digits, no tatweel', () => {
  expect(JSON.stringify(records)).not.toMatch(/[يكـ٠-٩]/u)
})

test('plot ids have twelve digits', () => {
  for (const plotId of known.plots) expect(plotId).toMatch(/^[0-9]{12}$/u)
})
