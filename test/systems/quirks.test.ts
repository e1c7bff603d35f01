// Quirks that no recorded sample can show: time, load, charsets and words that change. Against the running estate.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { livedTime } from '../support/lived-time.ts'
import { type EstateGraph, openEstateGraph, type Question, SUBGRAPHS } from './estate-graph.ts'

const KAVEH = { nationalId: '0004120371' }
const OWNS_MOBILE: Question = {
  system: 'cra-shahkar',
  type: 'Person',
  key: KAVEH,
  fields: 'ownsMobile(mobile: "09000000001")',
}
const DEEDS: Question = {
  system: 'ssaa-deed',
  type: 'Person',
  key: KAVEH,
  fields: 'deeds { shareDang }',
}
/** Systems with a long tail (Q17), each with a question that it answers. */
const SLOW: readonly Question[] = [
  OWNS_MOBILE,
  DEEDS,
  {
    system: 'rmto-waybill',
    type: 'Query',
    fields: 'waybillByNumber(number: "40813355") { number }',
  },
  {
    system: 'pmo-pcs',
    type: 'Vessel',
    key: { imoNumber: '9000106' },
    fields: 'portCalls { number }',
  },
  {
    system: 'caa-licence',
    type: 'Person',
    key: { nationalId: '9964067021' },
    fields: 'aviationLicence { number }',
  },
  {
    system: 'pmo-seafarer',
    type: 'Person',
    key: { nationalId: '9964290421' },
    fields: 'seafarerDocument { nameEn }',
  },
  { system: 'urb-plan', type: 'Plot', key: { plotId: '150239500117' }, fields: 'landUse { use }' },
]

const HANGING_MS = 600_000

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterEach(() => graph.estate.reset())
afterAll(() => graph.close())

/** A call of somebody else: it takes one of the two places of Shahkar until he leaves. */
async function occupy(signal: AbortSignal): Promise<void> {
  const { CRA_SHAHKAR_URL: url } = graph.estate.environment
  const call = { method: 'POST', body: '{}', signal }
  await fetch(`${url}/rest/v2/matching`, call).catch(() => undefined)
}

test('Q29: a system whose places are taken by others is busy, and may be asked again', async () => {
  graph.estate.set('cra-shahkar', { latency: HANGING_MS })
  const leaving = new AbortController()
  const others = [occupy(leaving.signal), occupy(leaving.signal)]
  await expect.poll(() => graph.estate.calls()['cra-shahkar']).toBe(2)
  const { data, errors } = await graph.ask(OWNS_MOBILE)
  leaving.abort()
  await Promise.all(others)
  graph.estate.reset()
  expect(data).toEqual({ _entities: [{ ownsMobile: null }] })
  expect(errors).toMatchObject([
    { extensions: { code: 'SYSTEM_BUSY', system: 'cra-shahkar', retryable: true } },
  ])
  await expect.poll(() => graph.read(OWNS_MOBILE)).toEqual({ ownsMobile: true })
})

test('Q29: of our own calls never more than two are under way, so all are answered', async () => {
  graph.estate.set('cra-shahkar', { latency: 30 })
  const mobiles = Array.from({ length: 9 }, (_, place) => `0900000000${place + 1}`)
  const answers = await Promise.all(
    mobiles.map((mobile) =>
      graph.read({ ...OWNS_MOBILE, fields: `ownsMobile(mobile: "${mobile}")` }),
    ),
  )
  expect(answers.map((answer) => JSON.stringify(answer))).toEqual([
    '{"ownsMobile":true}',
    ...Array.from({ length: 8 }, () => '{"ownsMobile":false}'),
  ])
})

describe('Q17', () => {
  let folder: string
  let hasty: EstateGraph

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hasty-'))
    for (const { system } of SLOW) {
      await cp(join(SUBGRAPHS, system), join(folder, system), { recursive: true })
      const file = join(folder, system, 'system.json')
      const text = await readFile(file, 'utf8')
      const hurried = text
        .replace('"timeout": "8s"', '"timeout": "250ms"')
        .replaceAll(/"hedgeAfter": "\w+"/gu, '"hedgeAfter": "200ms"')
      await writeFile(file, hurried)
    }
    hasty = await openEstateGraph({}, folder)
  })

  afterAll(async () => {
    await hasty.close()
    await rm(folder, { recursive: true })
  })

  test.each(SLOW)(
    'beyond its timeout $system nulls its fields by a code, soon',
    async (question) => {
      hasty.estate.set(question.system, { latency: [2_000, 5_000] })
      const lived = livedTime()
      const { errors } = await hasty.ask(question)
      expect(lived()).toBeLessThan(1_500)
      expect(errors).toMatchObject([
        { extensions: { code: 'SYSTEM_TIMEOUT', system: question.system, retryable: true } },
      ])
    },
  )

  test.each(SLOW)('$system is given longer than its long tail', async ({ system }) => {
    const text = await readFile(join(SUBGRAPHS, system, 'system.json'), 'utf8')
    expect(text).toContain('"timeout": "8s"')
  })
})

/** Fields with letters or digits that windows-1256 lacks, where the system has any. */
const TEXTS: readonly (readonly [Question, unknown])[] = [
  [
    {
      system: 'nocr-person',
      type: 'Person',
      key: { nationalId: '9904111707' },
      fields: 'firstName lastName',
    },
    { firstName: 'علی', lastName: 'کیانی' },
  ],
  [
    { system: 'ssaa-deed', type: 'Person', key: KAVEH, fields: 'deeds { registryPlate kind }' },
    {
      deeds: [
        { registryPlate: '2395/117', kind: 'آپارتمان' },
        { registryPlate: '77/6', kind: 'باغ' },
      ],
    },
  ],
  [
    { system: 'rmto-smartcard', type: 'Person', key: KAVEH, fields: 'driverCard { kind active }' },
    { driverCard: { kind: 'FREIGHT', active: true } },
  ],
  [
    { system: 'rahvar-licence', type: 'Person', key: KAVEH, fields: 'drivingLicence { class }' },
    { drivingLicence: { class: 'CLASS_1' } },
  ],
  [OWNS_MOBILE, { ownsMobile: true }],
  [
    {
      system: 'post-gnaf',
      type: 'Address',
      key: { postCode: '1593601044' },
      fields: 'street alley text',
    },
    {
      street: 'خیابان نمونه',
      alley: 'کوچه یکم',
      text: 'تهران، خیابان نمونه، کوچه یکم، پلاک 12',
    },
  ],
  [
    {
      system: 'tamin-history',
      type: 'Person',
      key: { nationalId: '9944379786' },
      fields: 'insurance { totalDays periods { employer wage } }',
    },
    {
      insurance: {
        totalDays: 14,
        periods: [{ employer: 'کارگاه بلوک‌زنی خیالی', wage: '104000000' }],
      },
    },
  ],
  [
    {
      system: 'vazife-status',
      type: 'Person',
      key: { nationalId: '9944044687' },
      fields: 'conscription { statusText reason }',
    },
    { conscription: { statusText: 'معاف', reason: 'کفالت' } },
  ],
]

describe('in windows-1256', () => {
  let old: EstateGraph

  beforeAll(async () => {
    old = await openEstateGraph({ switches: { latency: 0, encoding: 'windows-1256' } })
  })

  afterAll(() => old.close())

  test.each(TEXTS)('$system says what it says in its own charset', async (question, expected) => {
    const usual = await graph.read(question)
    expect(usual).toEqual(expected)
    expect(await old.read(question)).toEqual(usual)
  })
})

test('Q15: a postcode that the post does not know is nulls that have their origin, not an error', async () => {
  const { data, errors, extensions } = await graph.ask({
    system: 'post-gnaf',
    type: 'Address',
    key: { postCode: '1111111111' },
    fields: 'postCode province',
  })
  expect(errors).toBeUndefined()
  expect(data).toEqual({ _entities: [{ postCode: '1111111111', province: null }] })
  expect(extensions?.provenance).toMatchObject([
    { path: ['_entities', 0, 'province'], system: 'post-gnaf', normalisations: [] },
  ])
})

test('Q32: "number wrong or site unavailable" is an absence that nobody can tell, so it may be asked again', async () => {
  const { data, errors } = await graph.ask({
    system: 'rmto-smartcard',
    type: 'Query',
    fields: 'driverCardByNumber(cardNumber: "0000000") { active }',
  })
  expect(data).toEqual({ driverCardByNumber: null })
  expect(errors).toMatchObject([{ extensions: { code: 'SYSTEM_UNAVAILABLE', retryable: true } }])
})
