import { expect, test } from 'vitest'

import {
  take,
  toEnumValue,
  toFieldName,
  toTypeName,
  toVariable,
} from '../../../subgraphs/onboard/names.ts'

test.each([
  ['GetDriver-Info', 'getDriverInfo'],
  ['ID', 'id'],
  ['HTTPPort', 'httpPort'],
  ['birthDate', 'birthDate'],
  ['2ndName', '_2ndName'],
  ['__typename', 'typename'],
  ['نام', 'nam'],
  ['名', 'value'],
  ['$value', 'value'],
])('%s is the field %s', (name, expected) => {
  expect(toFieldName(name)).toBe(expected)
})

test('types begin with a capital', () => {
  expect(toTypeName('nocr-person', 'getEstelam3')).toBe('NocrPersonGetEstelam3')
})

test.each([
  ['Freight car', 'FREIGHT_CAR'],
  ['inTransit', 'IN_TRANSIT'],
  ['true', '_TRUE'],
  ['1', '_1'],
  ['باری', undefined],
])('%s is the enum value %s', (text, expected) => {
  expect(toEnumValue(text)).toBe(expected)
})

test('variables and names that are taken', () => {
  expect(toVariable('tr-kps', 'URL')).toBe('TR_KPS_URL')
  const taken = new Set(['a'])
  expect([take(taken, 'a'), take(taken, 'a'), take(taken, 'b')]).toEqual(['a2', 'a3', 'b'])
})
