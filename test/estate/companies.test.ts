import { expect, test } from 'vitest'

import { isLegalNationalId, readCompanies } from './companies.ts'
import { readPopulation } from './personas.ts'

const population = await readPopulation()
const companies = await readCompanies()
const all = companies.companies

test.each(['00010345767', '12345678901', '1034', '000103457666', ''])(
  '%s is no legal national id',
  (text) => {
    expect(isLegalNationalId(text)).toBe(false)
  },
)

/** Published examples of the rule, so that our own data does not prove itself. */
test.each(['10380284790', '10100171920'])('%s is a legal national id', (text) => {
  expect(isLegalNationalId(text)).toBe(true)
})

test('every legal national id has its check digit and a beginning that nobody has', () => {
  for (const { legalNationalId, key } of all) {
    expect(isLegalNationalId(legalNationalId), key).toBe(true)
    expect(legalNationalId, key).toMatch(/^(000|99)/u)
  }
})

test.each([
  ['legal national ids', all.map(({ legalNationalId }) => legalNationalId)],
  ['keys', all.map(({ key }) => key)],
  ['names', all.map(({ name }) => name)],
  ['codes', all.map(({ code }) => code)],
])('%s are unique', (_name, values) => {
  expect(values.length).toBeGreaterThanOrEqual(12)
  expect(new Set(values).size).toBe(values.length)
})

test('boards are made of personas; a term ends after it begins', () => {
  for (const { board, key, postCode, registeredOn } of all) {
    expect(population.address(postCode), key).toBeDefined()
    for (const { nationalId, from, to } of board) {
      expect(population.byNationalId(nationalId), `${key} ${nationalId}`).toBeDefined()
      expect(from >= registeredOn, `${key} ${nationalId}`).toBe(true)
      expect(to === null || to > from, `${key} ${nationalId}`).toBe(true)
    }
  }
})

test('nobody sits on a board after death or that of a dissolved company', () => {
  for (const { board, key, status } of all) {
    for (const { nationalId, to } of board) {
      const dead = population.byNationalId(nationalId)?.deceasedOn != null
      if (dead || status === 'dissolved') expect(to, `${key} ${nationalId}`).not.toBeNull()
    }
  }
})

test('there are lost zeros, a board of one, a dissolved one, and every trade that others ask for', () => {
  expect(all.filter(({ legalNationalId }) => legalNationalId.startsWith('000'))).not.toHaveLength(0)
  expect(all.some(({ board }) => board.length === 1)).toBe(true)
  expect(all.some(({ status }) => status === 'dissolved')).toBe(true)
  const trades = all.map(({ activity }) => activity)
  expect(trades).toEqual(expect.arrayContaining(['carrier', 'rail', 'airline', 'engineering']))
})

test('the employers of the insurance history that are companies are these', () => {
  const employers = new Set(
    population.personas.flatMap(({ insurance }) => insurance.map(({ employer }) => employer)),
  )
  expect(all.filter(({ name }) => employers.has(name)).length).toBeGreaterThanOrEqual(6)
})

test('a company is found by an id that lost its zeros, and by its people', () => {
  const yektabar = companies.byKey('yektabar')
  expect(companies.byLegalNationalId('10345766')).toBe(yektabar)
  expect(companies.ofPerson('0004120371')).toEqual([yektabar])
})

test('clean data has no Arabic ي or ك, no tatweel, no Arabic digit', () => {
  expect(JSON.stringify(all)).not.toMatch(/[يكـ٠-٩]/u)
})
