// A citizen and a member of staff at the demo's portal: sign in, ask, be asked for a second factor, sign out everywhere.

import { DEMO_VARIABLES } from '../../deploy/embedded/sign-on/demo-variables.ts'
import { Browser as SignOnBrowser } from '../conformance/sign-on/support/browser.ts'
import { answerPages } from '../conformance/sign-on/support/sign-in.ts'
import { type Answer, Browser } from '../portal/support/browser.ts'
import { at, textAt } from './graphql.ts'
import type { Report } from './report.ts'

export const PORTAL = DEMO_VARIABLES.PORTAL_URL
const ISSUER = 'http://127.0.0.1:4001/realms/gov'
const { DEMO_PASSWORD: password, DEMO_TOTP_SECRET: totpSecret } = DEMO_VARIABLES
/** Former state aid is told to whoever has shown a second factor of late. */
const STRONG = '{ me { firstName formJ { colour } } }'

export async function portalRounds(report: Report): Promise<void> {
  const visitor = new Visitor()
  const led = await fetch('http://127.0.0.1:4000/graphql', {
    headers: { accept: 'text/html' },
    redirect: 'manual',
  })
  report.check('the gateway leads a browser to the portal', led.headers.get('location') === PORTAL)
  const page = await fetch(PORTAL)
  report.check('the portal shows its page', (await page.text()).includes('<html'))

  const back = await visitor.signIn('sara', '/sso/login?return_to=/')
  report.check('a citizen signs in at the portal', back.headers.get('location') === '/', back)
  const answer = await visitor.ask('{ me { firstName } }')
  const name = at(answer.json(), 'data', 'me', 'firstName')
  report.check('and asks with a cookie alone', name === 'سارا', answer)
  const seen = [...visitor.here.setCookies, back.text, answer.text].join('\n')
  report.check('no token reaches the browser', !/eyJ[\w-]+\.[\w-]+\./.test(seen))

  const weak = await visitor.ask(STRONG)
  const asked = weak.code() === 'INSUFFICIENT_AUTHENTICATION'
  report.check('a field wants a second factor and says so', asked, weak)
  const way = at(weak.json(), 'data', 'me', 'firstName') === 'سارا'
  report.check('and the others are answered', way, weak)
  await visitor.signIn('sara', '/sso/login?return_to=/&acr=substantial')
  const strong = await visitor.ask(STRONG)
  report.check('with it the field is answered', at(strong.json(), 'errors') === undefined, strong)

  await visitor.here.fetch(`${PORTAL}/sso/logout`, {
    method: 'POST',
    headers: { 'panjareh-csrf': await visitor.csrf() },
    form: { scope: 'everywhere' },
  })
  const after = await visitor.ask('{ me { firstName } }')
  report.check('signed out everywhere, nobody is there', after.code() === 'UNAUTHENTICATED', after)
}

/** Both sides of a person's browser. */
class Visitor {
  readonly here = new Browser()
  readonly #there = new SignOnBrowser(ISSUER)

  async signIn(username: string, address: string): Promise<Answer> {
    const left = await this.here.go(`${PORTAL}${address}`)
    const start = await this.#there.open(left.location())
    const person = { username, password, totpSecret }
    const { stop } = await answerPages({ issuer: ISSUER }, this.#there, start, person)
    if (stop.away === undefined) throw new TypeError(`${username} was not led back`)
    return this.here.go(stop.away)
  }

  async csrf(): Promise<string> {
    const session = await this.here.fetch(`${PORTAL}/sso/session`)
    return textAt(session.json(), 'csrf') ?? ''
  }

  async ask(query: string): Promise<Answer> {
    return this.here.fetch(`${PORTAL}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'panjareh-csrf': await this.csrf() },
      body: JSON.stringify({ query }),
    })
  }
}
