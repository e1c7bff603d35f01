// The urban planning council's detailed plans, a WCF service with basicHttpBinding. In: a plot's unique id. Out: land use,
// decisions of the Article 5 commission with scans. Quirks: Q7 Arabic ي ك, Q8 three digit sets inside one text, Q17 slow
// (here 400–900 ms, more by switch); scans are base64.

import land from '../land.json' with { type: 'json' }
import { arabicLetters, mixedDigits, persianFraction } from '../legacy-text.ts'
import { readBasic, type Simulator, type WireRequest } from '../simulator.ts'
import { optional, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, refuse, type SoapOperation } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'
import { tinyPdf } from '../tiny-pdf.ts'

const NAMESPACE = 'http://services.urb.mrud.ir/2019'
const DATA = 'http://schemas.datacontract.org/2004/07/Urb.Plan.Contracts'
const ACCOUNT = { user: 'URB\\panjareh', password: 'Shahr$azi5' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 's' }

type LandUse = (typeof land.landUses)[number]
type Decision = (typeof land.decisions)[number]

export function createUrbPlan(): Simulator {
  const operations = [
    operation('GetLandUse', [], (plotId) => {
      const found = land.landUses.find((each) => each.plotId === plotId)
      return found === undefined ? undefined : writeLandUse(found)
    }),
    operation(
      'GetArticle5Decisions',
      [optional('withDocuments', /^(true|false|1|0)$/u)],
      (plotId) =>
        land.decisions
          .filter((each) => each.plotId === plotId)
          .map(writeDecision)
          .join(''),
    ),
  ]
  return {
    id: 'urb-plan',
    name: 'Urban planning: land use and Article 5 decisions',
    protocol: 'SOAP 1.1',
    path: '/2019/UrbPlan.svc',
    latency: [400, 900],
    environment: { URB_PLAN_USER: ACCOUNT.user, URB_PLAN_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap({ ...MANNER, authenticate, operations }, request),
    failure: () => writeFault(MANNER, planFault('server', 'DatabaseDown')),
    drift: (text) => text.replaceAll(/(<\/?a:)(Karbari|Mozu)\b/gu, '$1$2Jadid'),
  }
}

function operation(
  name: string,
  more: SoapOperation['content']['fields'],
  find: (plotId: string) => string | undefined,
): SoapOperation {
  return {
    action: `${NAMESPACE}/IUrbPlan/${name}`,
    element: name,
    namespace: NAMESPACE,
    content: { namespace: NAMESPACE, fields: [optional('shenaseYekta', TEXT), ...more] },
    answer: (input) => {
      const plotId = childText(input, 'shenaseYekta')
      if (!/^\d{12}$/u.test(plotId)) return planFault('caller', 'InvalidPlotId')
      return writeReply(name, find(plotId))
    },
  }
}

function authenticate({ headers }: WireRequest) {
  const sent = readBasic(headers)
  if (sent?.user === ACCOUNT.user && sent.password === ACCOUNT.password) return undefined
  return refuse(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="urb"' })
}

function planFault(by: 'caller' | 'server', code: string): SoapFault {
  const reason = 'سرويس طرح تفصيلي پاسخگو نيست'
  const detail = `<PlanFault xmlns="${DATA}">${tag('Code', code)}${tag('Message', reason)}</PlanFault>`
  return { by, reason, detail }
}

/** Nil for what is not there. */
function writeReply(name: string, content: string | undefined): string {
  const result =
    content === undefined
      ? tag(`${name}Result`, null)
      : `<${name}Result xmlns:a="${DATA}">${content}</${name}Result>`
  return `<${name}Response xmlns="${NAMESPACE}">${result}</${name}Response>`
}

/** Members in the order of the alphabet, as WCF has them. */
function writeLandUse(use: LandUse): string {
  return [
    tag('a:CodeKarbari', use.code),
    tag('a:Karbari', arabicLetters(use.use)),
    tag('a:SatheEshghal', mixedDigits(persianFraction(use.coverage))),
    tag('a:Tabaghat', use.floors === null ? null : mixedDigits(String(use.floors))),
    tag('a:Tarakom', mixedDigits(persianFraction(use.density))),
    tag('a:TarikhTasvib', mixedDigits(use.approvedOn)),
    tag('a:Tarh', arabicLetters(use.plan)),
  ].join('')
}

function writeDecision({ number, sessionOn, subject, result, scanned }: Decision): string {
  const scan = tinyPdf(`Article 5 commission, ${sessionOn}`).toString('base64')
  return tree(
    'a:Decision',
    tag('a:Mozu', arabicLetters(subject)),
    tag('a:Natije', arabicLetters(result)),
    tag('a:Pdf', scanned ? scan : null),
    tag('a:ShomareRay', mixedDigits(arabicLetters(number))),
    tag('a:TarikhJalase', mixedDigits(sessionOn)),
  )
}
