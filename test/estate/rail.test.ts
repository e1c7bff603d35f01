import { expect, test } from 'vitest'

import { readCompanies } from './companies.ts'
import { isWagonNumber, readRail } from './rail.ts'

const companies = await readCompanies()
const rail = await readRail()

test('wagons have a number with its check digit, an owner and a place', () => {
  for (const { wagonNumber, owner, position, waybills } of rail.wagons) {
    expect(isWagonNumber(wagonNumber), wagonNumber).toBe(true)
    expect(companies.byLegalNationalId(owner), wagonNumber).toMatchObject({ activity: 'rail' })
    expect(rail.station(position.station), wagonNumber).toBeDefined()
    for (const { from, to, consignee, waybillNumber } of waybills) {
      expect(waybillNumber).toMatch(/^1[0-9]{11}$/u)
      expect([rail.station(from), rail.station(to)], waybillNumber).not.toContain(undefined)
      expect(companies.byLegalNationalId(consignee), waybillNumber).toBeDefined()
    }
  }
})

test.each(['317100001011', '12345', 'x17100001010'])('%s is no wagon number', (text) => {
  expect(isWagonNumber(text)).toBe(false)
})

/** The worked example of UIC 438-2, appendix on the self-check digit. */
test('the check digit is that of UIC', () => {
  expect(isWagonNumber('218124712173')).toBe(true)
})

test('ids are unique', () => {
  for (const ids of [
    rail.wagons.map(({ wagonNumber }) => wagonNumber),
    rail.projects.map(({ projectId }) => projectId),
    rail.stations.map(({ code }) => code),
    rail.wagons.flatMap(({ waybills }) => waybills.map(({ waybillNumber }) => waybillNumber)),
  ]) {
    expect(new Set(ids).size).toBe(ids.length)
  }
})

test('projects have contractors; some have one parcel, some none', () => {
  for (const { contractors, projectId } of rail.projects) {
    expect(contractors.length, projectId).toBeGreaterThan(0)
    for (const id of contractors) expect(companies.byLegalNationalId(id), projectId).toBeDefined()
  }
  expect(new Set(rail.projects.map(({ rightOfWay }) => rightOfWay.length))).toEqual(
    new Set([0, 1, 2]),
  )
})

test('a waybill is found with its wagon', () => {
  const found = rail.waybill('140500018231')
  expect(found?.wagon.waybills).toContain(found?.waybill)
})
