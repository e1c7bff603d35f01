import { BasicAuthSecurity } from 'soap'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, readFault, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createUrbPlan } from './urb-plan.ts'

const NAMESPACE = 'http://services.urb.mrud.ir/2019'
const USER = 'URB\\panjareh'
const PASSWORD = 'Shahr$azi5'
const FLAT = '150239500117'
const GARDEN = '810007700006'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createUrbPlan], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toCall(name: string, plotId: string, more = ''): SoapCall {
  return {
    url: estate.environment['URB_PLAN_URL'] ?? '',
    version: '1.1',
    action: `${NAMESPACE}/IUrbPlan/${name}`,
    basic: `${USER}:${PASSWORD}`,
    body: `<${name} xmlns="${NAMESPACE}"><shenaseYekta>${plotId}</shenaseYekta>${more}</${name}>`,
  }
}

async function ask(name: string, plotId: string, more = '') {
  return (await postSoap(toCall(name, plotId, more))).content?.children[0]
}

describeStrictness({
  system: 'urb-plan',
  estate: () => estate,
  call: () => toCall('GetLandUse', FLAT),
  wrongBodies: {
    'an element of another name': `<GetLandUse xmlns="${NAMESPACE}"><plotId>${FLAT}</plotId></GetLandUse>`,
    'a child in no namespace': `<n:GetLandUse xmlns:n="${NAMESPACE}"><shenaseYekta>${FLAT}</shenaseYekta></n:GetLandUse>`,
  },
  strangers: {
    nobody: [{ headers: { authorization: '' } }, '401'],
    'another password': [{ basic: `${USER}:other` }, '401'],
  },
})

it('refuses elements in another order and a boolean that is none', async () => {
  const flag = '<withDocuments>perhaps</withDocuments>'
  const wrong = await postSoap(toCall('GetArticle5Decisions', GARDEN, flag))
  expect(readFault(wrong.content)?.code).toBe('Client')
  const { body } = toCall('GetArticle5Decisions', GARDEN, '<withDocuments>true</withDocuments>')
  const turned = body.replace(/(<sh.*<\/shenaseYekta>)(<with.*<\/withDocuments>)/u, '$2$1')
  const answer = await postSoap({ ...toCall('GetArticle5Decisions', GARDEN), body: turned })
  expect(readFault(answer.content)?.code).toBe('Client')
})

it('mixes three digit sets inside one text and writes Arabic letters', async () => {
  const use = await ask('GetLandUse', FLAT)
  expect(childText(use, 'Tarakom')).toBe('۱٨0٫۵')
  expect(childText(use, 'TarikhTasvib')).toBe('۱٣9۱/٠2/۱٥')
  expect(childText(use, 'Karbari')).toBe('مسكوني')
})

it('answers nil where there is no plan, an empty list where nothing was decided', async () => {
  expect((await ask('GetLandUse', '910031000008'))?.attributes).toEqual({ nil: 'true' })
  expect((await ask('GetArticle5Decisions', FLAT))?.children).toEqual([])
})

it('sends scans as base64 of a PDF', async () => {
  const decisions = (await ask('GetArticle5Decisions', GARDEN))?.children ?? []
  const scans = decisions.map((each) =>
    Buffer.from(childText(each, 'Pdf'), 'base64').toString('latin1'),
  )
  expect(scans).toEqual([
    expect.stringMatching(/^%PDF-1\.4\n/u),
    expect.stringMatching(/%%EOF\n$/u),
  ])
})

it('answers a declared fault to what is no id', async () => {
  const { content } = await postSoap(toCall('GetLandUse', '12'))
  expect(childText(child(child(content, 'detail'), 'PlanFault'), 'Code')).toBe('InvalidPlotId')
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('urb-plan', 'UrbPlan.wsdl', toCall('GetLandUse', FLAT).url)
  client.setSecurity(new BasicAuthSecurity(USER, PASSWORD))
  const [reply] = await client['GetLandUseAsync']({ shenaseYekta: FLAT })
  expect(reply.GetLandUseResult.CodeKarbari).toBe(110)
})
