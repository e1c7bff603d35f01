import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Asking, openRestClient, type RestClient } from '../rest-client.ts'

const ID = 'rmto-oversize'
const SEARCH = '/mojavez/search'

let client: RestClient
beforeAll(async () => {
  client = await openRestClient(ID)
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

function search(content: string, type = 'application/xml; charset=utf-8'): Asking {
  return { body: content, headers: { 'content-type': type } }
}

const KAVEHS = '<Jostoju xmlns="urn:rmto:terafiki"><Pelak>12ع345-11</Pelak></Jostoju>'

test('XML calls itself a web page, sizes are typed in several digit sets', async () => {
  const reply = await client.ask(SEARCH, search(KAVEHS))
  expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const body = await reply.text()
  expect(body).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<Mojavezha /u)
  expect(body).toContain('<Arz vahed="m">۲٫۶۰</Arz>')
  expect(body).toContain('<Vazn vahed="t">48/5</Vazn>')
  expect(body).toMatch(/<Tool vahed="m">۱٨٫5۰<\/Tool>/u)
  expect(body).toMatch(/[يك]/u)
  expect(body).not.toMatch(/[یک]/u)
})

test('a vehicle without permits has none', async () => {
  const body = '<j:Jostoju xmlns:j="urn:rmto:terafiki"><Pelak>68ب417-10</Pelak></j:Jostoju>'
  expect(await (await client.ask(SEARCH, search(body))).text()).toMatch(/><\/Mojavezha>$/u)
})

test.each<[string, string, Asking, number]>([
  ['another path', '/mojavezha', {}, 404],
  ['a number of seven digits', '/mojavez/1405081', {}, 400],
  ['broken XML', SEARCH, search('<Jostoju><Pelak>'), 400],
  ['a DOCTYPE', SEARCH, search(`<!DOCTYPE Jostoju>${KAVEHS}`), 400],
  ['another root', SEARCH, search(KAVEHS.replaceAll('Jostoju', 'Search')), 400],
  ['another namespace', SEARCH, search(KAVEHS.replace('urn:rmto', 'urn:other')), 400],
  ['no plate', SEARCH, search('<Jostoju xmlns="urn:rmto:terafiki"/>'), 400],
  ['an unknown element', SEARCH, search(KAVEHS.replace('<Pelak>', '<A/><Pelak>')), 400],
  ['JSON', SEARCH, search('{"Pelak":"12ع345-11"}', 'application/json'), 400],
  ['no body', SEARCH, { method: 'POST' }, 400],
])('%s is answered by a web page', async (_name, path, asking, status) => {
  const reply = await client.ask(path, asking)
  expect(reply.status).toBe(status)
  expect(await reply.text()).toMatch(/^<!DOCTYPE html>/u)
})

test('another password is told nothing', async () => {
  const headers = { authorization: `Basic ${Buffer.from('panjareh-demo:x').toString('base64')}` }
  for (const asking of [{ headers }, { signedIn: false }]) {
    const reply = await client.ask('/mojavez/14050812', asking)
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="terafiki"')
    expect(await reply.text()).not.toContain('Mojavez')
  }
})

test('drift renames an element, charset and breakdown are theirs', async () => {
  client.estate.set(ID, { drift: true, encoding: 'windows-1256' })
  const reply = await client.ask('/mojavez/14050812')
  expect(reply.headers.get('content-type')).toBe('text/html; charset=windows-1256')
  const body = new TextDecoder('windows-1256').decode(await reply.arrayBuffer())
  expect(body).toContain('encoding="windows-1256"')
  expect(body).toContain('<Pahna vahed="m">')
  client.estate.set(ID, { failRate: 1 })
  const broken = await client.ask('/mojavez/14050812')
  expect(broken.status).toBe(500)
  expect(await broken.text()).toContain('NullPointerException')
})
