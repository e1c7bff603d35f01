// The road organisation's electronic waybills, an .asmx that answers SOAP 1.1 and 1.2 at one address. In: a plate or a
// number, or a driver. Out: waybills, or how many a driver has had. Quirks: Q4 two-digit years in two forms, Q7 Arabic ي ك, Q13 amounts with two kinds of separators,
// Q17 slow (here 300–900 ms, more by switch), Q27 account in the body.

import { withCommas, withPersianSeparators } from '../legacy-amount.ts'
import { arabicLetters, shortDate, spelledPlate, unpaddedDate } from '../legacy-text.ts'
import roads from '../roads.json' with { type: 'json' }
import type { Simulator, World } from '../simulator.ts'
import { optional, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, writeFault } from '../soap/soap-fault.ts'
import { answerEither, type SoapOperation } from '../soap/soap-server.ts'
import { childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://tempuri.org/'
const ACCOUNT = { user: 'panjareh', password: 'B4rnameh!' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soap' }

type Waybill = (typeof roads.waybills)[number]

const CANCELLED = 4

const FOUND = { code: 0, text: 'عملیات با موفقیت انجام شد' }
const NOT_FOUND = { code: 1, text: 'بارنامه‌ای یافت نشد' }
const WRONG_ACCOUNT = { code: 2, text: 'نام کاربری یا کلمه عبور نادرست است' }
const WRONG_NUMBER = { code: 3, text: 'شماره بارنامه هشت رقم است' }

export function createRmtoWaybill(world: World): Simulator {
  const operations = [
    operation('GetWaybillsByPlate', 'Pelak', (plate) => {
      const found = roads.waybills.filter((each) => each.plate === plate)
      const list = tree('Barnamehha', ...found.map((each) => writeWaybill(each, world)))
      return writeResult(FOUND, list)
    }),
    operation('GetWaybillByNumber', 'Shomare', (number) => {
      if (!/^\d{8}$/u.test(number)) return writeResult(WRONG_NUMBER)
      const found = roads.waybills.find((each) => each.number === number)
      return found === undefined
        ? writeResult(NOT_FOUND)
        : writeResult(FOUND, writeWaybill(found, world))
    }),
    operation('GetDriverRecord', 'CodeMelliRanandeh', (driver) => {
      const found = roads.waybills.filter(
        (each) => each.driver === driver && each.state !== CANCELLED,
      )
      return found.length === 0 ? writeResult(NOT_FOUND) : writeResult(FOUND, writeRecord(found))
    }),
  ]
  return {
    id: 'rmto-waybill',
    name: 'Road organisation: electronic waybills',
    protocol: 'SOAP 1.1',
    path: '/Barnameh.asmx',
    latency: [300, 900],
    environment: { RMTO_WAYBILL_USER: ACCOUNT.user, RMTO_WAYBILL_PASSWORD: ACCOUNT.password },
    answer: (request) =>
      answerEither(
        [
          { ...MANNER, operations },
          { ...MANNER, version: '1.2', operations },
        ],
        request,
      ),
    failure: () =>
      writeFault(MANNER, {
        by: 'server',
        reason: 'Server was unable to process request. ---> Timeout expired.',
      }),
    drift: (text) => text.replaceAll(/(<\/?)Kerayeh\b/gu, '$1KerayeKol'),
  }
}

function operation(name: string, asks: string, find: (key: string) => string): SoapOperation {
  const reply = (result: string) =>
    `<${name}Response xmlns="${NAMESPACE}">${tree(`${name}Result`, result)}</${name}Response>`
  return {
    action: NAMESPACE + name,
    element: name,
    namespace: NAMESPACE,
    content: {
      namespace: NAMESPACE,
      fields: ['UserName', 'Password', asks].map((field) => optional(field, TEXT)),
    },
    answer: (input) =>
      reply(isKnown(input) ? find(childText(input, asks)) : writeResult(WRONG_ACCOUNT)),
  }
}

function isKnown(input: XmlElement): boolean {
  const { user, password } = ACCOUNT
  return childText(input, 'UserName') === user && childText(input, 'Password') === password
}

function writeResult({ code, text }: typeof FOUND, content = ''): string {
  return tag('Code', code) + tag('Message', arabicLetters(text)) + content
}

/** Waybills of the 1300s were typed without strokes, later ones unpadded with them. */
function writeDate(date: string): string {
  return date.startsWith('13') ? shortDate(date).replaceAll('/', '') : shortDate(unpaddedDate(date))
}

function writeRecord(waybills: readonly Waybill[]): string {
  const dates = waybills.map(({ issuedOn }) => issuedOn).toSorted()
  return tree(
    'Karkard',
    tag('Tedad', waybills.length),
    tag('AkharinTarikh', writeDate(dates.at(-1) ?? '')),
  )
}

function writeWaybill(waybill: Waybill, { companies }: World): string {
  const carrier = companies.byKey(waybill.carrier)
  return tree(
    'Barnameh',
    tag('Shomare', waybill.number),
    tag('Seri', waybill.serial),
    tag('TarikhSodur', writeDate(waybill.issuedOn)),
    tag('Pelak', spelledPlate(waybill.plate)),
    tag('CodeMelliRanandeh', waybill.driver),
    tag('Mabda', arabicLetters(waybill.origin)),
    tag('Maghsad', arabicLetters(waybill.destination)),
    tag('Kala', arabicLetters(waybill.cargo)),
    tag('VaznKg', waybill.weightKilograms),
    tag('Kerayeh', withPersianSeparators(waybill.fareRial)),
    tag('Komision', withCommas(waybill.commissionRial)),
    tag('ShenaseSherkat', carrier?.legalNationalId),
    tag('NamSherkat', arabicLetters(carrier?.name ?? '')),
    tag('Vaziat', waybill.state),
  )
}
