import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Estate, startEstate } from '../start-estate.ts'

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: ['cra-shahkar'], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

interface Asking {
  readonly authorization?: string
  readonly type?: string
  readonly method?: string
}

let nextId = 0

function question(change: Record<string, unknown> = {}): Record<string, unknown> {
  nextId += 1
  return {
    requestId: `00000000-0000-4000-8000-${String(nextId).padStart(12, '0')}`,
    serviceType: 2,
    identificationType: 0,
    identificationNo: '0004120371',
    serviceNumber: '09000000001',
    ...change,
  }
}

function ask(body: unknown, asking: Asking = {}): Promise<Response> {
  const {
    CRA_SHAHKAR_URL: url,
    CRA_SHAHKAR_USER: user,
    CRA_SHAHKAR_PASSWORD: password,
  } = estate.environment
  return fetch(`${url}/rest/v2/matching`, {
    method: asking.method ?? 'POST',
    headers: {
      'content-type': asking.type ?? 'application/json',
      authorization: asking.authorization ?? `Basic ${btoa(`${user}:${password}`)}`,
    },
    ...(asking.method !== 'GET' && { body: JSON.stringify(body) }),
  })
}

async function answerTo(change: Record<string, unknown>): Promise<unknown> {
  return (await ask(question(change))).json()
}

test('a number of the person’s own matches', async () => {
  const body = question()
  const reply = await ask(body)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({
    response: 200,
    matched: 'Y',
    requestId: body['requestId'],
  })
})

test.each([
  ['somebody else’s number', { serviceNumber: '09000000002' }],
  ['a person who does not exist', { identificationNo: '9990000001' }],
])('%s does not match', async (_name, change) => {
  expect(await answerTo(change)).toMatchObject({ response: 200, matched: 'N' })
})

test('a repeated requestId is refused inside status 200', async () => {
  const body = question()
  await ask(body)
  const reply = await ask(body)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ response: 301, matched: null })
})

test.each([
  ['a wrong check digit', { identificationNo: '0004120372' }, 311],
  ['a number with +98', { serviceNumber: '+989000000001' }, 312],
  ['another service type', { serviceType: 1 }, 310],
  ['a member that the contract does not have', { extra: 1 }, 310],
])('%s is refused inside status 200', async (_name, change, response) => {
  expect(await answerTo(change)).toMatchObject({ response, matched: null })
})

test.each<[string, Asking, number]>([
  ['without credentials', { authorization: '' }, 401],
  ['with a wrong password', { authorization: `Basic ${btoa('panjareh-demo:wrong')}` }, 401],
  ['with another content type', { type: 'text/xml' }, 415],
  ['by GET', { method: 'GET' }, 405],
])('a call %s is refused', async (_name, asking, status) => {
  expect((await ask(question(), asking)).status).toBe(status)
})

test('a third call at a time gets 429', async () => {
  estate.set('cra-shahkar', { latency: 150 })
  const replies = await Promise.all([1, 2, 3].map(() => ask(question())))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(2)
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(1)
})

test('its breakdown is an error inside status 200', async () => {
  estate.set('cra-shahkar', { failRate: 1 })
  const reply = await ask(question())
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ response: 999 })
})

test('it is slow by itself', async () => {
  estate.set('cra-shahkar', { latency: 'own' })
  const start = performance.now()
  await ask(question())
  expect(performance.now() - start).toBeGreaterThan(140)
})

test('drift renames a field', async () => {
  estate.set('cra-shahkar', { drift: true })
  const reply = await answerTo({})
  expect(reply).toHaveProperty('isMatched', 'Y')
  expect(reply).not.toHaveProperty('matched')
})
