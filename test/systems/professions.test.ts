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
  [
    'an engineer of three competences',
    'inbr-licence',
    '9974301599',
    ENGINEER,
    {
      engineerLicence: {
        number: '21-300-04471',
        membershipCode: '21-3-0-00812',
        discipline: 'CIVIL',
        issuedOn: '2024-05-04',
        expiresOn: '2027-05-05',
        province: 'کرمان',
        state: 'VALID',
        competences: [
          { field: 'DESIGN', grade: 'GRADE_1', capacitySquareMetres: 20000 },
          { field: 'SUPERVISION', grade: 'GRADE_2', capacitySquareMetres: 8000 },
          { field: 'CONSTRUCTION', grade: 'GRADE_3', capacitySquareMetres: null },
        ],
      },
    },
  ],
  [
    'an engineer whose licence is suspended',
    'inbr-licence',
    '0004120371',
    'engineerLicence { state discipline competences { field } }',
    { engineerLicence: { state: 'SUSPENDED', discipline: 'ELECTRICAL', competences: [] } },
  ],
  ['one who is no engineer', 'inbr-licence', '9924022343', ENGINEER, { engineerLicence: null }],
  [
    'a pilot with dates of two calendars',
    'caa-licence',
    '9964067021',
    AVIATION,
    {
      aviationLicence: {
        number: 'IR-ATPL-01877',
        kind: 'AIRLINE_PILOT',
        holderNameEn: 'OMID SHARIKI',
        issuedOn: '2018-03-20',
        expiresOn: '2026-12-31',
        ratings: ['A320', 'ATR72', 'IR'],
        medical: { class: 1, expiresOn: '2026-12-21' },
        englishLevel: 5,
        state: 'VALID',
      },
    },
  ],
  [
    'a private pilot whose licence is issued by one calendar and ends by the other',
    'caa-licence',
    '9964178727',
    'aviationLicence { issuedOn expiresOn medical { expiresOn } englishLevel }',
    {
      aviationLicence: {
        issuedOn: '2025-03-20',
        expiresOn: '2031-03-19',
        medical: { expiresOn: '2027-02-28' },
        englishLevel: null,
      },
    },
  ],
  [
    'a controller whose licence is over',
    'caa-licence',
    '9904223408',
    'aviationLicence { expiresOn ratings medical { class } state }',
    { aviationLicence: { expiresOn: '2023-04-20', ratings: [], medical: null, state: 'EXPIRED' } },
  ],
  ['one who does not fly', 'caa-licence', '9924022343', AVIATION, { aviationLicence: null }],
  [
    'a seafarer, in Persian and English, with a document that never ends',
    'pmo-seafarer',
    '9964290421',
    SEAFARER,
    {
      seafarerDocument: {
        nameFa: 'سینا ناخدا',
        nameEn: 'SINA NAKHODA',
        rankFa: 'افسر دوم عرشه',
        rankEn: 'Second Officer',
        certificates: [
          {
            kind: 'SEAMANS_BOOK',
            number: 'SB-204417',
            issuedOn: '2022-03-20',
            expiresOn: '2027-03-20',
            port: 'بندرعباس',
          },
          {
            kind: 'CERTIFICATE_OF_COMPETENCY',
            number: 'COC-77120',
            issuedOn: '2022-09-22',
            expiresOn: '2027-09-22',
            port: 'بوشهر',
          },
          {
            kind: 'BASIC_SAFETY',
            number: 'BST-9981',
            issuedOn: '2014-04-25',
            expiresOn: null,
            port: 'بندرعباس',
          },
        ],
      },
    },
  ],
  ['one who is no seafarer', 'pmo-seafarer', '0004120371', SEAFARER, { seafarerDocument: null }],
]

test.each(EXPECTED)('%s', async (...row) => {
  const [, system, nationalId, fields, value] = row
  const key = { nationalId }
  expect(await graph.read({ system, type: 'Person', key, fields })).toEqual(value)
})
