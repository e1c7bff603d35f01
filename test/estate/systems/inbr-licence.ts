// The building regulations office's licences of engineers. In: a national id. Out: a licence with competences in attributes.
// Quirks: Q1 padded Jalali dates, Q7 Arabic ي ك, Q26 misspelt names that must be kept, Q27 a key in a SOAP header that the
// contract does not declare.

import { arabicLetters } from '../legacy-text.ts'
import { isNationalId } from '../personas.ts'
import professions from '../professions.json' with { type: 'json' }
import type { Simulator } from '../simulator.ts'
import { checkAccount } from '../soap/account-header.ts'
import { required } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://parvaneh.inbr.ir/ws/engeneer'
const KEY = 'inbr-demo-3f9a'
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'S' }
const HEADER = { name: 'ApiKey', namespace: NAMESPACE, children: { client: 'panjareh', key: KEY } }

type Engineer = (typeof professions.engineers)[number]

export function createInbrLicence(): Simulator {
  const service: SoapService = {
    ...MANNER,
    understands: [NAMESPACE],
    authenticateHeader: (header) => checkAccount(header, HEADER),
    operations: [
      {
        action: `${NAMESPACE}/getEngeneerLicense`,
        element: 'getEngeneerLicense',
        namespace: NAMESPACE,
        content: { namespace: NAMESPACE, fields: [required('nationalCode', /^[0-9]{10}$/u)] },
        answer: (input) => answer(childText(input, 'nationalCode')),
      },
    ],
  }
  return {
    id: 'inbr-licence',
    name: 'Building regulations: engineer licences',
    protocol: 'SOAP 1.1',
    path: '/ws/engeneer',
    environment: { INBR_LICENCE_KEY: KEY },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, fault('server', 'INT-1', 'خطای داخلی سامانه')),
    drift: (text) => text.replaceAll(/(<\/?)tarikhEtebbar\b/gu, '$1tarikhEtebar'),
  }
}

function answer(nationalId: string): string | SoapFault {
  if (!isNationalId(nationalId)) return fault('caller', 'VAL-7', 'کد ملی معتبر نیست')
  const engineer = professions.engineers.find((each) => each.nationalId === nationalId)
  const content = engineer === undefined ? '' : writeLicence(engineer)
  return `<getEngeneerLicenseResponse xmlns="${NAMESPACE}">${content}</getEngeneerLicenseResponse>`
}

function fault(by: 'caller' | 'server', code: string, text: string): SoapFault {
  const reason = arabicLetters(text)
  const detail = `<serviceFault xmlns="${NAMESPACE}">${tag('errCode', code)}${tag('errMassage', reason)}</serviceFault>`
  return { by, reason, detail }
}

function writeLicence(engineer: Engineer): string {
  const competences = engineer.competences.map(({ field, grade, capacity }) => {
    const limit = capacity === null ? '' : ` zarfiyatMeter="${capacity}"`
    return `<salahiyat paye="${arabicLetters(grade)}"${limit}>${arabicLetters(field)}</salahiyat>`
  })
  const parts = [
    tag('shomarehParvaneh', engineer.number),
    tag('reshteh', arabicLetters(engineer.discipline)),
    tag('tarikhSodour', engineer.issuedOn),
    tag('tarikhEtebbar', engineer.expiresOn),
    tag('ostan', arabicLetters(engineer.province)),
    tag('vaziyat', arabicLetters(engineer.state)),
    competences.length === 0 ? '' : tree('salahiyatHa', ...competences),
  ]
  return `<parvaneh codeOzviat="${engineer.membership}">${parts.join('')}</parvaneh>`
}
