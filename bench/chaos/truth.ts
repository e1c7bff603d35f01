// What is right: the answers of a calm world, held against the people of the estate where the two speak of the same thing,
// and how an answer compares with them.

import { invariant } from '../../schema/errors.ts'
import type { Persona } from '../../test/estate/personas.ts'

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json }

/** Values that an answer has. A null with an error beside it says that nobody knows; one without is a wrong value. */
export interface Verdict {
  readonly right: number
  readonly wrong: readonly string[]
  readonly unknown: number
}

/** Place of an answer → what the estate says; undefined: the persona has none. */
const FACTS: Readonly<Record<string, (persona: Persona) => string | undefined>> = {
  'me.firstName': ({ firstName }) => firstName,
  'me.lastName': ({ lastName }) => lastName,
  'me.fatherName': ({ fatherName }) => fatherName,
  'me.drivingLicence.number': ({ drivingLicence }) => drivingLicence?.number,
  'me.driverCard.cardNumber': ({ driverCard }) => driverCard?.number,
  'me.conscription.cardNumber': ({ conscription }) => conscription?.cardNumber ?? undefined,
}

/** Number of facts held against the population; fails where one differs. */
export function checkFacts(data: Json, persona: Persona): number {
  let held = 0
  for (const [place, fact] of Object.entries(FACTS)) {
    const value = place.split('.').reduce<Json | undefined>((at, name) => memberOf(at, name), data)
    const expected = fact(persona)
    if (value === undefined || value === null || expected === undefined) continue
    invariant(value === expected, `${place} of ${persona.key} is what the estate says`)
    held += 1
  }
  return held
}

/** Is anything told at all? A question that nobody has an answer to proves nothing. */
export function saysSomething(value: Json): boolean {
  if (isList(value)) return value.some(saysSomething)
  return isObject(value) ? Object.values(value).some(saysSomething) : value !== null
}

/** Compares what was asked; `failed` says whether a place has an error at, above or below it. */
export function judge(answer: Json, truth: Json, failed: (place: string) => boolean): Verdict {
  const judging: Judging = { right: 0, wrong: [], unknown: 0, failed }
  compare(answer, truth, { place: '', judging })
  const { right, wrong, unknown } = judging
  return { right, wrong, unknown }
}

interface Judging {
  right: number
  readonly wrong: string[]
  unknown: number
  readonly failed: (place: string) => boolean
}

interface At {
  readonly place: string
  readonly judging: Judging
}

function compare(one: Json, other: Json | undefined, { place, judging }: At): void {
  const below = (name: string | number): At => ({
    place: place === '' ? `${name}` : `${place}.${name}`,
    judging,
  })
  if (one === null && other !== null) {
    if (judging.failed(place)) judging.unknown += 1
    else judging.wrong.push(place)
  } else if (isList(one) && isList(other)) {
    if (one.length !== other.length) judging.wrong.push(place)
    for (const [index, item] of one.entries()) compare(item, other[index], below(index))
  } else if (isObject(one) && isObject(other)) {
    for (const [name, value] of Object.entries(one)) compare(value, other[name], below(name))
  } else if (one === other) judging.right += 1
  else judging.wrong.push(place)
}

/** Joins answers to parts of one question. */
export function merged(one: Json | undefined, other: Json): Json {
  if (one === undefined || one === null) return other
  if (isList(one) && isList(other)) {
    return one.map((item, index) => merged(item, other[index] ?? null))
  }
  if (!isObject(one) || !isObject(other)) return one
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries(
    [...names].map((name) => {
      const value = other[name]
      return [name, value === undefined ? (one[name] ?? null) : merged(one[name], value)]
    }),
  )
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
