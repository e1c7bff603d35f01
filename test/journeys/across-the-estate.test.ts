// The long questions of the query page, over all 35 systems: composed, planned and executed as the gateway does it.

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { buildEngine, type Engine } from '../../gateway/engine.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { compose } from '../../schema/compose/compose.ts'
import type { Answer } from '../../schema/context.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { loadEntries } from '../../subgraphs/entries/entries.ts'
import { loadSystems } from '../../subgraphs/load.ts'
import { loadPerson } from '../../subgraphs/person/person.ts'
import { type Estate, startEstate } from '../estate/start-estate.ts'
import { callerWith, contextOf, LIMITS } from '../gateway/support/federation.ts'
import { SUBGRAPHS } from '../systems/estate-graph.ts'

/** Signed in by two steps: form J asks for them. */
const KAVEH: Caller = {
  ...callerWith(['citizen'], 'citizen'),
  nationalId: '0004120371',
  acr: 'substantial',
  authTimeMs: Date.now(),
}
const MINISTRY = [
  'agency',
  'inquiry:company',
  'inquiry:identity',
  'inquiry:port-call',
  'inquiry:rail',
  'inquiry:seafarer',
  'inquiry:vessel',
  'inquiry:wagon',
]
const silent = () => undefined
const log = { info: silent, warn: silent, error: silent }
const loaded: unknown = await import(
  new URL('../../portal/public/examples.js', import.meta.url).href
)
const { EXAMPLES } = Value.Parse(
  Type.Object({
    EXAMPLES: Type.Array(
      Type.Object({ query: Type.String(), variables: Type.Optional(Type.String()) }),
    ),
  }),
  loaded,
)

let estate: Estate
let subgraphs: readonly Subgraph[]
let engine: Engine

beforeAll(async () => {
  estate = await startEstate({ switches: { latency: 0 } })
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  const systems = await loadSystems(SUBGRAPHS, { secret, log })
  subgraphs = [...systems, await loadPerson({ log }), await loadEntries({ log })]
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  const limits = { ...LIMITS, cost: 100_000 }
  engine = buildEngine({
    supergraph: supergraph ?? '',
    subgraphs,
    limits,
    mayIntrospect: () => true,
  })
})

beforeEach(() => estate.reset())

afterAll(async () => {
  await engine.close()
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  await estate.close()
})

async function ask(query: string, caller: Caller, variables = '{}'): Promise<Answer> {
  const parsed: unknown = JSON.parse(variables)
  const request = {
    query,
    variables: Value.Parse(Type.Record(Type.String(), Type.Unknown()), parsed),
  }
  const { answer, refusal } = await engine.run(request, contextOf(engine, caller), false)
  return structuredClone(answer ?? { errors: refusal?.errors ?? [] })
}

/** As the page has it, by the operation's name. */
function askExample(name: string, caller: Caller): Promise<Answer> {
  const found = EXAMPLES.find(({ query }) => query.startsWith(`query ${name}`))
  return ask(found?.query ?? '', caller, found?.variables)
}

function asked(): readonly string[] {
  return Object.entries(estate.calls())
    .filter(([, calls]) => calls > 0)
    .map(([system]) => system)
}

function normalisationsOf({ extensions }: Answer): ReadonlySet<string> {
  return new Set(extensions?.provenance?.flatMap(({ normalisations }) => normalisations))
}

test('a citizen asks twenty-eight systems at once, each for what is theirs', async () => {
  const answer = await askExample('Everything', KAVEH)
  expect(answer.errors).toBeUndefined()
  expect(asked()).toHaveLength(28)
  expect(answer.data).toMatchObject({
    me: {
      lastName: 'یکتای نمونه',
      birthDateJalali: '1365/04/17',
      ownsMobile: true,
      residence: {
        occupancy: { status: 'OWNER_OCCUPIED' },
        fabric: { name: 'بافت فرسوده محله نمونه', kind: 'WORN_OUT' },
        nearestWeatherStation: { station: { name: 'تهران (مهرآباد)' } },
      },
      deeds: [
        { shareDang: '6', plot: { landUse: { use: 'RESIDENTIAL', floors: 5 }, rightsOfWay: [] } },
        {
          shareDang: '4.5',
          plot: { landUse: { use: 'GARDEN' }, rightsOfWay: [{ kind: 'MAIN_ROAD' }], fabric: null },
        },
      ],
      vehiclePlates: [
        {
          plate: '12ع345-11',
          vehicle: {
            technicalInspection: { valid: true },
            waybills: [
              {
                number: '40812907',
                fareRial: '412000000',
                carrier: { name: 'شرکت حمل‌ونقل یکتابار' },
              },
              { number: '40813355' },
            ],
            oversizePermits: [{ widthMetres: '2.60' }, { widthMetres: '3.10' }],
          },
        },
        { plate: '68ب417-10', vehicle: { waybills: [], oversizePermits: [] } },
      ],
      insurance: { totalDays: 6142 },
      companies: [{ company: { name: 'شرکت حمل‌ونقل یکتابار', status: 'ACTIVE' } }],
      vessels: [{ name: 'مرجان نمونه', portCalls: [] }],
      engineerLicence: { discipline: 'ELECTRICAL' },
      seafarerDocument: null,
      busTrips: [],
    },
  })
  expect(normalisationsOf(answer)).toEqual(
    new Set([
      'BASE64_TEXT',
      'BOOLEAN_TEXT',
      'CODES',
      'DANG_TEXT',
      'DECIMAL_TEXT',
      'DIGITS',
      'JALALI_SLASHED',
      'JALALI_TEXT',
      'PERSIAN_TEXT',
      'RIAL',
      'WHOLE_NUMBER',
    ]),
  )
})

test('a company leads to its ships, their port calls and its seafarers, another to its wagons and their cargo', async () => {
  const { data, errors } = await askExample('Company', callerWith(MINISTRY, 'agency'))
  expect(errors).toBeUndefined()
  expect(asked().toSorted()).toEqual([
    'nocr-person',
    'pmo-pcs',
    'pmo-seafarer',
    'pmo-vessel',
    'rai-extapi',
    'rai-wagon',
    'ssaa-legal',
  ])
  expect(data).toMatchObject({
    shipowner: {
      name: 'کشتیرانی خیالی',
      vessels: [
        {
          imoNumber: '9000106',
          portCalls: [
            { arrivedAt: '2026-11-08T05:35:00+03:30', cargoTonnes: '11840.75' },
            { arrivedAt: null },
          ],
        },
        {
          imoNumber: '9000235',
          owners: [
            { sharePercent: '60', company: { name: 'کشتیرانی خیالی' } },
            { sharePercent: '40', company: { name: 'تعاونی کامیون‌داران فرضی' } },
          ],
        },
      ],
      board: [
        { person: { lastName: 'ناخدا', seafarerDocument: { rankFa: 'افسر دوم عرشه' } } },
        { person: { lastName: 'دریایی', seafarerDocument: null } },
      ],
    },
    operator: {
      railFleet: {
        wagonCount: 3,
        wagons: [
          {
            wagon: {
              station: 'بافق',
              waybills: [
                { cargo: 'سنگ آهن', consignee: { name: 'شرکت حمل‌ونقل یکتابار' } },
                { consignee: { name: 'شرکت حمل‌ونقل نمونه‌بار' } },
              ],
            },
          },
          { wagon: { state: 'EMPTY' } },
          { wagon: { state: 'LOADED' } },
        ],
      },
    },
  })
})

test('flights, weather, roads and railways are told without a sign-in', async () => {
  const { data, errors } = await askExample('Travel', ANONYMOUS)
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    flight: {
      status: 'LANDED',
      scheduledDeparture: '2026-11-20T10:15:00+03:30',
      origin: { name: 'فرودگاه مشهد' },
      passengerRights: { event: 'DELAY', refundPercent: 50, forceMajeure: false },
    },
    province: {
      weatherWarnings: [{ level: 'YELLOW' }, { level: 'YELLOW' }],
      roadSections: [{ status: 'SLOW', cause: 'تصادف' }],
    },
    weatherStation: { dailyWeather: [{ maxTemperature: '18' }, {}, { maxTemperature: '23.3' }] },
    railProject: { progressPercent: '87.5' },
  })
})

describe('who may not ask', () => {
  test('a citizen sees of a board who sits there, but is not led to other people', async () => {
    const { data, errors } = await ask(
      '{ legalPerson(legalNationalId: "00010345766") { name board { fullName person { nationalId } } } }',
      KAVEH,
    )
    expect(data).toMatchObject({
      legalPerson: {
        name: 'شرکت حمل‌ونقل یکتابار',
        board: expect.arrayContaining([expect.objectContaining({ person: null })]),
      },
    })
    expect(codesOf(errors)).toEqual(new Set(['FORBIDDEN']))
  })

  test.each(['plot(plotId: "150239500117") { plotId }', 'vehicle(plate: "12ع345-11") { plate }'])(
    'a citizen cannot ask for anybody’s %s',
    async (field) => {
      const { data, errors } = await ask(`{ entry: ${field} }`, KAVEH)
      expect(data).toEqual({ entry: null })
      expect(codesOf(errors)).toEqual(new Set(['FORBIDDEN']))
      expect(asked()).toEqual([])
    },
  )

  test('an agency is told only what its purposes cover', async () => {
    const { data, errors } = await ask(
      `{ person(nationalId: "0004120371") { firstName vessels { name } insurance { totalDays } deeds { shareDang } } }`,
      callerWith(MINISTRY, 'agency'),
    )
    expect(data).toEqual({
      person: {
        firstName: 'کاوه',
        vessels: [{ name: 'مرجان نمونه' }],
        insurance: null,
        deeds: null,
      },
    })
    expect(codesOf(errors)).toEqual(new Set(['FORBIDDEN']))
    expect(asked().toSorted()).toEqual(['nocr-person', 'pmo-vessel'])
  })

  test('nobody is told of people without a sign-in', async () => {
    const { data } = await askExample('Everything', ANONYMOUS)
    expect(data).toEqual({ me: null })
    expect(asked()).toEqual([])
  })
})

function codesOf(errors: Answer['errors'] = []): ReadonlySet<unknown> {
  return new Set(errors.map(({ extensions }) => extensions?.['code']))
}
