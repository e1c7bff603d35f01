import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Estate, startEstate } from './start-estate.ts'
import { CALM } from './switches.ts'

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: ['post-gnaf', 'vazife-status'] })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function control(method: string, path: string, body?: string): Promise<Response> {
  return fetch(estate.control + path, { method, ...(body !== undefined && { body }) })
}

test('switches are calm at the start', async () => {
  const reply: unknown = await (await control('GET', '/switches')).json()
  expect(reply).toEqual({ 'post-gnaf': CALM, 'vazife-status': CALM })
})

test('a change is merged into one system’s switches', async () => {
  await control('PUT', '/switches/post-gnaf', '{"latency":[5,9]}')
  const reply = await control('PUT', '/switches/post-gnaf', '{"failRate":0.25}')
  expect(await reply.json()).toMatchObject({ latency: [5, 9], failRate: 0.25, down: false })
  expect(estate.switches()['vazife-status']).toEqual(CALM)
})

test.each([
  ['an unknown switch', '{"speed":1}'],
  ['an impossible latency', '{"latency":-1}'],
  ['a rate above 1', '{"failRate":1.5}'],
  ['an unknown window', '{"window":"maybe"}'],
  ['a text for a boolean', '{"down":"yes"}'],
  ['no object', '[]'],
  ['no JSON', '{'],
])('%s is refused and changes nothing', async (_name, body) => {
  const reply = await control('PUT', '/switches/post-gnaf', body)
  expect(reply.status).toBe(400)
  expect(estate.switches()['post-gnaf']).toEqual(CALM)
})

test.each([
  ['PUT', '/switches/nobody', '{}'],
  ['GET', '/elsewhere', undefined],
])('%s %s is not there', async (method, path, body) => {
  expect((await control(method, path, body)).status).toBe(404)
})

test('resets all switches', async () => {
  estate.set('post-gnaf', { down: true })
  await control('DELETE', '/switches')
  expect(estate.switches()['post-gnaf']).toEqual(CALM)
})

test('counts calls and forgets them', async () => {
  await fetch(`${estate.environment['POST_GNAF_URL']}/x`, { method: 'POST' })
  expect(await (await control('GET', '/calls')).json()).toEqual({
    'post-gnaf': 1,
    'vazife-status': 0,
  })
  await control('DELETE', '/calls')
  expect(estate.calls()).toEqual({ 'post-gnaf': 0, 'vazife-status': 0 })
})
