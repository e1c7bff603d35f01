// Licences of aviation personnel, SOAP 1.2 behind a WS-Security token with a timestamp. In: a national id. Out: a licence, or
// why there is none. Quirks: Q1 Jalali and Gregorian dates in one record, Q7 Arabic ي ك, Q17 slow (here 600–1500 ms, more by
// switch).

import { arabicLetters } from '../legacy-text.ts'
import { isNationalId, type Persona } from '../personas.ts'
import professions from '../professions.json' with { type: 'json' }
import type { Simulator, World } from '../simulator.ts'
import { optional, required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, writeFault, WSSE } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, tag } from '../soap/soap-xml.ts'
import { UsernameTokens } from '../soap/username-token.ts'

const NAMESPACE = 'http://personnel.cao.ir/licence/1.2'
const ACCOUNT = { user: 'panjareh.cao', password: 'Havan4vardi' }
const MANNER: EnvelopeManner = { version: '1.2', prefix: 'soap' }

type Aviator = (typeof professions.aviators)[number]

export function createCaaLicence(world: World): Simulator {
  const tokens = new UsernameTokens(ACCOUNT, world.now, { timestamp: true })
  const service: SoapService = {
    ...MANNER,
    understands: [WSSE],
    authenticateHeader: (header) => tokens.check(header),
    operations: [
      {
        action: `${NAMESPACE}/GetPersonnelLicence`,
        element: 'PersonnelLicenceRequest',
        namespace: NAMESPACE,
        content: {
          namespace: NAMESPACE,
          fields: [required('NationalCode', TEXT), optional('Language', /^(fa|en)$/u)],
        },
        answer: (input) => answer(childText(input, 'NationalCode'), world),
      },
    ],
  }
  return {
    id: 'caa-licence',
    name: 'Civil aviation: personnel licences',
    protocol: 'SOAP 1.2',
    path: '/services/PersonnelLicence',
    latency: [600, 1_500],
    environment: { CAA_LICENCE_USER: ACCOUNT.user, CAA_LICENCE_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, { by: 'server', reason: 'خطاي سامانه گواهينامه‌ها' }),
    drift: (text) => text.replaceAll(/(<\/?)ExpiryDate\b/gu, '$1ValidUntil'),
  }
}

function answer(nationalId: string, { population }: World): string {
  if (!isNationalId(nationalId)) return writeReply('<NoLicence reason="BAD_NUMBER"/>')
  const persona = population.byNationalId(nationalId)
  const aviator = professions.aviators.find((each) => each.nationalId === nationalId)
  if (persona !== undefined && aviator !== undefined) {
    return writeReply(`<Licence>${writeLicence(aviator, persona)}</Licence>`)
  }
  const isArchived = persona !== undefined && persona.deceasedOn !== null
  return writeReply(`<NoLicence reason="${isArchived ? 'ARCHIVE' : 'UNKNOWN'}"/>`)
}

function writeReply(content: string): string {
  return `<PersonnelLicenceReply xmlns="${NAMESPACE}">${content}</PersonnelLicenceReply>`
}

function writeLicence(aviator: Aviator, { nameEn }: Persona): string {
  const { medical, ratings } = aviator
  return [
    tag('Number', aviator.number),
    tag('Kind', arabicLetters(aviator.kind)),
    tag('HolderNameEn', ` ${nameEn.toUpperCase().replace(' ', '  ')}`),
    tag('IssueDate', aviator.issuedOn),
    tag('ExpiryDate', aviator.expiresOn),
    tag('Ratings', ratings.join(' ')),
    medical === null ? '' : `<Medical class="${medical.class}" expires="${medical.expires}"/>`,
    tag('EnglishLevel', aviator.englishLevel ?? undefined),
    tag('State', arabicLetters(aviator.state)),
  ].join('')
}
