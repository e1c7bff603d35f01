// The land and housing organisation's Form J: has a person had state housing aid before? In: a national id. Out: a form,
// green or red. Quirks: Q16 a tracking number below 1000 is an error, Q18 closed at night, Q22 three ways to say yes in
// one record, Q27 account in the body.

import housing from '../housing.json' with { type: 'json' }
import { arabicLetters } from '../legacy-text.ts'
import { isNationalId, type Persona } from '../personas.ts'
import { htmlPage, type Simulator, type World } from '../simulator.ts'
import { required, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://ws.formj.nlho.ir/'
const ACCOUNT = { user: 'panjareh', password: 'Zam1n<&>Maskan' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'S' }

/** What stands in the place of a tracking number (Q16). */
const UNKNOWN_PERSON = 101
const WRONG_NUMBER = 102
const WRONG_ACCOUNT = 201
const ARCHIVE_CLOSED = 301
const FIRST_TRACKING = 140_500_000_000

export function createNlhoFormj(world: World): Simulator {
  const service: SoapService = {
    ...MANNER,
    operations: [
      {
        action: '',
        element: 'estelamFormJ',
        namespace: NAMESPACE,
        content: {
          namespace: '',
          fields: [
            required('username', TEXT),
            required('password', TEXT),
            required('codeMelli', TEXT),
          ],
        },
        answer: (input) => answer(input, world),
      },
    ],
  }
  return {
    id: 'nlho-formj',
    name: 'Land and housing: Form J',
    protocol: 'SOAP 1.1',
    path: '/FormJ/FormJService',
    maintenance: {
      from: '01:00',
      to: '05:00',
      zone: 'Asia/Tehran',
      page: htmlPage(
        'سازمان ملی زمین و مسکن',
        'سامانه فرم ج در دسترس نیست؛ ساعت کاری ۵ تا ۱ بامداد',
      ),
    },
    environment: { NLHO_FORMJ_USER: ACCOUNT.user, NLHO_FORMJ_PASSWORD: ACCOUNT.password },
    answer: (request) => answerSoap(service, request),
    failure: () => writeFault(MANNER, { by: 'server', reason: 'java.lang.NullPointerException' }),
    drift: (text) => text.replaceAll(/(<\/?)rang\b/gu, '$1rangForm'),
  }
}

function answer(input: XmlElement, { population }: World): string {
  const { user, password } = ACCOUNT
  if (childText(input, 'username') !== user || childText(input, 'password') !== password) {
    return writeReply(tag('shomarePeygiri', WRONG_ACCOUNT))
  }
  const nationalId = childText(input, 'codeMelli')
  if (!isNationalId(nationalId)) return writeReply(tag('shomarePeygiri', WRONG_NUMBER))
  const persona = population.byNationalId(nationalId)
  if (persona === undefined) return writeReply(tag('shomarePeygiri', UNKNOWN_PERSON))
  return persona.deceasedOn === null || aidsOf(nationalId).length > 0
    ? writeForm(persona)
    : writeReply(tag('shomarePeygiri', ARCHIVE_CLOSED))
}

function aidsOf(nationalId: string) {
  return housing.aids.filter((aid) => aid.nationalId === nationalId)
}

function writeForm({ nationalId, key, gender }: Persona): string {
  const aids = aidsOf(nationalId)
  const married = key.endsWith('-couple')
  return writeReply(
    tag('shomarePeygiri', FIRST_TRACKING + Number(nationalId.slice(1, 9))),
    tag('rang', aids.length === 0 ? 'سبز' : 'قرمز'),
    tag('motahel', married ? 'Y' : 'N'),
    tag('sarparast', arabicLetters(married && gender === 'male' ? 'بلی' : 'خیر')),
    tag('sabegheMelk', aids.some(({ kind }) => kind === 'زمین') ? 1 : 0),
    ...aids.map(({ kind, year, city, amountRial }) =>
      tree(
        'emkanat',
        tag('noe', arabicLetters(kind)),
        tag('sal', year),
        tag('shahr', arabicLetters(city)),
        tag('mablagh', amountRial),
      ),
    ),
  )
}

function writeReply(...children: readonly string[]): string {
  return `<ns2:estelamFormJResponse xmlns:ns2="${NAMESPACE}">${tree('return', ...children)}</ns2:estelamFormJResponse>`
}
