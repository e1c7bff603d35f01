// Rights of way and expropriation of the road builders, an .asmx with its account in a SOAP header. In: a plot's unique id.
// Out: roads and cases. Quirks: Q7 Arabic ي ك, Q13 two kinds of separators, Q14 the price in Toman where Rial is meant.

import land from '../land.json' with { type: 'json' }
import { withCommas, withPersianSeparators } from '../legacy-amount.ts'
import { arabicLetters } from '../legacy-text.ts'
import type { Simulator } from '../simulator.ts'
import { checkAccount } from '../soap/account-header.ts'
import { optional, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerEither, type SoapOperation, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://harim.cdtic.ir/RoadServices'
const ACCOUNT = { UserName: 'panjareh', Password: 'Har1m&Rah' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soap' }
const RIAL_OF_TOMAN = 10

type RightOfWay = (typeof land.rightsOfWay)[number]
type Expropriation = (typeof land.expropriations)[number]

export function createCdticRoad(): Simulator {
  const service: SoapService = {
    ...MANNER,
    understands: [NAMESPACE],
    authenticateHeader: (header) =>
      checkAccount(header, { name: 'AuthHeader', namespace: NAMESPACE, children: ACCOUNT }),
    operations: [
      operation('GetHarim', (plotId) =>
        land.rightsOfWay.filter((each) => each.plotId === plotId).map(writeRightOfWay),
      ),
      operation('GetTamalok', (plotId) =>
        land.expropriations.filter((each) => each.plotId === plotId).map(writeExpropriation),
      ),
    ],
  }
  return {
    id: 'cdtic-road',
    name: 'Road builders: right of way and expropriation',
    protocol: 'SOAP 1.1',
    path: '/RoadServices.asmx',
    environment: { CDTIC_ROAD_USER: ACCOUNT.UserName, CDTIC_ROAD_PASSWORD: ACCOUNT.Password },
    answer: (request) => answerEither([service, { ...service, version: '1.2' }], request),
    failure: () => writeFault(MANNER, { by: 'server', reason: 'خطا در اتصال به پايگاه داده' }),
    drift: (text) => text.replaceAll(/(<\/?)(NoeRah|MablaghKol)\b/gu, '$1$2_Riali'),
  }
}

function operation(name: string, find: (plotId: string) => readonly string[]): SoapOperation {
  return {
    action: `${NAMESPACE}/${name}`,
    element: name,
    namespace: NAMESPACE,
    content: { namespace: NAMESPACE, fields: [optional('ShenaseYekta', TEXT)] },
    answer: (input) => {
      const plotId = childText(input, 'ShenaseYekta')
      if (!/^\d{12}$/u.test(plotId)) return WRONG_ID
      const result = tree(`${name}Result`, ...find(plotId))
      return `<${name}Response xmlns="${NAMESPACE}">${result}</${name}Response>`
    },
  }
}

const WRONG_ID: SoapFault = { by: 'caller', reason: 'شناسه يکتاي ملك ۱۲ رقم است' }

function writeRightOfWay(way: RightOfWay): string {
  return tree(
    'Harim',
    tag('Rah', arabicLetters(way.road)),
    tag('CodeGhete', way.sectionId ?? undefined),
    tag('NoeRah', arabicLetters(way.kind)),
    tag('ArzHarim', way.widthMetres),
    tag('Fasele', way.distanceMetres),
    tag('MasahatTadakhol', way.affectedSquareMetres),
  )
}

function writeExpropriation(expropriation: Expropriation): string {
  const { caseNumber, areaSquareMetres, priceRial, paidRial, decreedOn, state } = expropriation
  return tree(
    'Tamalok',
    tag('ShomareParvandeh', caseNumber),
    tag('Masahat', areaSquareMetres),
    tag('MablaghKol', withCommas(priceRial / RIAL_OF_TOMAN)),
    tag('Pardakhti', withPersianSeparators(paidRial)),
    tag('TarikhRay', decreedOn),
    tag('Vaziat', arabicLetters(state)),
  )
}
