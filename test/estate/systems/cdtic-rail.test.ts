import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

const ID = 'cdtic-rail'

let client: RestClient
beforeAll(async () => {
  client = await openRestClient(ID)
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

async function text(path: string): Promise<string> {
  return (await client.ask(path)).text()
}

test('corners are metres of one zone, the middle has latitude and longitude exchanged', async () => {
  const body = await text('/projects/RC-1107')
  expect(body.match(/<Zone>40<\/Zone>/gu)).toHaveLength(2)
  expect(body).toMatch(/<Markaz><Arz>54\.3250<\/Arz><Tool>31\.8670<\/Tool><\/Markaz>/u)
  expect(body).toMatch(/<Mahdudeh>(?:[0-9]{6}\.[0-9]{2} [0-9]{7}\.[0-9]{2} ?){4}<\/Mahdudeh>/u)
})

test('dates are not padded, the one that is not known is empty', async () => {
  const body = await text('/projects/RC-0715')
  expect(body).toContain('<Shoru>1393/9/7</Shoru><Payan></Payan>')
})

test('provinces are numbers, one project of one stands alone in the list', async () => {
  expect(await text('/projects?ostan=1')).toMatch(
    /<Projeha><Proje code="RC-0930">.*<Ostan>1<\/Ostan>/u,
  )
  expect(await text('/projects?ostan=30')).toMatch(/<Projeha><\/Projeha>$/u)
})

test.each([
  ['another path', '/project/RC-1107', 404],
  ['a code of another form', '/projects/1107', 400],
  ['a project that is none', '/projects/RC-9999', 404],
  ['no province', '/projects', 400],
  ['a province beyond all', '/projects?ostan=77', 400],
])('%s is answered by an error in XML', async (_name, path, status) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  expect(await reply.text()).toContain(`<Error><Code>${status}</Code>`)
})

test.each([[{ signedIn: false }], [{ headers: { apikey: 'rail-demo-kez' } }]])(
  'without the key nothing is told',
  async (asking) => {
    const reply = await client.ask('/projects/RC-1107', asking)
    expect(reply.status).toBe(403)
    expect(await reply.text()).not.toContain('Proje')
  },
)

test('drift renames an element, a breakdown is 502', async () => {
  client.estate.set(ID, { drift: true })
  expect(await text('/projects/RC-1107')).toContain('<DarsadPishraft>')
  client.estate.set(ID, { failRate: 1 })
  expect((await client.ask('/projects/RC-1107')).status).toBe(502)
})
