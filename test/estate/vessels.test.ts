import { expect, test } from 'vitest'

import { readCompanies } from './companies.ts'
import { readPopulation } from './personas.ts'
import { isImoNumber, readVessels } from './vessels.ts'

const { vessels } = await readVessels()
const population = await readPopulation()
const companies = await readCompanies()

test('every IMO number has its check digit and belongs to one vessel', () => {
  for (const { imoNumber } of vessels) expect(isImoNumber(imoNumber), imoNumber).toBe(true)
  expect(new Set(vessels.map(({ imoNumber }) => imoNumber)).size).toBe(vessels.length)
  expect(isImoNumber('9000100')).toBe(false)
})

test('owners are people and companies of the estate, and shares make a hundred', () => {
  for (const { owners, imoNumber } of vessels) {
    const sum = owners.reduce((all, { sharePercent }) => all + sharePercent, 0)
    expect(sum, imoNumber).toBe(100)
    for (const { nationalId, legalNationalId } of owners) {
      const known =
        population.byNationalId(nationalId ?? '') ??
        companies.byLegalNationalId(legalNationalId ?? '')
      expect(known, imoNumber).toBeDefined()
    }
  }
})

test('call signs and MMSI are those that nobody has', () => {
  for (const { callSign, mmsi, imoNumber } of vessels) {
    expect(callSign ?? 'XX0', imoNumber).toMatch(/^XX0/u)
    expect(mmsi ?? '999', imoNumber).toMatch(/^999/u)
  }
})

test('the special cases are there', () => {
  expect(vessels.some(({ owners }) => owners.length > 1)).toBe(true)
  expect(vessels.some(({ builtIn, netTonnage }) => builtIn === null && netTonnage === null)).toBe(
    true,
  )
  expect(new Set(vessels.map(({ status }) => status))).toEqual(
    new Set(['active', 'suspended', 'deleted']),
  )
})
