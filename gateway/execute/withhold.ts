// Objects of a call that nobody may ask for on behalf of its caller are left out of it, and answered with an error in its
// place: the others are asked for as if nothing had been.

import type { Answer, AnswerError, RequestContext } from '../../schema/context.ts'
import { ERRORS, type ErrorCode } from '../../schema/errors.ts'
import type { Representations } from '../subgraph-link/link.ts'
import { setValue, type Tree, valueAt } from './tree.ts'

/** Of one request: why a subgraph may not be asked for an object, undefined if it may. Undefined: it may for any. */
export type RefuseObjects = (
  named: Pick<RequestContext, 'caller' | 'caseOf'>,
) => ((object: Tree) => ErrorCode | undefined) | undefined

/** The objects for one `_entities` field, by its response key. */
export interface Asked extends Representations {
  readonly key: string
}

export interface Withheld {
  /** What is still asked; nothing at all if all was withheld. */
  readonly asked: readonly Representations[]
  /** The answer as if all had been asked. */
  readonly restore: (answer: Answer) => Answer
}

/** Undefined if nothing is withheld. */
export function withhold(
  all: readonly Asked[],
  refuse: (object: Tree) => ErrorCode | undefined,
): Withheld | undefined {
  const parts = all.map((one) => split(one, refuse))
  if (parts.every(({ refused }) => refused.length === 0)) return undefined
  return {
    asked: parts.map(({ kept }) => kept),
    restore: (answer) => restored(answer, parts),
  }
}

interface Part {
  readonly key: string
  readonly kept: Representations
  /** Of each object that is asked, its place among all. */
  readonly places: readonly number[]
  readonly refused: readonly { readonly place: number; readonly code: ErrorCode }[]
  readonly length: number
}

function split(one: Asked, refuse: (object: Tree) => ErrorCode | undefined): Part {
  const { key, variable, texts } = one
  const places: number[] = []
  const refused: { place: number; code: ErrorCode }[] = []
  one.values().forEach((object, place) => {
    const code = refuse(object)
    if (code === undefined) places.push(place)
    else refused.push({ place, code })
  })
  const kept = {
    variable,
    texts: places.map((place) => texts[place] ?? ''),
    values: () => places.map((place) => one.values()[place] ?? {}),
  }
  return { key, kept, places, refused, length: texts.length }
}

function restored({ data, errors = [], extensions }: Answer, parts: readonly Part[]): Answer {
  const byKey = new Map(parts.map((part) => [part.key, part]))
  const whole: Record<string, unknown> = {}
  for (const { key, places, length } of parts) {
    const found = data ? valueAt(data, key) : undefined
    const entities: readonly unknown[] = Array.isArray(found) ? found : []
    const list: unknown[] = Array.from({ length }, () => null)
    places.forEach((place, index) => {
      list[place] = entities[index] ?? null
    })
    setValue(whole, key, list)
  }
  const moved = errors.map((error) => movedError(error, byKey))
  const entries = extensions?.provenance?.map((entry) => ({
    ...entry,
    path: movedPath(entry.path, byKey),
  }))
  return {
    data: whole,
    errors: [...moved, ...parts.flatMap(refusals)],
    ...(entries === undefined ? {} : { extensions: { provenance: entries } }),
  }
}

function refusals({ key, refused }: Part): readonly AnswerError[] {
  return refused.map(({ place, code }) => ({
    message: ERRORS[code].text,
    path: [key, place],
    extensions: { code },
  }))
}

function movedError(error: AnswerError, byKey: ReadonlyMap<string, Part>): AnswerError {
  return error.path === undefined ? error : { ...error, path: movedPath(error.path, byKey) }
}

function movedPath(
  path: NonNullable<AnswerError['path']>,
  byKey: ReadonlyMap<string, Part>,
): NonNullable<AnswerError['path']> {
  const [key, index, ...rest] = path
  const places = typeof key === 'string' ? byKey.get(key)?.places : undefined
  const place = typeof index === 'number' ? places?.[index] : undefined
  return key === undefined || place === undefined ? path : [key, place, ...rest]
}
