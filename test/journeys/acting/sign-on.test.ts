// The clerk of the realm file, who really signs in: what a counter mandate needs of the sign-on, on each engine.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { SignOnEngine } from '../../conformance/sign-on/engine.ts'
import { engineNames, openEngine } from '../../conformance/sign-on/engines/open-engine.ts'
import { web } from '../../conformance/sign-on/support/clients.ts'
import { signIn } from '../../conformance/sign-on/support/sign-in.ts'
import {
  CONFIRM,
  END,
  fieldOf,
  KAVEH_ID,
  KAVEH_MOBILE,
  MINE,
  OFFICE,
  openWorld,
  REQUEST,
  SERVICE,
  START,
  TARA_ID,
  type World,
} from './counter.ts'

const TAKE = `mutation { takeGuardianMandate(childNationalId: "${TARA_ID}") { id } }`
const VARIABLES = { nationalId: KAVEH_ID, mobile: KAVEH_MOBILE, services: [SERVICE] }

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  let world: World
  beforeAll(async () => {
    engine = await openEngine(name, { clients: [web('desk')] })
    world = await openWorld({ PANJAREH_ISSUER: engine.issuer, PANJAREH_AUDIENCE: 'gateway' })
  }, 180_000)
  afterAll(async () => {
    await world.close()
    await engine.close()
  })

  test('a clerk needs the second factor, and acts until the citizen ends it', async () => {
    const weak = await signIn(engine, 'desk', 'clerk')
    const refused = await world.ask({ token: weak.access, query: REQUEST, variables: VARIABLES })
    expect([refused.status, refused.codes]).toEqual([401, ['INSUFFICIENT_AUTHENTICATION']])

    const strong = { changes: { acr_values: 'substantial' } }
    const { access: token } = await signIn(engine, 'desk', 'clerk', strong)
    const { access: citizen } = await signIn(engine, 'desk', 'kaveh')
    const asked = await world.ask({ token, query: REQUEST, variables: VARIABLES })
    expect(asked.codes).toEqual([])
    const id = String(fieldOf(asked.data, 'requestCounterMandate', 'id'))
    const variables = { id, code: world.codeFor(KAVEH_MOBILE) }
    const confirmed = await world.ask({ token, query: CONFIRM, variables })
    expect(fieldOf(confirmed.data, 'confirmCounterMandate')).toMatchObject({
      state: 'ACTIVE',
      office: OFFICE,
    })
    const service = { service: SERVICE }
    const started = await world.ask({ token, query: START, variables: service, mandate: id })
    expect(started.codes).toEqual([])

    const mine = await world.ask({ token: citizen, query: MINE })
    expect(fieldOf(mine.data, 'myMandates', '0')).toMatchObject({ id, uses: [{ act: 'STARTED' }] })
    const stolen = await world.ask({ token: citizen, query: MINE, mandate: id })
    expect(stolen.codes).toEqual(['MANDATE_REFUSED'])
    await world.ask({ token: citizen, query: END, variables: { id } })
    const late = await world.ask({ token, query: MINE, mandate: id })
    expect([late.status, late.codes]).toEqual([403, ['MANDATE_REFUSED']])
  })

  test('a father needs the second factor to act for his child, whenever he does', async () => {
    const { access: weak } = await signIn(engine, 'desk', 'kian-couple')
    const refused = await world.ask({ token: weak, query: TAKE })
    expect([refused.status, refused.codes]).toEqual([401, ['INSUFFICIENT_AUTHENTICATION']])

    const strong = { changes: { acr_values: 'substantial' } }
    const { access: token } = await signIn(engine, 'desk', 'kian-couple', strong)
    const taken = await world.ask({ token, query: TAKE })
    expect(taken.codes).toEqual([])
    const mandate = String(fieldOf(taken.data, 'takeGuardianMandate', 'id'))
    const query = '{ me { nationalId } }'
    expect((await world.ask({ token, query, mandate })).data).toEqual({
      me: { nationalId: TARA_ID },
    })
    expect((await world.ask({ token: weak, query, mandate })).status).toBe(401)
  })
})
