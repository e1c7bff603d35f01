import { expect, test } from 'vitest'

import { readFlights } from './flights.ts'
import { readPopulation } from './personas.ts'
import { isInside, readPlaces } from './places.ts'
import { readRail } from './rail.ts'

const [population, places, flights, rail] = await Promise.all([
  readPopulation(),
  readPlaces(),
  readFlights(),
  readRail(),
])

test('the provinces are those of the country, and whoever names one names one of them', () => {
  expect(places.provinces).toHaveLength(31)
  const named = [
    ...places.weatherStations,
    ...places.roadSections,
    ...places.fabrics,
    ...flights.airports,
    ...rail.stations,
  ].map(({ province }) => province)
  const listed = [...places.warnings, ...rail.projects].flatMap(({ provinces }) => provinces)
  for (const code of [...named, ...listed]) expect(places.province(code), code).toBeDefined()
})

test('every address is in a province by its own name', () => {
  const names = new Set(places.provinces.map(({ name }) => name))
  for (const { province } of population.addresses) expect(names).toContain(province)
})

test.each([
  ['stations', places.weatherStations.map(({ stationId }) => stationId), /^99[0-9]{3}$/u],
  ['sections', places.roadSections.map(({ sectionId }) => sectionId), /^[0-9]{7}$/u],
  ['fabrics', places.fabrics.map(({ fabricId }) => fabricId), /^UF-[0-9]{2}-[0-9]{4}$/u],
  [
    'warnings',
    places.warnings.map(({ identifier }) => identifier),
    /^IR-IRIMO-[0-9]{8}-[0-9]{3}$/u,
  ],
])('%s have ids of their own', (_name, ids, form) => {
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(form)
})

test('every city where somebody lives has a weather station within half a degree', () => {
  for (const { latitude, longitude, postCode } of population.addresses) {
    const near = places.weatherStations.filter(
      (station) =>
        Math.abs(station.latitude - latitude) < 0.5 &&
        Math.abs(station.longitude - longitude) < 0.5,
    )
    expect(near.length, postCode).toBeGreaterThan(0)
  }
})

test('sections of one road follow each other', () => {
  for (const { fromKm, toKm, sectionId } of places.roadSections) {
    expect(toKm, sectionId).toBeGreaterThan(fromKm)
  }
  const [first, second] = places.roadSections
  expect(first?.end).toEqual(second?.start)
  expect(first?.toKm).toBe(second?.fromKm)
})

test('a warning ends after it begins', () => {
  for (const { onset, expires, identifier } of places.warnings) {
    expect(expires > onset, identifier).toBe(true)
  }
})

test.each([
  ['1593601044', ['UF-23-0117']],
  ['1593601110', []],
  ['5166601069', ['UF-03-0042']],
  ['8917601073', ['UF-21-0003']],
  ['7134601048', ['UF-07-0009']],
  // In the notch of the L: within the box of the ring, not within the ring.
  ['7134601059', []],
])('the address %s is in the fabrics %j', (postCode, expected) => {
  const address = population.address(postCode)!
  expect(places.fabricsAt(address).map(({ fabricId }) => fabricId)).toEqual(expected)
})

test('a point on neither side is outside', () => {
  const ring = [
    { latitude: 0, longitude: 0 },
    { latitude: 0, longitude: 2 },
    { latitude: 2, longitude: 2 },
    { latitude: 2, longitude: 0 },
  ]
  expect(isInside({ latitude: 1, longitude: 1 }, ring)).toBe(true)
  expect(isInside({ latitude: 1, longitude: 3 }, ring)).toBe(false)
  expect(isInside({ latitude: 1, longitude: -1 }, ring)).toBe(false)
  expect(isInside({ latitude: 3, longitude: 1 }, ring)).toBe(false)
})

test('clean data has no Arabic ي or ك, no tatweel, no Arabic digit', () => {
  expect(JSON.stringify([places, flights, rail])).not.toMatch(/[يكـ٠-٩]/u)
})
