import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

const ID = 'irimo-warn'

let client: RestClient
beforeAll(async () => {
  client = await openRestClient(ID)
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

async function text(path: string): Promise<string> {
  return (await client.ask(path)).text()
}

test('times bear no zone, texts are in Arabic letters, there is an info for each language', async () => {
  const body = await text('/alerts/IR-IRIMO-20261121-014')
  expect(body).toContain('<onset>2026-11-21T18:00:00</onset>')
  expect(body).toMatch(/<language>fa<\/language>.*<language>en<\/language>/u)
  expect(body).toContain('<event>Snow and blizzard</event>')
  expect(body).toMatch(/[يك]/u)
  expect(body).not.toMatch(/[یک]/u)
})

async function count(province: string): Promise<number> {
  return (await text(`/alerts?province=${province}`)).match(/<alert /gu)?.length ?? 0
}

test('warnings are those of the province, in a list whatever its length', async () => {
  expect([await count('23'), await count('22'), await count('10')]).toEqual([2, 1, 0])
})

test.each([
  ['another path', '/warnings', 404],
  ['no province', '/alerts', 400],
  ['a province of one digit', '/alerts?province=3', 400],
  ['an identifier of another form', '/alerts/14', 400],
  ['a warning that is none', '/alerts/IR-IRIMO-20261121-999', 404],
])('%s is answered by an error in XML', async (_name, path, status) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  expect(await reply.text()).toContain(`<Error><Code>${status}</Code>`)
})

test.each([[{ signedIn: false }], [{ headers: { 'x-irimo-key': 'warn-demo-kez' } }]])(
  'without the key nothing is told',
  async (asking) => {
    const reply = await client.ask('/alerts?province=23', asking)
    expect(reply.status).toBe(401)
    expect(await reply.text()).not.toContain('alert')
  },
)

test('drift renames an element, a breakdown is 500', async () => {
  client.estate.set(ID, { drift: true })
  expect(await text('/alerts?province=23')).toContain('<validTo>')
  client.estate.set(ID, { failRate: 1 })
  expect((await client.ask('/alerts?province=23')).status).toBe(500)
})
