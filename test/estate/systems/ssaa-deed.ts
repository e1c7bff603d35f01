// The deeds organisation's plot inquiry. In: a national id. Out: deeds with shares in words and partners.
// Quirks: Q7 Arabic ي ك, Q8 three digit sets inside one text, Q17 slow (here moderate: 400–900 ms, more by switch).

import { arabicLetters, dangWords, mixedDigits, persianFraction } from '../legacy-text.ts'
import { isNationalId, type Plot, type PlotOwner } from '../personas.ts'
import type { Simulator, WireRequest, World } from '../simulator.ts'
import { optional, required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault, WSSE } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'
import { UsernameTokens } from '../soap/username-token.ts'

const NAMESPACE = 'http://estelam.ssaa.ir/amlak/v2'
const DATA = `${NAMESPACE}/data`
const ACCOUNT = { user: 'panjareh.estelam', password: 'Amlak-d3mo-1404' }
const MANNER: EnvelopeManner = { version: '1.2', prefix: 'env' }

export function createSsaaDeed(world: World): Simulator {
  const tokens = new UsernameTokens(ACCOUNT, world.now)
  const service: SoapService = {
    ...MANNER,
    understands: [WSSE],
    authenticateHeader: (header) => tokens.check(header),
    operations: [
      {
        action: `${NAMESPACE}/GetDeedsByNationalCode`,
        element: 'GetDeedsByNationalCode',
        namespace: NAMESPACE,
        content: {
          namespace: NAMESPACE,
          fields: [required('NationalCode', /^[0-9]{10}$/u), optional('TrackingCode', TEXT)],
        },
        answer: (input, request) => answer(childText(input, 'NationalCode'), request, world),
      },
    ],
  }
  return {
    id: 'ssaa-deed',
    name: 'Deeds organisation: plot inquiry',
    protocol: 'SOAP 1.2',
    path: '/amlak/v2/DeedInquiryService',
    latency: [400, 900],
    environment: { SSAA_DEED_USER: ACCOUNT.user, SSAA_DEED_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, fault('server', 'E-900', 'خطاي داخلي سامانه املاك')),
    drift: (text) => text.replaceAll(/(<\/?(?:d:)?)PelakSabti\b/gu, '$1ShomarePelak'),
  }
}

function answer(
  nationalId: string,
  { switches }: WireRequest,
  { population }: World,
): string | SoapFault {
  if (!isNationalId(nationalId)) return fault('caller', 'E-101', 'كد ملي معتبر نيست')
  if (population.byNationalId(nationalId) === undefined) {
    return writeReply(tag('ResultCode', 2), tag('ResultMessage', 'شخصي با اين كد ملي يافت نشد'))
  }
  const plots = population.plotsOf(nationalId)
  const shown = switches.oneElement ? plots.slice(0, 1) : plots
  return writeReply(
    tag('ResultCode', 0),
    tag('ResultMessage', 'عمليات موفق'),
    tree('Deeds', ...shown.map((plot) => writeDeed(plot, nationalId, namesOf(population)))),
  )
}

type NameOf = (nationalId: string) => string

function namesOf(population: World['population']): NameOf {
  return (nationalId) => {
    const persona = population.byNationalId(nationalId)
    const name = persona?.writtenAs ?? persona
    return `${name?.firstName ?? ''} ${name?.lastName ?? ''}`.trim()
  }
}

function writeDeed(plot: Plot, nationalId: string, nameOf: NameOf): string {
  const isOwn = (owner: PlotOwner) => owner.nationalId === nationalId
  const own = plot.owners.filter(isOwn)
  const share = own.reduce((sum, owner) => sum + owner.shareDang, 0)
  return tree(
    'd:Deed',
    tag('d:DeedNo', mixedDigits(own[0]?.deedNumber ?? '')),
    tag('d:ShenaseYekta', mixedDigits(plot.plotId)),
    tag('d:PelakSabti', mixedDigits(plot.registryPlate)),
    tag('d:BakhshSabti', arabicLetters(plot.section)),
    tag('d:VahedSabti', arabicLetters(`واحد ثبتی ${plot.section.split(' ').at(-1) ?? ''}`)),
    tag('d:NoeMelk', arabicLetters(plot.kind)),
    tag('d:Sahm', arabicLetters(dangWords(share))),
    tag('d:Masahat', mixedDigits(persianFraction(plot.areaSquareMetres))),
    tag('d:CodePosti', plot.postCode === '' ? null : mixedDigits(plot.postCode)),
    tag('d:TarikhSanad', mixedDigits(own[0]?.issuedOn ?? '')),
    tag('d:Vaziat', 'فعال'),
    tree(
      'd:Shoraka',
      ...plot.owners
        .filter((owner) => !isOwn(owner))
        .map((owner) =>
          tree(
            'd:Sharik',
            tag('d:Nam', arabicLetters(nameOf(owner.nationalId))),
            tag('d:Sahm', arabicLetters(dangWords(owner.shareDang))),
          ),
        ),
    ),
  )
}

function writeReply(...children: readonly string[]): string {
  return `<GetDeedsByNationalCodeResponse xmlns="${NAMESPACE}" xmlns:d="${DATA}">${children.join('')}</GetDeedsByNationalCodeResponse>`
}

function fault(by: 'caller' | 'server', code: string, reason: string): SoapFault {
  const detail = `<DeedFault xmlns="${NAMESPACE}">${tag('Code', code)}${tag('Message', reason)}</DeedFault>`
  return { by, reason, detail }
}
