import { expect, test } from 'vitest'

import { isNationalId, type Persona, readPopulation } from './personas.ts'

const population = await readPopulation()
const { personas, addresses, plots } = population

function who(key: string): Persona {
  const persona = population.byKey(key)
  if (persona === undefined) throw new RangeError(`no persona ${key}`)
  return persona
}

test('there are about forty people, the demo’s main one first', () => {
  expect(personas.length).toBeGreaterThanOrEqual(40)
  expect(personas[0]?.key).toBe('kaveh')
})

test.each(['0009000017', '1234567890', '12345', '00041203711', ''])(
  '%s is no national id',
  (text) => {
    expect(isNationalId(text)).toBe(false)
  },
)

test('every national id has its check digit and a place code that nobody has', () => {
  for (const { nationalId, key } of personas) {
    expect(isNationalId(nationalId), key).toBe(true)
    expect(nationalId, key).toMatch(/^(000|99)/u)
  }
})

test.each([
  ['national ids', personas.map(({ nationalId }) => nationalId)],
  ['keys', personas.map(({ key }) => key)],
  ['mobiles', personas.map(({ mobile }) => mobile)],
  ['licences', personas.flatMap(({ drivingLicence }) => drivingLicence?.number ?? [])],
  ['driver cards', personas.flatMap(({ driverCard }) => driverCard?.number ?? [])],
  ['plates', personas.flatMap(({ vehicles }) => vehicles.map(({ plate }) => plate))],
  ['VINs', personas.flatMap(({ vehicles }) => vehicles.map(({ vin }) => vin))],
  [
    'fleet cards',
    personas.flatMap(({ vehicles }) => vehicles.flatMap((each) => each.fleetCard ?? [])),
  ],
  ['postcodes', addresses.map(({ postCode }) => postCode)],
  ['plot ids', plots.map(({ plotId }) => plotId)],
  ['registry plates', plots.map(({ registryPlate }) => registryPlate)],
  ['deeds', plots.flatMap(({ owners }) => owners.map(({ deedNumber }) => deedNumber))],
])('%s are unique', (_name, values) => {
  expect(values.length).toBeGreaterThan(0)
  expect(new Set(values).size).toBe(values.length)
})

test('identifiers and dates have the forms that the agencies give them', () => {
  for (const { mobile, postCode, birthDate, birthDateApproximate, vehicles, key } of personas) {
    expect(mobile, key).toMatch(/^0900000[0-9]{4}$/u)
    expect(postCode, key).toMatch(/^[13-9]{4}[1346-9][013-9]{5}$/u)
    expect(birthDate, key).toMatch(/^1[34][0-9]{2}\/[0-9]{2}\/[0-9]{2}$/u)
    expect(birthDateApproximate, key).toBe(birthDate.endsWith('00'))
    for (const { plate, vin } of vehicles) {
      expect(plate, key).toMatch(/^[0-9]{2}[آ-ی][0-9]{3}-[0-9]{2}$/u)
      expect(vin, key).toMatch(/^[A-HJ-NPR-Z0-9]{17}$/u)
    }
  }
})

test('clean data has no Arabic ي or ك, no tatweel, no Arabic digit', () => {
  const clean = personas.map((persona) => ({ ...persona, writtenAs: undefined }))
  expect(JSON.stringify([clean, addresses, plots])).not.toMatch(/[يكـ٠-٩]/u)
})

test('everybody lives somewhere and every plot has an address', () => {
  for (const { postCode } of [...personas, ...plots]) {
    expect(population.address(postCode), postCode).toBeDefined()
  }
})

test('shares of a plot make six dang and belong to known people', () => {
  for (const { owners, registryPlate } of plots) {
    expect(
      owners.reduce((sum, { shareDang }) => sum + shareDang, 0),
      registryPlate,
    ).toBe(6)
    for (const { nationalId } of owners) expect(population.byNationalId(nationalId)).toBeDefined()
  }
})

test('the special cases are there', () => {
  expect(who('zahra-zero').nationalId).toMatch(/^00/u)
  expect(who('reza-deceased').deceasedOn).not.toBeNull()
  expect(who('gholam-approximate').birthDateApproximate).toBe(true)
  const joint = population.plotsOf(who('mina-joint').nationalId)
  expect(joint.map(({ owners }) => owners.map(({ shareDang }) => shareDang))).toEqual([[3, 3]])
  expect(who('bahram-expired-card')).toHaveProperty('driverCard.active', false)
  expect(who('nader-no-licence').drivingLicence).toBeNull()
  expect(who('farhad-expired-licence')).toHaveProperty('drivingLicence.expiresOn', '1399/05/05')
  expect(who('ali-arabic')).toHaveProperty('writtenAs.lastName', expect.stringMatching(/[يك]/u))
  expect(who('alireza-zwnj').firstName).toContain('\u200c')
  expect(who('esmail-tatweel')).toHaveProperty(
    'writtenAs.firstName',
    expect.stringContaining('\u0640'),
  )
  expect(who('esmail-tatweel')).toHaveProperty(
    'writtenAs.fatherName',
    expect.stringContaining('\uf076'),
  )
  expect(who('hossein-nbsp')).toHaveProperty(
    'writtenAs.lastName',
    expect.stringMatching(/\u00a0$/u),
  )
  expect(who('hossein-nbsp')).toHaveProperty(
    'writtenAs.fatherName',
    expect.stringContaining('\u00a0'),
  )
})

test('women are not subject to conscription, men all have a status', () => {
  for (const { gender, conscription, key } of personas) {
    expect(conscription === null, key).toBe(gender === 'female')
  }
})

test('the main persona can apply for a freight driver’s smart card', () => {
  const kaveh = who('kaveh')
  expect(kaveh).toMatchObject({
    birthDate: expect.stringMatching(/^1365/u),
    deceasedOn: null,
    drivingLicence: { class: 'پایه یک' },
    driverCard: { kind: 'باری', active: true },
    conscription: { status: 'completed' },
  })
  expect(kaveh.insurance.length).toBeGreaterThan(1)
  expect(kaveh.vehicles.some(({ fleetCard }) => fleetCard !== null)).toBe(true)
  expect(population.plotsOf(kaveh.nationalId).length).toBeGreaterThan(0)
})

test('an id that lost its leading zeros is found again', () => {
  const zahra = who('zahra-zero')
  expect(population.byNationalId(String(Number(zahra.nationalId)))).toBe(zahra)
})
