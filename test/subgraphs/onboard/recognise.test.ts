import { expect, test } from 'vitest'

import { credentialOf, recognise, soundsLikeReading } from '../../../subgraphs/onboard/recognise.ts'

test.each([
  ['nin', 'exact', 'NationalId'],
  ['NationalCode', 'string', 'NationalId'],
  ['codeMelli', 'string', 'NationalId'],
  ['CodePosti', 'string', 'PostCode'],
  ['TarikhSodoor', 'string', 'Date'],
  ['MablaghRial', 'exact', 'Rial'],
] as const)('%s, a %s, is a %s', (name, type, expected) => {
  expect(recognise(name, type)?.type).toBe(expected)
})

test.each([
  ['zip', 'string'],
  ['postcode', 'string'],
  ['birthDate', 'string'],
  ['nin', 'boolean'],
  ['administration', 'string'],
] as const)('%s, a %s, may be anything', (name, type) => {
  expect(recognise(name, type)).toBeUndefined()
})

test.each([
  ['userName', 'USER'],
  ['passWord', 'PASSWORD'],
  ['api-key', 'KEY'],
  ['passengerName', undefined],
  ['keyword', undefined],
])('%s is the credential %s', (name, expected) => {
  expect(credentialOf(name)).toBe(expected)
})

test.each([
  ['GetDepartureBoard', true],
  ['checkVat', true],
  ['estelamMelk', true],
  ['UpdateProfile', false],
  ['AddData5', false],
])('%s sounds like reading: %s', (name, expected) => {
  expect(soundsLikeReading(name)).toBe(expected)
})
