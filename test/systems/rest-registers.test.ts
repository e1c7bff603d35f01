// What the registers that speak JSON say reaches the graph right, value by value.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph({
    only: [
      'mrud-amlak',
      'caa-paxrights',
      'pmo-vessel',
      'rmto-techinsp',
      'mrud-saman',
      'rmto-141',
      'rai-extapi',
      'irimo-data',
    ],
  })
})

afterAll(() => graph.close())

const KAVEH = { nationalId: '0004120371' }

const EXPECTED: readonly (readonly [what: string, question: Question, value: unknown])[] = [
  [
    'Q11: postcodes that are numbers are postcodes, and lead to the unit',
    {
      system: 'mrud-amlak',
      type: 'Person',
      key: KAVEH,
      fields: `residences { relation main since until verified
        address { postCode occupancy { status households emptySince } } }`,
    },
    {
      residences: [
        {
          relation: 'TENANT',
          main: false,
          since: '2010-05-05',
          until: '2013-09-22',
          verified: true,
          address: {
            postCode: '6134601054',
            occupancy: { status: 'LET', households: 1, emptySince: null },
          },
        },
        {
          relation: 'OWNER',
          main: true,
          since: '2013-09-23',
          until: null,
          verified: true,
          address: {
            postCode: '1593601044',
            occupancy: { status: 'OWNER_OCCUPIED', households: 1, emptySince: null },
          },
        },
      ],
    },
  ],
  [
    'a unit whose owner has died is empty since that day',
    {
      system: 'mrud-amlak',
      type: 'Address',
      key: { postCode: '9177601046' },
      fields: 'occupancy { status emptySince }',
    },
    { occupancy: { status: 'EMPTY', emptySince: '2022-10-15' } },
  ],
  [
    'a postcode that nobody has is no unit',
    {
      system: 'mrud-amlak',
      type: 'Address',
      key: { postCode: '1111111111' },
      fields: 'occupancy { status }',
    },
    { occupancy: null },
  ],
  [
    'who has no account has declared nothing',
    {
      system: 'mrud-amlak',
      type: 'Person',
      key: { nationalId: '9924357442' },
      fields: 'residences { main } lettings { trackingCode }',
    },
    { residences: [], lettings: [] },
  ],
  [
    'Q22: yes and no in two ways, for a flight four hours late',
    {
      system: 'caa-paxrights',
      type: 'Flight',
      key: { flightId: 'X7113-2026-11-20' },
      fields: `passengerRights { event delayMinutes cause forceMajeure airlineFault refreshmentDue
        mealDue hotelDue refundPercent ruledOn }`,
    },
    {
      passengerRights: {
        event: 'DELAY',
        delayMinutes: 265,
        cause: 'نقص فنی هواپیما',
        forceMajeure: false,
        airlineFault: true,
        refreshmentDue: true,
        mealDue: true,
        hotelDue: false,
        refundPercent: 50,
        ruledOn: '2026-11-20',
      },
    },
  ],
  [
    'Q15: a flight that nobody knows has no rights, which is no error',
    {
      system: 'caa-paxrights',
      type: 'Flight',
      key: { flightId: 'X7999-2026-11-20' },
      fields: 'passengerRights { event }',
    },
    { passengerRights: null },
  ],
  [
    'claims lead to their flights and to what the flight gives',
    {
      system: 'caa-paxrights',
      type: 'Person',
      key: { nationalId: '9924022343' },
      fields: `flightClaims { trackingNumber status filedOn airlineAnswered award
        flight { flightId passengerRights { event forceMajeure } } }`,
    },
    {
      flightClaims: [
        {
          trackingNumber: 'PR05090017',
          status: 'UPHELD',
          filedOn: '2026-11-21',
          airlineAnswered: true,
          award: '38500000',
          flight: {
            flightId: 'Z2208-2026-11-21',
            passengerRights: { event: 'CANCELLATION', forceMajeure: true },
          },
        },
        {
          trackingNumber: 'PR05080342',
          status: 'DISMISSED',
          filedOn: '2026-11-20',
          airlineAnswered: true,
          award: '0',
          flight: {
            flightId: 'X7112-2026-11-20',
            passengerRights: { event: 'NONE', forceMajeure: false },
          },
        },
      ],
    },
  ],
  [
    'a claim by its tracking number',
    {
      system: 'caa-paxrights',
      type: 'Query',
      fields:
        'flightClaim(trackingNumber: "PR05090011") { ticketNumber status airlineAnswered award }',
    },
    {
      flightClaim: {
        ticketNumber: '0001234567890',
        status: 'AT_AIRLINE',
        airlineAnswered: false,
        award: null,
      },
    },
  ],
  [
    'Q8: three digit sets in one number are one number',
    {
      system: 'pmo-vessel',
      type: 'Vessel',
      key: { imoNumber: '9000235' },
      fields: `imoNumber name nameEn kind flag portOfRegistry callSign mmsi grossTonnage netTonnage
        deadweightTonnes lengthMetres breadthMetres builtIn registeredOn safetyCertificateExpiresOn
        status owners { person { nationalId } company { legalNationalId } sharePercent }`,
    },
    {
      imoNumber: '9000235',
      name: 'آزمون ۲',
      nameEn: 'AZMUN 2',
      kind: 'TANKER',
      flag: 'IR',
      portOfRegistry: 'خارگ',
      callSign: 'XX0A2',
      mmsi: '999000102',
      grossTonnage: 61_230,
      netTonnage: 33_010,
      deadweightTonnes: '110240',
      lengthMetres: '244.0',
      breadthMetres: '42',
      builtIn: 1392,
      registeredOn: '2014-01-25',
      safetyCertificateExpiresOn: '2027-01-10',
      status: 'ACTIVE',
      owners: [
        { person: null, company: { legalNationalId: '99005688137' }, sharePercent: '60' },
        { person: null, company: { legalNationalId: '00009072147' }, sharePercent: '40' },
      ],
    },
  ],
  [
    'Q25: what the register does not know is null, and not 9999',
    {
      system: 'pmo-vessel',
      type: 'Person',
      key: { nationalId: '0000001015' },
      fields: `vessels { imoNumber callSign mmsi netTonnage deadweightTonnes builtIn loadLineExpiresOn
        owners { person { nationalId } } }`,
    },
    {
      vessels: [
        {
          imoNumber: '9000479',
          callSign: null,
          mmsi: null,
          netTonnage: null,
          deadweightTonnes: null,
          builtIn: null,
          loadLineExpiresOn: null,
          owners: [{ person: { nationalId: '0000001015' } }],
        },
      ],
    },
  ],
  [
    'a company has its vessels, without the deleted one',
    {
      system: 'pmo-vessel',
      type: 'LegalPerson',
      key: { legalNationalId: '99005688137' },
      fields: 'vessels { imoNumber status }',
    },
    {
      vessels: [
        { imoNumber: '9000106', status: 'ACTIVE' },
        { imoNumber: '9000235', status: 'ACTIVE' },
      ],
    },
  ],
  [
    'a vessel that nobody has registered',
    { system: 'pmo-vessel', type: 'Query', fields: 'vessel(imoNumber: "9074729") { name }' },
    { vessel: null },
  ],
  [
    'Q2, Q22, Q25: a car that passed, whose odometer nobody read',
    {
      system: 'rmto-techinsp',
      type: 'Vehicle',
      key: { plate: '68ب417-10' },
      fields: `technicalInspection { certificateNumber vin inspectedOn validUntil rejectedOn valid heavy
        odometerKm centreName items { code passed } }`,
    },
    {
      technicalInspection: {
        certificateNumber: '1405951490',
        vin: 'NAAXXX00007000001',
        inspectedOn: '2026-09-23',
        validUntil: '2027-09-23',
        rejectedOn: null,
        valid: true,
        heavy: false,
        odometerKm: null,
        centreName: 'مرکز معاینه فنی نمونه 7',
        items: ['01', '02', '03', '04'].map((code) => ({ code, passed: true })),
      },
    },
  ],
  [
    'Q25: a truck that failed has no certificate and no end of one',
    {
      system: 'rmto-techinsp',
      type: 'Vehicle',
      key: { plate: '55ع631-12' },
      fields: `technicalInspection { certificateNumber validUntil rejectedOn valid heavy }
        technicalInspections { inspectedOn valid }`,
    },
    {
      technicalInspection: {
        certificateNumber: null,
        validUntil: null,
        rejectedOn: '2026-10-24',
        valid: false,
        heavy: true,
      },
      technicalInspections: [
        { inspectedOn: '2026-10-24', valid: false },
        { inspectedOn: '2025-10-24', valid: false },
      ],
    },
  ],
  [
    'a young car has no inspection, which is no error',
    {
      system: 'rmto-techinsp',
      type: 'Vehicle',
      key: { plate: '83ن295-44' },
      fields: 'technicalInspection { valid } technicalInspections { valid }',
    },
    { technicalInspection: null, technicalInspections: [] },
  ],
  [
    'Q13: commas and Persian separators are the same Rial',
    {
      system: 'mrud-saman',
      type: 'Person',
      key: { nationalId: '9954279253' },
      fields: `housingAid { formJ applications { fileNumber scheme province { code } city appliedOn status
        deposit paid loan subsidy } }`,
    },
    {
      housingAid: {
        formJ: 'RED',
        applications: [
          {
            fileNumber: '387-07-004415',
            scheme: 'MEHR',
            province: { code: '07' },
            city: 'شیراز',
            appliedOn: '2008-12-22',
            status: 'DELIVERED',
            deposit: '2000000',
            paid: '98500000',
            loan: '200000000',
            subsidy: '45000000',
          },
          {
            fileNumber: '401-07-071120',
            scheme: 'NATIONAL_MOVEMENT',
            province: { code: '07' },
            city: 'صدرا',
            appliedOn: '2023-02-09',
            status: 'CANCELLED',
            deposit: '400000000',
            paid: '0',
            loan: null,
            subsidy: null,
          },
        ],
      },
    },
  ],
  [
    'Q15: who never applied has no file, which is no error',
    {
      system: 'mrud-saman',
      type: 'Person',
      key: { nationalId: '9994435639' },
      fields: 'housingAid { formJ }',
    },
    { housingAid: null },
  ],
  [
    'Q6, Q7: a road closed by snow, as of a local time',
    {
      system: 'rmto-141',
      type: 'RoadSection',
      key: { sectionId: '0590011' },
      fields: `name kind province { code } status cause loadPercent updatedAt
        start { latitude longitude } openReports { reportId serviceName reportedAt }`,
    },
    {
      name: 'محور چالوس، کیلومتر ۴۰ تا ۷۵',
      kind: 'MAIN',
      province: { code: '30' },
      status: 'CLOSED',
      cause: 'بارش سنگین برف و خطر بهمن',
      loadPercent: 0,
      updatedAt: '2026-11-22T06:05:00+03:30',
      start: { latitude: 36.001, longitude: 51.209 },
      openReports: [
        {
          reportId: '14100231',
          serviceName: 'ریزش کوه',
          reportedAt: '2026-11-22T05:31:00+03:30',
        },
      ],
    },
  ],
  [
    'Q28: a surveyor who wrote latitude first is understood',
    {
      system: 'rmto-141',
      type: 'RoadSection',
      key: { sectionId: '0440105' },
      fields: 'status cause start { latitude longitude } end { latitude longitude }',
    },
    {
      status: 'OPEN',
      cause: null,
      start: { latitude: 31.8402, longitude: 54.442 },
      end: { latitude: 31.271, longitude: 54.993 },
    },
  ],
  [
    'Q6, Q28: a report of the summer of 1400, in local summer time and UTM',
    {
      system: 'rmto-141',
      type: 'Query',
      fields:
        'roadReport(reportId: "14099874") { open reportedAt updatedAt sectionId latitude longitude }',
    },
    {
      roadReport: {
        open: false,
        reportedAt: '2021-07-14T09:20:00+04:30',
        updatedAt: '2021-07-16T12:00:00+04:30',
        sectionId: '0710042',
        latitude: expect.closeTo(35.3302, 5),
        longitude: expect.closeTo(51.1652, 5),
      },
    },
  ],
  [
    'roads of a province',
    {
      system: 'rmto-141',
      type: 'Province',
      key: { code: '01' },
      fields: 'roadSections { sectionId status }',
    },
    { roadSections: [{ sectionId: '0910007', status: 'CHAINS_NEEDED' }] },
  ],
  [
    'a rail company has its wagons, whose numbers have their zeros again, and its permits',
    {
      system: 'rai-extapi',
      type: 'LegalPerson',
      key: { legalNationalId: '00022004181' },
      fields: `railFleet { companyCode companyName wagonCount
        wagons { wagon { wagonNumber } kind axles capacityTonnes builtIn repairDueOn } }
        railPermits { number kind issuedOn expiresOn status }`,
    },
    {
      railFleet: {
        companyCode: '84',
        companyName: 'ریل‌ران ساختگی',
        wagonCount: 2,
        wagons: [
          {
            wagon: { wagonNumber: '318400000176' },
            kind: 'مسقف',
            axles: 4,
            capacityTonnes: '56.8',
            builtIn: 1372,
            repairDueOn: '2026-10-07',
          },
          {
            wagon: { wagonNumber: '018400000313' },
            kind: 'کفی',
            axles: 4,
            capacityTonnes: '70',
            builtIn: 1398,
            repairDueOn: '2029-04-08',
          },
        ],
      },
      railPermits: [
        {
          number: 'RP-84-2693',
          kind: 'FREIGHT_OPERATION',
          issuedOn: '2024-04-14',
          expiresOn: '2029-04-14',
          status: 'ACTIVE',
        },
        {
          number: 'RM-84-2693',
          kind: 'WAGON_MAINTENANCE',
          issuedOn: '2020-04-20',
          expiresOn: '2025-04-21',
          status: 'EXPIRED',
        },
      ],
    },
  ],
  [
    'Q15: a company that runs no trains has no fleet, which is no error',
    {
      system: 'rai-extapi',
      type: 'LegalPerson',
      key: { legalNationalId: '00010345766' },
      fields: 'railFleet { wagonCount } railPermits { number }',
    },
    { railFleet: null, railPermits: [] },
  ],
  [
    'a weather station, and the snow that cancelled the flights to it',
    {
      system: 'irimo-data',
      type: 'WeatherStation',
      key: { stationId: '99706' },
      fields: `stationId name nameEn province { code } latitude longitude elevationMetres
        dailyWeather(from: "2026-11-21", until: "2026-11-21") { day minTemperature maxTemperature
          rainMillimetres snowCentimetres maxWindMetresPerSecond windDirection phenomena }`,
    },
    {
      stationId: '99706',
      name: 'تبریز',
      nameEn: 'Tabriz',
      province: { code: '03' },
      latitude: 38.1222,
      longitude: 46.2422,
      elevationMetres: 1361,
      dailyWeather: [
        {
          day: '2026-11-21',
          minTemperature: '-9.4',
          maxTemperature: '-2.1',
          rainMillimetres: '18.6',
          snowCentimetres: '24',
          maxWindMetresPerSecond: '21',
          windDirection: 270,
          phenomena: 'برف شدید و کولاک',
        },
      ],
    },
  ],
  [
    'the nearest station to a point, and its weather',
    {
      system: 'irimo-data',
      type: 'Query',
      fields: `nearestWeatherStation(latitude: 38.08, longitude: 46.3) { distanceKm station { stationId
        dailyWeather(from: "2026-11-21", until: "2026-11-21") { phenomena } } }`,
    },
    {
      nearestWeatherStation: {
        distanceKm: '6.9',
        station: { stationId: '99706', dailyWeather: [{ phenomena: 'برف شدید و کولاک' }] },
      },
    },
  ],
  [
    'the nearest station to an address, whose place another system knows',
    {
      system: 'irimo-data',
      type: 'Address',
      key: { postCode: '1593601044', latitude: 35.7219, longitude: 51.4056 },
      fields: 'nearestWeatherStation { distanceKm station { nameEn } }',
    },
    {
      nearestWeatherStation: { distanceKm: '9.1', station: { nameEn: 'Tehran Mehrabad' } },
    },
  ],
  [
    'a station that does not exist',
    { system: 'irimo-data', type: 'Query', fields: 'weatherStation(stationId: "00001") { name }' },
    { weatherStation: null },
  ],
]

test.each(EXPECTED)('%s', async (_, question, value) => {
  expect(await graph.read(question)).toEqual(value)
})

test('Q33, Q11: a page of fifty is not all, and a tenant has his zeros again', async () => {
  const answer = await graph.read({
    system: 'mrud-amlak',
    type: 'Person',
    key: { nationalId: '9944268089' },
    fields: 'lettings { tenantNationalId startsOn deposit monthlyRent }',
  })
  expect(answer).toHaveProperty('lettings.length', 53)
  expect(answer).toHaveProperty('lettings.51', {
    tenantNationalId: '0000001015',
    startsOn: '2026-06-22',
    deposit: '2000000000',
    monthlyRent: '166500000',
  })
})

test('Q29: of our own calls one is under way at a time, so all are answered', async () => {
  graph.estate.set('mrud-saman', { latency: 20 })
  const people = ['9954279253', '9994323938', '9914346278', '9994435639', '0004120371']
  const answers = await Promise.all(
    people.map((nationalId) =>
      graph.read({
        system: 'mrud-saman',
        type: 'Person',
        key: { nationalId },
        fields: 'housingAid { formJ }',
      }),
    ),
  )
  graph.estate.reset()
  expect(answers).toEqual([
    { housingAid: { formJ: 'RED' } },
    { housingAid: { formJ: 'GREEN' } },
    { housingAid: { formJ: null } },
    { housingAid: null },
    { housingAid: null },
  ])
})

test('Q29: while somebody else takes its only place the system is busy, and may be asked again', async () => {
  graph.estate.set('mrud-saman', { latency: 600_000 })
  const leaving = new AbortController()
  const { signal } = leaving
  const { MRUD_SAMAN_URL: url } = graph.estate.environment
  const calls = graph.estate.calls()['mrud-saman'] ?? 0
  const other = fetch(`${url}/api/inquiry/applicant`, { method: 'POST', body: '{}', signal })
  await expect.poll(() => graph.estate.calls()['mrud-saman']).toBe(calls + 1)
  const { errors } = await graph.ask({
    system: 'mrud-saman',
    type: 'Person',
    key: KAVEH,
    fields: 'housingAid { formJ }',
  })
  leaving.abort()
  await expect(other).rejects.toThrow()
  graph.estate.reset()
  expect(errors).toMatchObject([{ extensions: { code: 'SYSTEM_BUSY', retryable: true } }])
})

test('Q28: what a citizen reports in degrees is sent in UTM, and comes back in degrees', async () => {
  const sent = `reportRoadProblem(serviceCode: "003", latitude: 35.6892, longitude: 51.3992,
    description: "آب همه خط را گرفته است") { reportId notice }`
  const receipt = await graph.read({ system: 'rmto-141', type: 'Mutation', fields: sent })
  expect(receipt).toMatchObject({
    reportRoadProblem: { notice: 'با سپاس؛ گزارش شما ثبت شد' },
  })
  const reportId = /"reportId":"([0-9]+)"/u.exec(JSON.stringify(receipt))?.[1]
  const asked = `roadReport(reportId: "${reportId}") { open description latitude longitude }`
  expect(await graph.read({ system: 'rmto-141', type: 'Query', fields: asked })).toEqual({
    roadReport: {
      open: true,
      description: 'آب همه خط را گرفته است',
      latitude: expect.closeTo(35.6892, 5),
      longitude: expect.closeTo(51.3992, 5),
    },
  })
})

test('Q29: a connection that the system cuts is a code, and may be asked again', async () => {
  graph.estate.set('rmto-141', { latency: 600_000 })
  const leaving = new AbortController()
  const { signal } = leaving
  const { RMTO_141_URL: url, RMTO_141_KEY: key = '' } = graph.estate.environment
  const calls = graph.estate.calls()['rmto-141'] ?? 0
  const others = [1, 2].map(() =>
    fetch(`${url}/sections/0590011`, { headers: { 'x-141-key': key }, signal }),
  )
  await expect.poll(() => graph.estate.calls()['rmto-141']).toBe(calls + 2)
  const { errors } = await graph.ask({
    system: 'rmto-141',
    type: 'RoadSection',
    key: { sectionId: '0590011' },
    fields: 'status',
  })
  leaving.abort()
  await Promise.allSettled(others)
  graph.estate.reset()
  expect(errors).toMatchObject([{ extensions: { code: 'SYSTEM_UNAVAILABLE', retryable: true } }])
})

/** Systems with a login of their own, and a question to each; `later` asks what is not kept from before. */
const WITH_LOGIN: readonly (Question & { readonly later: Question['key'] & object })[] = [
  {
    system: 'rai-extapi',
    type: 'LegalPerson',
    key: { legalNationalId: '99032177042' },
    fields: 'railFleet { wagonCount }',
    later: { legalNationalId: '99032177042' },
  },
  {
    system: 'irimo-data',
    type: 'WeatherStation',
    key: { stationId: '99706' },
    fields: 'elevationMetres',
    later: { stationId: '99745' },
  },
]

test.each(WITH_LOGIN)(
  'Q23: $system sends the login page to whoever was away too long; a new login answers the same call',
  async ({ later, ...question }) => {
    let now = Date.now()
    const own = await openEstateGraph({ only: [question.system], now: () => now })
    try {
      const first = await own.read(question)
      now += 3_600_000
      const second = await own.read({ ...question, key: later })
      for (const answer of [first, second]) expect(JSON.stringify(answer)).toMatch(/:[0-9.]+\}/)
      expect(own.estate.calls()).toEqual({ [question.system]: 3 })
    } finally {
      await own.close()
    }
  },
)

test('Q25: of a fortnight in two pages the days without a report are left out, and snow that nobody measures is null', async () => {
  const { dailyWeather } = Object(
    await graph.read({
      system: 'irimo-data',
      type: 'WeatherStation',
      key: { stationId: '99751' },
      fields: 'dailyWeather(from: "2026-11-10", until: "2026-11-22") { day snowCentimetres }',
    }),
  )
  const days = [10, 11, 12, 14, 15, 16, 17, 18, 19, 21, 22]
  expect(dailyWeather).toEqual(
    days.map((day) => ({ day: `2026-11-${day}`, snowCentimetres: null })),
  )
})

test('Q27: neither account nor token is in what a failing system leaves behind', async () => {
  graph.estate.set('irimo-data', { failRate: 1 })
  const answer = await graph.ask({
    system: 'irimo-data',
    type: 'WeatherStation',
    key: { stationId: '99800' },
    fields: 'name',
  })
  graph.estate.reset()
  expect(answer.errors).toMatchObject([{ extensions: { code: 'SYSTEM_UNAVAILABLE' } }])
  expect(JSON.stringify(answer)).not.toMatch(/sajjadeh|panjareh-demo|token|dws/u)
})
