import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readPopulation } from '../personas.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { signBatch } from './post-gnaf.ts'

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: ['post-gnaf'], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

const { addresses } = await readPopulation()
const known = addresses.map(({ postCode }) => postCode)
const [first = '', second = ''] = known
const UNKNOWN = '1111111111'

function batch(postCodes: readonly string[], change: Record<string, unknown> = {}) {
  return {
    ClientBatchID: 'batch-1',
    Postcodes: postCodes.map((PostCode, index) => ({ ClientRowID: index + 1, PostCode })),
    Signature: signBatch('batch-1', postCodes),
    ...change,
  }
}

function send(body: unknown): Promise<Response> {
  return fetch(`${estate.environment['POST_GNAF_URL']}/api/v1/AddressByPostcode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('answers a batch in its order with the rows’ ids', async () => {
  const reply: unknown = await (await send(batch([second, first]))).json()
  expect(reply).toMatchObject({
    ResCode: 0,
    Data: [
      { ClientRowID: 1, PostCode: second, Succ: true },
      { ClientRowID: 2, PostCode: first, Succ: true },
    ],
  })
})

test('texts are in Arabic letters and house numbers are doubles', async () => {
  const text = await (await send(batch(known.slice(0, 10)))).text()
  expect(text).toMatch(/"HouseNumber":[0-9]+\.0[,}]/u)
  expect(text).toMatch(/[يك]/u)
  expect(text).not.toMatch(/[یک]/u)
})

test('an unknown postcode is an error of its row only', async () => {
  const reply: unknown = await (await send(batch([first, UNKNOWN]))).json()
  expect(reply).toMatchObject({
    ResCode: 0,
    Data: [{ Succ: true }, { Succ: false, Result: null, Errors: [{ ErrorCode: 21 }] }],
  })
})

test.each<[string, Record<string, unknown>, number]>([
  ['another signature', batch([first], { Signature: '0'.repeat(64) }), 4],
  [
    'a signature over other postcodes',
    batch([first], { Signature: signBatch('batch-1', [second]) }),
    4,
  ],
  [
    'a signature with another secret',
    batch([first], { Signature: signBatch('batch-1', [first], 'x') }),
    4,
  ],
  ['21 postcodes', batch(known.slice(0, 21)), 7],
  ['no postcode', batch([]), 8],
  ['a postcode with a dash', batch(['15936-01044']), 8],
  ['no signature', { ClientBatchID: 'batch-1', Postcodes: [{ PostCode: first }] }, 8],
])('%s is refused inside status 200', async (_name, body, ResCode) => {
  const reply = await send(body)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ ResCode, Data: null })
})

test('takes twenty postcodes', async () => {
  expect(await (await send(batch(known.slice(0, 20)))).json()).toMatchObject({ ResCode: 0 })
})

test('its breakdown is an error inside status 200', async () => {
  estate.set('post-gnaf', { failRate: 1 })
  const reply = await send(batch([first]))
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ ResCode: 99 })
})

test('a list of one element collapses by its switch', async () => {
  estate.set('post-gnaf', { oneElement: true })
  expect(await (await send(batch([first]))).json()).toMatchObject({ Data: { PostCode: first } })
})

test('drift renames a field', async () => {
  estate.set('post-gnaf', { drift: true })
  const text = await (await send(batch([first]))).text()
  expect(text).toContain('"HouseNo":')
  expect(text).not.toContain('"HouseNumber":')
})
