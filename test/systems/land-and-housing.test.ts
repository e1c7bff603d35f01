// Plots, their plans and what the state has given: values of the special people and plots, over the real protocol.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

const FORM_J =
  'formJ { trackingNumber colour married headOfHousehold ownedProperty aids { kind year city amountRial } }'

type Row = readonly [
  what: string,
  system: string,
  key: Readonly<Record<string, string>>,
  fields: string,
  value: unknown,
]

const EXPECTED: readonly Row[] = [
  [
    'a green form of a married head of household',
    'nlho-formj',
    { nationalId: '9904335109' },
    FORM_J,
    {
      formJ: {
        trackingNumber: '140590433510',
        colour: 'GREEN',
        married: true,
        headOfHousehold: true,
        ownedProperty: false,
        aids: [],
      },
    },
  ],
  [
    'a red form with land and a loan',
    'nlho-formj',
    { nationalId: '9944268089' },
    FORM_J,
    {
      formJ: {
        trackingNumber: '140594426808',
        colour: 'RED',
        married: false,
        headOfHousehold: false,
        ownedProperty: true,
        aids: [
          { kind: 'LAND', year: 1378, city: 'شیراز', amountRial: '12500000' },
          { kind: 'SUBSIDISED_LOAN', year: 1386, city: 'شیراز', amountRial: '180000000' },
        ],
      },
    },
  ],
  ['nobody in the archive', 'nlho-formj', { nationalId: '9990000001' }, FORM_J, { formJ: null }],
]

test.each(EXPECTED)('%s', async (...row) => {
  const [, system, key, fields, value] = row
  const type = 'plotId' in key ? 'Plot' : 'Person'
  expect(await graph.read({ system, type, key, fields })).toEqual(value)
})
