// What there is to be asked about: values of the estate's own data by the names that arguments have.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Persona } from '../../test/estate/personas.ts'

export type KnownValues = ReadonlyMap<string, readonly (string | number)[]>

const ESTATE = path.join(import.meta.dirname, '../../test/estate')
const MOST = 12
/** Days of which the estate has counts; `from` means other things in its data. */
const SPAN = { from: '2026-11-21T00:00:00+03:30', until: '2026-11-22T00:00:00+03:30' }

export async function readKnownValues(): Promise<KnownValues> {
  const known = new Map<string, Set<string | number>>()
  const note = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, below] of Object.entries(value)) {
      if (typeof below === 'string' || typeof below === 'number') {
        known.set(name, (known.get(name) ?? new Set()).add(below))
      } else note(below)
    }
  }
  for (const file of (await readdir(ESTATE)).toSorted()) {
    if (file.endsWith('.json')) note(JSON.parse(await readFile(path.join(ESTATE, file), 'utf8')))
  }
  for (const [name, moment] of Object.entries(SPAN)) known.set(name, new Set([moment]))
  return new Map(Array.from(known, ([name, values]) => [name, [...values].slice(0, MOST)]))
}

/** What a person would ask with: of himself where he knows it, else one of all; the same each time. */
export function valueOf(
  name: string,
  { persona, index, values }: { persona: Persona; index: number; values: KnownValues },
): string | number | undefined {
  const { mobile, nationalId, postCode } = persona
  const own = new Map(Object.entries({ mobile, nationalId, postCode })).get(name)
  if (own !== undefined) return own
  const all = values.get(name) ?? []
  return all[index % Math.max(1, all.length)]
}
