// Waybills, passengers, ships and traffic: values over the real protocol.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

const WAYBILL =
  '{ number serial issuedOn vehicle { plate } driver { nationalId } carrier { legalNationalId } origin destination cargo weightKilograms fareRial commissionRial state }'

const EXPECTED: readonly (readonly [what: string, question: Question, value: unknown])[] = [
  [
    'a waybill of the 1300s without commission',
    {
      system: 'rmto-waybill',
      type: 'Query',
      fields: `waybillByNumber(number: "27440018") ${WAYBILL}`,
    },
    {
      waybillByNumber: {
        number: '27440018',
        serial: '97/906',
        issuedOn: '2018-11-28',
        vehicle: { plate: '77ع902-13' },
        driver: { nationalId: '9974078199' },
        carrier: { legalNationalId: '00009072147' },
        origin: 'یزد',
        destination: 'کرج',
        cargo: 'کاشی و سرامیک',
        weightKilograms: '21900',
        fareRial: '18700000',
        commissionRial: '0',
        state: 'DELIVERED',
      },
    },
  ],
  [
    'the waybills of a truck by its plate',
    {
      system: 'rmto-waybill',
      type: 'Vehicle',
      key: { plate: '12ع345-11' },
      fields: 'waybills { number issuedOn weightKilograms fareRial state }',
    },
    {
      waybills: [
        {
          number: '40812907',
          issuedOn: '2026-10-23',
          weightKilograms: '17450',
          fareRial: '412000000',
          state: 'DELIVERED',
        },
        {
          number: '40813355',
          issuedOn: '2026-11-20',
          weightKilograms: '18240.5',
          fareRial: '268500000',
          state: 'ON_THE_WAY',
        },
      ],
    },
  ],
  [
    'a car that carries no goods',
    {
      system: 'rmto-waybill',
      type: 'Vehicle',
      key: { plate: '68ب417-10' },
      fields: 'waybills { number }',
    },
    { waybills: [] },
  ],
]

test.each(EXPECTED)('%s', async (_, question, value) => {
  expect(await graph.read(question)).toEqual(value)
})
