// Licences of people who drive, fly, sail and build: values over the real protocol.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

const RAIL_DRIVER =
  'railDriverLicence { number grade issuedOn expiresOn medicalExpiresOn employer { legalNationalId } locomotives active }'
const ENGINEER =
  'engineerLicence { number membershipCode discipline issuedOn expiresOn province state competences { field grade capacitySquareMetres } }'
const AVIATION =
  'aviationLicence { number kind holderNameEn issuedOn expiresOn ratings medical { class expiresOn } englishLevel state }'
const SEAFARER =
  'seafarerDocument { nameFa nameEn rankFa rankEn certificates { kind number issuedOn expiresOn port } }'

type Row = readonly [
  what: string,
  system: string,
  nationalId: string,
  fields: string,
  value: unknown,
]

const EXPECTED: readonly Row[] = [
  [
    'a train driver whose id begins with six zeros',
    'rai-driver',
    '0000001015',
    RAIL_DRIVER,
    {
      railDriverLicence: {
        number: 'ر-10452',
        grade: 'GRADE_2',
        issuedOn: '2022-09-06',
        expiresOn: '2027-09-06',
        medicalExpiresOn: '2027-03-20',
        employer: { legalNationalId: '99032177042' },
        locomotives: ['GT26CW-2', 'GE C30-7i', 'زیمنس ER24PC'],
        active: true,
      },
    },
  ],
  [
    'an expired train driver of a company whose id begins with three zeros',
    'rai-driver',
    '9934145219',
    RAIL_DRIVER,
    {
      railDriverLicence: {
        number: 'ر-09817',
        grade: 'GRADE_1',
        issuedOn: '2019-04-21',
        expiresOn: '2024-04-20',
        medicalExpiresOn: null,
        employer: { legalNationalId: '00022004181' },
        locomotives: ['G22W'],
        active: false,
      },
    },
  ],
  [
    'one who drives no trains',
    'rai-driver',
    '0004120371',
    RAIL_DRIVER,
    { railDriverLicence: null },
  ],
]

test.each(EXPECTED)('%s', async (...row) => {
  const [, system, nationalId, fields, value] = row
  const key = { nationalId }
  expect(await graph.read({ system, type: 'Person', key, fields })).toEqual(value)
})
