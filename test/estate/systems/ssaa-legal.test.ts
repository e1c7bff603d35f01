import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

let client: RestClient
beforeAll(async () => {
  client = await openRestClient('ssaa-legal')
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

async function text(path: string): Promise<string> {
  return (await client.ask(path)).text()
}

test('ids are numbers without their zeros, dates are padded', async () => {
  const body = await text('/person?shenaseh=10345766')
  expect(body).toContain('<ShenasehMelli>10345766</ShenasehMelli>')
  expect(body).toContain('<CodeMelli>4120371</CodeMelli>')
  expect(body).toContain('<TarikhSabt>1389/03/05</TarikhSabt>')
  expect(body).not.toContain('0010345766')
})

test('one member stands alone, without an element around it', async () => {
  const body = await text('/person?shenaseh=44001239')
  expect(body.match(/<Ozv>/gu)).toHaveLength(1)
  expect(body).toMatch(/<\/Sarmayeh><Ozv>/u)
})

test('a person who sits nowhere has no element', async () => {
  expect(await text('/memberships?codeMelli=9994435639')).toContain('<Tedad>0</Tedad></Ozviatha>')
})

test.each([
  ['another path', '/persons?shenaseh=1', 404],
  ['no id', '/person', 400],
  ['an id that is no number', '/person?shenaseh=10x', 400],
  ['an unknown parameter', '/person?shenaseh=10345766&name=x', 400],
  ['an id that nobody has', '/person?shenaseh=10861999999', 404],
])('%s is answered by an error in XML', async (_name, path, status) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  expect(reply.headers.get('content-type')).toBe('application/xml; charset=utf-8')
  expect(await reply.text()).toContain(`<Error><Code>${status}</Code>`)
})

test.each([[{ signedIn: false }], [{ headers: { 'x-api-key': 'legal-demo-kez' } }]])(
  'without the key nothing is told',
  async (asking) => {
    const reply = await client.ask('/person?shenaseh=10345766', asking)
    expect(reply.status).toBe(401)
    expect(await reply.text()).not.toContain('Nam')
  },
)

test('a POST is not taken', async () => {
  const reply = await client.ask('/person?shenaseh=10345766', { method: 'POST' })
  expect(reply.status).toBe(405)
})

test('drift renames an element, a breakdown is 503', async () => {
  client.estate.set('ssaa-legal', { drift: true })
  expect(await text('/person?shenaseh=10345766')).toContain('<ShomareSabt>')
  client.estate.set('ssaa-legal', { failRate: 1 })
  expect((await client.ask('/person?shenaseh=10345766')).status).toBe(503)
})
