// Waybills, passengers, ships and traffic: values over the real protocol.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

const WAYBILL =
  '{ number serial issuedOn vehicle { plate } driver { nationalId } carrier { legalNationalId } origin destination cargo weightKilograms fareRial commissionRial state }'

const MANIFEST =
  '{ number vehicle { plate } company { legalNationalId } origin destination departsAt driver { nationalId } passengers { person { nationalId } name seat } }'

const TRAFFIC = '{ device from until light heavy meanSpeed headwaySeconds }'

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
    'what a driver has driven, without the cancelled ones',
    {
      system: 'rmto-waybill',
      type: 'Person',
      key: { nationalId: '0004120371' },
      fields: 'freightRecord { waybillCount lastWaybillOn }',
    },
    { freightRecord: { waybillCount: 2, lastWaybillOn: '2026-11-20' } },
  ],
  [
    'nobody who has driven nothing',
    {
      system: 'rmto-waybill',
      type: 'Person',
      key: { nationalId: '9904223408' },
      fields: 'freightRecord { waybillCount }',
    },
    { freightRecord: null },
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
  [
    'the traffic of a morning, without the hour in which the counter was off',
    {
      system: 'rmto-its',
      type: 'RoadSection',
      key: { sectionId: '0710042' },
      fields: `traffic(from: "2026-11-21T07:00:00+03:30", until: "2026-11-21T06:30:00Z") ${TRAFFIC}`,
    },
    {
      traffic: [
        {
          device: 'TC-710042-1',
          from: '2026-11-21T07:00:00+03:30',
          until: '2026-11-21T08:00:00+03:30',
          light: 1466,
          heavy: 240,
          meanSpeed: '88.2',
          headwaySeconds: 3,
        },
        {
          device: 'TC-710042-1',
          from: '2026-11-21T09:00:00+03:30',
          until: '2026-11-21T10:00:00+03:30',
          light: 1504,
          heavy: 266,
          meanSpeed: null,
          headwaySeconds: null,
        },
      ],
    },
  ],
  [
    'the port calls of a vessel, one of them yet to come',
    {
      system: 'pmo-pcs',
      type: 'Vessel',
      key: { imoNumber: '9000106' },
      fields:
        'portCalls { number port portCode berth expectedAt arrivedAt departedAt purpose cargoTonnes agent }',
    },
    {
      portCalls: [
        {
          number: 'BND-1405-00412',
          port: 'بندرعباس (شهید رجایی)',
          portCode: 'IRBND',
          berth: '14',
          expectedAt: '2026-11-08T04:00:00+03:30',
          arrivedAt: '2026-11-08T05:35:00+03:30',
          departedAt: '2026-11-10T18:20:00+03:30',
          purpose: 'DISCHARGE',
          cargoTonnes: '11840.75',
          agent: 'کشتیرانی خیالی',
        },
        {
          number: 'BIK-1405-00077',
          port: 'بندر امام خمینی',
          portCode: 'IRBKM',
          berth: null,
          expectedAt: '2026-11-23T22:30:00+03:30',
          arrivedAt: null,
          departedAt: null,
          purpose: 'LOADING',
          cargoTonnes: '0',
          agent: 'کشتیرانی خیالی',
        },
      ],
    },
  ],
  [
    'a vessel that called at no port',
    {
      system: 'pmo-pcs',
      type: 'Vessel',
      key: { imoNumber: '9000479' },
      fields: 'portCalls { number }',
    },
    { portCalls: [] },
  ],
  [
    'a coach with one passenger, whose id begins with six zeros',
    {
      system: 'rmto-paxlist',
      type: 'Query',
      fields: `busManifestByNumber(number: "1405083004") ${MANIFEST}`,
    },
    {
      busManifestByNumber: {
        number: '1405083004',
        vehicle: { plate: '38ع166-18' },
        company: { legalNationalId: '00003319050' },
        origin: 'یزد',
        destination: 'کاشان',
        departsAt: '2026-11-21T07:05:00+03:30',
        driver: { nationalId: '9924245741' },
        passengers: [{ person: { nationalId: '0000001015' }, name: 'زهرا صفرپور', seat: 1 }],
      },
    },
  ],
  [
    'an empty coach',
    {
      system: 'rmto-paxlist',
      type: 'Query',
      fields: 'busManifestByNumber(number: "1405083009") { passengers { seat } }',
    },
    { busManifestByNumber: { passengers: [] } },
  ],
  [
    'the trips of a person',
    {
      system: 'rmto-paxlist',
      type: 'Person',
      key: { nationalId: '0000001015' },
      fields: 'busTrips { number destination }',
    },
    {
      busTrips: [
        { number: '1405081901', destination: 'یزد' },
        { number: '1405083004', destination: 'کاشان' },
      ],
    },
  ],
]

test.each(EXPECTED)('%s', async (_, question, value) => {
  expect(await graph.read(question)).toEqual(value)
})

describe('a count that is recorded', () => {
  const counts = 'class1: 700, class2: 88, class3: 140, class4: 21, class5: 9, meanSpeed: "91.5"'
  const times = 'from: "2026-11-22T02:30:00Z", until: "2026-11-22T07:00:00+03:30"'
  const record = (device: string): Question => ({
    system: 'rmto-its',
    type: 'Mutation',
    fields: `recordTraffic5(device: "${device}", ${times}, ${counts}) { number }`,
  })

  test('has a receipt', async () => {
    expect(await graph.read(record('TC-710042-1'))).toEqual({ recordTraffic5: { number: 4410000 } })
  })

  test('is refused with the number that stands for the receipt', async () => {
    const { data, errors } = await graph.ask(record('TC-0'))
    expect(data).toEqual({ recordTraffic5: null })
    expect(errors).toMatchObject([
      { extensions: { code: 'SYSTEM_REFUSED', faultCode: '-2', retryable: false } },
    ])
  })

  test('is sent once, whatever becomes of it', async () => {
    graph.estate.set('rmto-its', { failRate: 1 })
    const before = graph.estate.calls()['rmto-its'] ?? 0
    const { errors } = await graph.ask(record('TC-710042-1'))
    expect(errors).toMatchObject([{ extensions: { code: 'SYSTEM_UNAVAILABLE' } }])
    expect(graph.estate.calls()['rmto-its']).toBe(before + 1)
    graph.estate.reset()
  })
})
