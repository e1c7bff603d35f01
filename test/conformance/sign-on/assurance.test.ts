// How surely somebody signed in: acr, auth_time, step-up and its end (OpenID Connect Core §2, §5.5.1.1; RFC 9470).
import { setTimeout as wait } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect } from 'vitest'

import type { RealmFile, SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import { web } from './support/clients.ts'
import { claimsOf } from './support/endpoints.ts'
import {
  answerPages,
  authorizationRequest,
  codeAt,
  type Parameters,
  signIn,
} from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const SUBSTANTIAL_S = 5

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    engine = await openEngine(name, {
      clients: [
        web('web'),
        web('desk', {
          attributes: { 'default.acr.values': 'substantial', 'minimum.acr.value': 'substantial' },
        }),
      ],
      change: withShortStepUp,
    })
  })
  afterAll(() => engine.close())

  const substantial: Parameters = { acr_values: 'substantial' }
  const essential: Parameters = {
    claims: JSON.stringify({ id_token: { acr: { essential: true, values: ['substantial'] } } }),
  }
  const page = async (key: string, changes: Parameters) => {
    const browser = new Browser(engine.issuer)
    const start = await browser.open(authorizationRequest(engine, 'web', changes).url)
    return answerPages(engine, browser, start, engine.person(key))
  }

  describe('assurance', () => {
    capability(name, 'a password is low', async () => {
      const { access, id, asked } = await signIn(engine, 'web', 'kaveh')
      expect(asked).toEqual(['password'])
      expect([claimsOf(access)['acr'], claimsOf(id)['acr']]).toEqual(['low', 'low'])
    })

    capability(name, 'a one-time code after the password is substantial', async () => {
      const { access, id, asked } = await signIn(engine, 'web', 'kaveh', { changes: substantial })
      expect(asked).toEqual(['password', 'otp'])
      expect([claimsOf(access)['acr'], claimsOf(id)['acr']]).toEqual(['substantial', 'substantial'])
    })

    capability(name, 'auth_time tells when', async () => {
      const before = Math.floor(Date.now() / 1000)
      const { access, id } = await signIn(engine, 'web', 'sara')
      for (const token of [access, id]) {
        const { auth_time } = claimsOf(token)
        expect(auth_time).toBeGreaterThanOrEqual(before)
        expect(auth_time).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000))
      }
    })

    capability(name, 'step-up asks for the code only, in the same session', async () => {
      const low = await signIn(engine, 'web', 'sara')
      const { browser } = low
      const high = await signIn(engine, 'web', 'sara', { browser, changes: substantial })
      expect(high.asked).toEqual(['otp'])
      expect(claimsOf(high.access)['acr']).toBe('substantial')
      expect(claimsOf(high.access)['sid']).toBe(claimsOf(low.access)['sid'])
    })

    capability(name, 'an essential acr by the claims parameter steps up', async () => {
      const { access, asked } = await signIn(engine, 'web', 'clerk', { changes: essential })
      expect(asked).toEqual(['password', 'otp'])
      expect(claimsOf(access)['acr']).toBe('substantial')
    })

    capability(name, 'a client that always asks for substantial gets it unasked', async () => {
      const { access, asked } = await signIn(engine, 'desk', 'staff')
      expect(asked).toEqual(['password', 'otp'])
      expect(claimsOf(access)['acr']).toBe('substantial')
    })

    capability(name, 'such a client does not go below by asking for low', async () => {
      const changes = { acr_values: 'low' }
      const { access } = await signIn(engine, 'desk', 'rmto-officer', { changes })
      expect(claimsOf(access)['acr']).toBe('substantial')
    })

    capability(name, 'substantial falls back to low after its time', async () => {
      const officer = 'security-officer'
      const high = await signIn(engine, 'web', officer, { changes: substantial })
      const { browser } = high
      expect(claimsOf(high.access)['acr']).toBe('substantial')
      await wait((SUBSTANTIAL_S + 1.1) * 1000)
      const later = await signIn(engine, 'web', officer, { browser })
      expect(later.asked).toEqual([])
      expect(claimsOf(later.access)['acr']).toBe('low')
      const again = await signIn(engine, 'web', officer, { browser, changes: substantial })
      expect(again.asked).toEqual(['otp'])
    })

    capability(name, 'a wrong code is refused', async () => {
      const browser = new Browser(engine.issuer)
      const start = await browser.open(authorizationRequest(engine, 'web', substantial).url)
      const person = engine.person('staff')
      const { stop } = await answerPages(engine, browser, start, {
        ...person,
        totpSecret: undefined,
      })
      const wrong = await browser.submit(stop.page!, { otp: codeAt(person, 0) })
      expect(wrong.page?.forms.flatMap(({ names }) => names)).toContain('otp')
    })

    capability(name, 'whoever has no second factor does not get to substantial', async () => {
      for (const changes of [substantial, essential]) {
        const { stop } = await page('maryam-teacher', changes)
        expect(stop.away?.searchParams.has('code') ?? false).toBe(false)
        expect(stop.page?.forms.some(({ names }) => names.includes('totpSecret'))).not.toBe(true)
      }
    })

    capability(name, 'an unknown level does not raise anything', async () => {
      const { stop, asked } = await page('maryam-teacher', { acr_values: 'platinum' })
      expect(asked).toEqual(['password'])
      expect(stop.away?.searchParams.has('code')).toBe(true)
    })
  })
})

/** 15 minutes are too long for a test. */
function withShortStepUp(realm: RealmFile): RealmFile {
  const text = JSON.stringify(realm['authenticatorConfig'])
  return {
    ...realm,
    authenticatorConfig: JSON.parse(
      text.replace('"loa-max-age":"900"', `"loa-max-age":"${SUBSTANTIAL_S}"`),
    ),
  }
}
