// The portal in a real browser on loopback http: its cookies are taken, its page works under its policy, others get nothing.
import { createServer, type Server, type ServerResponse } from 'node:http'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Chromium, findChromium } from './support/chromium.ts'
import { portOf } from './support/port-of.ts'
import { openWorld, type World } from './support/world.ts'

const file = findChromium()

// Reason: a browser is no dependency of the project; where none is on the PATH, there is nothing to ask.
describe.skipIf(file === undefined)('in Chromium, the portal', () => {
  let world: World
  let url: string
  let chromium: Chromium
  let evil: Server

  beforeAll(async () => {
    world = await openWorld()
    url = world.portal.url
    evil = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<title>evil</title>')
    })
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    chromium = await Chromium.start(file ?? '')
  })
  afterAll(async () => {
    await chromium.close()
    evil.closeAllConnections()
    await Promise.all([new Promise((resolve) => evil.close(resolve)), world.close()])
  })

  const click = (selector: string) =>
    chromium.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)
  const choose = (mandate: string) =>
    chromium.evaluate(
      `{ const s = document.getElementById('mandate'); s.value = '${mandate}'; s.dispatchEvent(new Event('change', {bubbles: true})) }`,
    )
  const accountSays = (text: string) =>
    chromium.until(`document.getElementById('account')?.textContent.includes('${text}') === true`)

  it('signs a person in with a cookie that no script and no other port’s page can read', async () => {
    await chromium.open(`${url}/?tab=1`)
    await accountSays('Sign in')
    await click('#account a')
    await accountSays('سارا کریمی')
    expect(await chromium.evaluate('location.href')).toBe(`${url}/?tab=1`)
    const cookies = await chromium.cookies(url)
    expect(cookies).toMatchObject([
      { name: '__Host-portal', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
    ])
    const readable = await chromium.evaluate(
      'JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, performance.getEntries().map(e => e.name)])',
    )
    expect(readable).toMatch(/^\["",/)
    expect(readable).not.toMatch(/eyJ/)
  })

  it('asks the gateway, and offers the way to a stronger sign-in when that is asked for', async () => {
    await click('#run')
    await chromium.until(`document.getElementById('answer').textContent.includes('"fine": true')`)
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const extensions = { code: 'INSUFFICIENT_AUTHENTICATION', acrValues: ['substantial'] }
      response.end(JSON.stringify({ data: null, errors: [{ message: 'more', extensions }] }))
    })
    await chromium.evaluate(`document.getElementById('query').value = '{ mine }'`)
    await click('#run')
    await chromium.until(`document.querySelector('#notice a') !== null`)
    await click('#notice a')
    await accountSays('دومرحله‌ای · ورود')
    // What was written is still there.
    expect(await chromium.evaluate(`document.getElementById('query').value`)).toBe('{ mine }')
  })

  it('says which purposes would do', async () => {
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const extensions = { code: 'PURPOSE_REQUIRED', purposes: ['tax', 'court'] }
      response.end(JSON.stringify({ data: null, errors: [{ message: 'Name one.', extensions }] }))
    })
    await click('#run')
    const errors = `document.getElementById('errors').textContent`
    await chromium.until(`${errors}.includes('بگویید برای چه کاری می‌پرسید.')`)
    expect(await chromium.evaluate(errors)).toContain('Panjareh-Purpose: tax | court')
  })

  it('sends along for whom and for what a question is asked', async () => {
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const mandate = {
        id: 'm-1',
        kind: 'GUARDIAN',
        state: 'ACTIVE',
        expiresAtJalali: '۱۴۰۵/۰۹/۰۱',
      }
      const over = { ...mandate, id: 'm-2', state: 'ENDED' }
      response.end(JSON.stringify({ data: { actingMandates: [mandate, over] } }))
    })
    await chromium.open(`${url}/`)
    await chromium.until(`document.querySelectorAll('#mandate option').length === 2`)
    await choose('m-1')
    expect(await chromium.evaluate(`document.getElementById('acting-for').textContent`)).toMatch(
      /^فرزند/,
    )
    await chromium.evaluate(
      `{ const i = document.getElementById('issue'); i.value = 'case-7'; i.dispatchEvent(new Event('input')) }`,
    )
    const before = world.gateway.questions().length
    await click('#run')
    await chromium.until(`document.getElementById('answer').textContent.includes('fine')`)
    expect(world.gateway.questions()[before]?.headers).toMatchObject({
      'panjareh-mandate': 'm-1',
      'x-road-issue': 'case-7',
    })
  })

  it('asks for the same person after a stronger sign-in, never in one’s own name', async () => {
    const { queue } = world.gateway
    queue.push((_asked, response) => {
      response.writeHead(401, { 'content-type': 'application/json' })
      const extensions = { code: 'INSUFFICIENT_AUTHENTICATION', acrValues: 'substantial' }
      response.end(JSON.stringify({ errors: [{ message: 'more', extensions }] }))
    })
    await click('#run')
    await chromium.until(`document.querySelector('#notice a') !== null`)
    const waiting: ServerResponse[] = []
    queue.push((_asked, response) => void waiting.push(response))
    await click('#notice a')
    await chromium.until(`document.getElementById('run')?.disabled === false`)
    await expect.poll(() => waiting.length).toBe(1)
    // Also before the list of mandates is there.
    const before = world.gateway.questions().length
    await click('#run')
    await chromium.until(`document.getElementById('answer').textContent.includes('fine')`)
    expect(world.gateway.questions()[before]?.headers).toMatchObject({
      'panjareh-mandate': 'm-1',
      'x-road-issue': 'case-7',
    })
    const mandate = { id: 'm-1', kind: 'GUARDIAN', state: 'ACTIVE', expiresAtJalali: null }
    waiting[0]?.writeHead(200, { 'content-type': 'application/json' })
    waiting[0]?.end(JSON.stringify({ data: { actingMandates: [mandate] } }))
    await chromium.until(`document.getElementById('acting-for').textContent.startsWith('فرزند')`)
  })

  it('can be asked while it is still being told for whom one may ask', async () => {
    const waiting: ServerResponse[] = []
    world.gateway.queue.push((_asked, response) => void waiting.push(response))
    await chromium.open(`${url}/`)
    await accountSays('سارا کریمی')
    await click('#run')
    await chromium.until(`document.getElementById('answer').textContent.includes('fine')`)
    const mandate = { id: 'm-1', kind: 'GUARDIAN', state: 'ACTIVE', expiresAtJalali: null }
    waiting[0]?.writeHead(200, { 'content-type': 'application/json' })
    waiting[0]?.end(JSON.stringify({ data: { actingMandates: [mandate] } }))
    await chromium.until(`document.querySelectorAll('#mandate option').length === 2`)
    await choose('m-1')
  })

  it('keeps a mandate that ended as it was chosen, and never asks in one’s own name instead', async () => {
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ data: { actingMandates: [] } }))
    })
    await click('#acting summary')
    await chromium.until(`document.getElementById('acting-for').textContent.includes('پایان‌یافته')`)
    const before = world.gateway.questions().length
    await click('#run')
    await chromium.until(`document.getElementById('answer').textContent.includes('fine')`)
    expect(world.gateway.questions()[before]?.headers).toMatchObject({ 'panjareh-mandate': 'm-1' })
  })

  it('shows nobody what was answered before the session ended in another tab', async () => {
    await chromium.evaluate(`(async () => {
      const { csrf } = await (await fetch('sso/session')).json()
      await fetch('sso/logout', { method: 'POST', headers: { 'panjareh-csrf': csrf }, body: new URLSearchParams({ scope: 'here' }) })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
    await chromium.until(`document.getElementById('notice').textContent.includes('پایان یافته')`)
    expect(await chromium.evaluate(`document.getElementById('answer').textContent`)).toBe('')
    await click('#notice a')
    await accountSays('سارا کریمی')
  })

  it('shows a page of another origin nothing and does nothing for it', async () => {
    const before = world.gateway.questions().length
    // Another port is another origin but the same site: the cookie goes along, so the guards alone must hold.
    for (const host of ['127.0.0.1', 'localhost']) {
      await chromium.open(`http://${host}:${portOf(evil)}/`)
      const tried = await chromium.evaluate(`(async () => {
        const ask = (path, init) => fetch('${url}' + path, { credentials: 'include', ...init })
          .then((r) => r.text(), (e) => 'refused')
        const post = { method: 'POST', mode: 'no-cors', body: '{"query":"{a}"}', headers: { 'content-type': 'text/plain' } }
        const framed = await new Promise((done) => {
          const frame = document.createElement('iframe')
          frame.src = '${url}/'
          frame.onload = () => { try { done(String(frame.contentWindow.length === 0 && frame.contentDocument === null)) } catch { done('true') } }
          document.body.append(frame)
        })
        return JSON.stringify([await ask('/sso/session'), await ask('/graphql', post),
          await ask('/sso/logout', { ...post, body: new URLSearchParams({ scope: 'everywhere' }), headers: {} }), framed])
      })()`)
      expect(tried).toMatch(
        /^\["refused","","","true"\]$|^\["refused","refused","refused","true"\]$/,
      )
    }
    expect(world.gateway.questions().length).toBe(before)
    await chromium.open(`${url}/`)
    await accountSays('سارا کریمی')
  })

  it('signs out everywhere, and nothing stays in the browser', async () => {
    chromium.complaints.length = 0
    await chromium.until(`document.querySelector('#account .menu button') !== null`)
    await click('#account .menu button')
    await chromium.until(`location.pathname === '/sso/signed-out'`)
    expect(await chromium.cookies(url)).toEqual([])
    expect(await chromium.evaluate('sessionStorage.length')).toBe(0)
    // Its own pages break no rule of its own policy.
    expect(chromium.complaints).toEqual([])
  })

  it('lets the form of its own sign-out page through its policy, to the sign-on, too', async () => {
    world.issuer.endSessionStatus = 400
    await chromium.open(`${url}/sso/login`)
    await accountSays('سارا کریمی')
    await chromium.open(`${url}/sso/logout`)
    await click('form button')
    await chromium.until(`location.href.startsWith('${world.issuer.issuer}')`)
    expect(String(await chromium.evaluate('location.href'))).not.toMatch(/id_token|eyJ/)
    expect(await chromium.cookies(url)).toEqual([])
  })
})
