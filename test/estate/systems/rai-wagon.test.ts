import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

const ID = 'rai-wagon'
const WAGON = '/radyabi.csv?vagon=317100001013'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

let client: RestClient
let at = Date.now()
beforeAll(async () => {
  client = await openRestClient(ID, { now: () => at })
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

async function text(path: string): Promise<string> {
  const reply = await client.ask(path)
  return new TextDecoder('windows-1256', { fatal: true }).decode(await reply.arrayBuffer())
}

test('rows are windows-1256 without saying so, with dates of six digits', async () => {
  expect((await client.ask(WAGON)).headers.get('content-type')).toBe('text/csv')
  const body = await text(WAGON)
  expect(body).toMatch(/^vagon,no,mehvar,/u)
  expect(body).toContain(',060211,231,بافق,050830,1420,باردار,1823\r\n')
  expect(await text('/radyabi.csv?vagon=318400000176')).toContain(',22004181,1372,')
  expect(await text('/barname.csv?vagon=317100001013')).toContain('زغال‌سنگ كك‌شو')
})

async function atStation(istgah: string): Promise<string> {
  const body = `istgah=${istgah}&tarikh=050901`
  return (await client.ask('/istgah.csv', { body, headers: FORM })).text()
}

test('a station is asked by a form in windows-1256', async () => {
  expect(await atStation('%C8%E4%CF%D1%DA%C8%C7%D3')).toContain('317100001021')
  const utf8 = encodeURIComponent('بندرعباس')
  expect(await atStation(utf8)).not.toContain('317100001021')
})

test.each([
  ['another path', '/wagon.csv?vagon=317100001013', 404],
  ['no wagon', '/radyabi.csv', 400],
  ['an unknown parameter', `${WAGON}&x=1`, 400],
  ['waybills of nothing', '/barname.csv', 400],
  ['waybills of both', '/barname.csv?vagon=317100001013&barname=140500018231', 400],
  ['a station by GET', '/istgah.csv?istgah=x&tarikh=050901', 405],
])('%s is answered by a web page', async (_name, path, status) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  expect(await reply.text()).toMatch(/^<!DOCTYPE html>/u)
})

test('who is not signed in is shown the login page with 200', async () => {
  for (const headers of [{}, { cookie: 'JSESSIONID=0123456789ABCDEF' }]) {
    const reply = await client.ask(WAGON, { signedIn: false, headers })
    expect(reply.status).toBe(200)
    expect(await reply.text()).toContain('ورود به سامانه')
  }
})

test('a session ends after five minutes', async () => {
  const url = `${client.estate.environment['RAI_WAGON_URL']}`
  const body = new URLSearchParams({
    user: client.estate.environment['RAI_WAGON_USER'] ?? '',
    pass: client.estate.environment['RAI_WAGON_PASSWORD'] ?? '',
  })
  const login = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ask = async (): Promise<string> =>
    (await fetch(url + WAGON, { headers: { cookie } })).text()
  expect(await ask()).toMatch(/^vagon,/u)
  at += 5 * 60_000
  expect(await ask()).toContain('ورود به سامانه')
})

test('a wrong password opens no session', async () => {
  const reply = await fetch(`${client.estate.environment['RAI_WAGON_URL']}/login`, {
    method: 'POST',
    body: new URLSearchParams({ user: 'panjareh-demo', pass: 'wrong' }),
    redirect: 'manual',
  })
  expect(reply.status).toBe(200)
  expect(reply.headers.getSetCookie()).toEqual([])
})

test('drift renames a column, a breakdown is a web page with 500', async () => {
  client.estate.set(ID, { drift: true })
  expect(await text(WAGON)).toContain('tarikh_tamirat')
  client.estate.set(ID, { failRate: 1 })
  expect((await client.ask(WAGON)).status).toBe(500)
})
