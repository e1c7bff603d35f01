// Plots, their plans and what the state has given: values of the special people and plots, over the real protocol.

import { createHash } from 'node:crypto'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { tinyPdf } from '../estate/tiny-pdf.ts'
import { type EstateGraph, openEstateGraph } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

/** By the entity's key. */
const TYPES: Readonly<Record<string, string>> = {
  nationalId: 'Person',
  plotId: 'Plot',
  unitId: 'HousingUnit',
}

const FORM_J =
  'formJ { trackingNumber colour married headOfHousehold ownedProperty aids { kind year city amountRial } }'

const LAND_USE = 'landUse { use useText plan coveragePercent densityPercent floors approvedOn }'
const DECISIONS =
  'articleFiveDecisions { number sessionOn subject result document { mediaType size sha256 content } }'

const ROADS =
  'rightsOfWay { road section { sectionId } kind widthMetres distanceMetres affectedSquareMetres } expropriations { caseNumber areaSquareMetres priceRial paidRial decreedOn state }'

const UNITS =
  'newTownUnits { unit { unitId } town project floor areaSquareMetres priceRial contractedOn handedOverOn shareDang state }'

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
  [
    'the land use of a flat',
    'urb-plan',
    { plotId: '150239500117' },
    LAND_USE,
    {
      landUse: {
        use: 'RESIDENTIAL',
        useText: 'مسکونی',
        plan: 'طرح تفصیلی منطقه ۶',
        coveragePercent: '60',
        densityPercent: '180.5',
        floors: 5,
        approvedOn: '2012-05-04',
      },
    },
  ],
  ['a field without a plan', 'urb-plan', { plotId: '910031000008' }, LAND_USE, { landUse: null }],
  [
    'a decision that was not scanned',
    'urb-plan',
    { plotId: '510441200019' },
    DECISIONS,
    {
      articleFiveDecisions: [
        {
          number: '88/ک/17',
          sessionOn: '2009-04-19',
          subject: 'افزایش تراکم',
          result: 'APPROVED',
          document: null,
        },
      ],
    },
  ],
  [
    'a field beside a freeway, expropriated in Toman and paid in Rial',
    'cdtic-road',
    { plotId: '910031000008' },
    ROADS,
    {
      rightsOfWay: [
        {
          road: 'آزادراه رشت – قزوین',
          section: { sectionId: '0910007' },
          kind: 'FREEWAY',
          widthMetres: '76',
          distanceMetres: '21.5',
          affectedSquareMetres: '1840.25',
        },
      ],
      expropriations: [
        {
          caseNumber: '1398-2207',
          areaSquareMetres: '1840.25',
          priceRial: '8281125000',
          paidRial: '8281125000',
          decreedOn: '2020-02-16',
          state: 'CLOSED',
        },
      ],
    },
  ],
  [
    'a garden on a road that is not built',
    'cdtic-road',
    { plotId: '810007700006' },
    'rightsOfWay { section { sectionId } kind } expropriations { priceRial paidRial state }',
    {
      rightsOfWay: [{ section: null, kind: 'MAIN_ROAD' }],
      expropriations: [{ priceRial: '12400000000', paidRial: '0', state: 'APPRAISAL' }],
    },
  ],
  [
    'a flat far from any road',
    'cdtic-road',
    { plotId: '150239500117' },
    ROADS,
    { rightsOfWay: [], expropriations: [] },
  ],
  [
    'units in new towns of one who owns half of one and the whole of another',
    'ntdc-unit',
    { nationalId: '9904335109' },
    UNITS,
    {
      newTownUnits: [
        {
          unit: { unitId: 'PRD-11-2040' },
          town: 'پردیس',
          project: 'فاز ۱۱، بلوک ۲۰',
          floor: 4,
          areaSquareMetres: '82.5',
          priceRial: '21500000000',
          contractedOn: '2022-05-30',
          handedOverOn: null,
          shareDang: '3',
          state: 'UNDER_CONSTRUCTION',
        },
        {
          unit: { unitId: 'HST-03-0007' },
          town: 'هشتگرد',
          project: 'ویلاشهر یکم',
          floor: null,
          areaSquareMetres: '240',
          priceRial: '9800000000',
          contractedOn: '2018-02-19',
          handedOverOn: '2020-09-22',
          shareDang: '6',
          state: 'HANDED_OVER',
        },
      ],
    },
  ],
  [
    'one unit of one row',
    'ntdc-unit',
    { nationalId: '9994323938' },
    'newTownUnits { unit { unitId } shareDang }',
    { newTownUnits: [{ unit: { unitId: 'PRD-11-2040' }, shareDang: '3' }] },
  ],
  ['one without units', 'ntdc-unit', { nationalId: '0004120371' }, UNITS, { newTownUnits: [] }],
  [
    'the payments of a unit',
    'ntdc-unit',
    { unitId: 'PRD-11-2040' },
    'payments { number paidOn amountRial purpose }',
    {
      payments: [
        { number: 1, paidOn: '2022-05-30', amountRial: '4000000000', purpose: 'پیش‌پرداخت' },
        { number: 2, paidOn: '2024-03-19', amountRial: '2500000000', purpose: 'قسط یکم' },
      ],
    },
  ],
]

test('the scan of a decision comes byte for byte', async () => {
  const key = { plotId: '810007700006' }
  const read = await graph.read({ system: 'urb-plan', type: 'Plot', key, fields: DECISIONS })
  const scan = tinyPdf('Article 5 commission, 1402/05/24')
  expect(read).toMatchObject({
    articleFiveDecisions: [
      {
        result: 'REJECTED',
        document: {
          mediaType: 'application/pdf',
          size: scan.length,
          sha256: createHash('sha256').update(scan).digest('hex'),
          content: scan.toString('base64'),
        },
      },
      { result: 'APPROVED_WITH_CONDITIONS', document: { size: scan.length } },
    ],
  })
})

test.each(EXPECTED)('%s', async (...row) => {
  const [, system, key, fields, value] = row
  const type = TYPES[Object.keys(key)[0] ?? '']
  expect(await graph.read({ system, type: type ?? '', key, fields })).toEqual(value)
})
