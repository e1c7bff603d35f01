// Files of units in new towns, an .asmx that answers .NET DataSets. In: a national id or a unit's number. Out: an inline
// schema and a diffgram. Quirks: Q2 unpadded dates, Q7 Arabic ي ك, Q12 one row looks like a record and none leaves the table
// out, Q13 two kinds of separators, Q27 account in the body.

import housing from '../housing.json' with { type: 'json' }
import { withCommas, withPersianSeparators } from '../legacy-amount.ts'
import { arabicLetters, unpaddedDate } from '../legacy-text.ts'
import { isNationalId } from '../personas.ts'
import type { Simulator } from '../simulator.ts'
import { type Row, type Table, writeDataSet } from '../soap/data-set.ts'
import { optional, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, writeFault } from '../soap/soap-fault.ts'
import { answerEither, type SoapOperation } from '../soap/soap-server.ts'
import { childText } from '../soap/soap-xml.ts'

const NAMESPACE = 'http://tempuri.org/'
const ACCOUNT = { user: 'panjareh', password: 'Shahr-Jad1d' }
const MANNER: EnvelopeManner = { version: '1.1', prefix: 'soap' }

const COLUMNS = {
  Vahed: {
    ShomareVahed: 'string',
    Shahr: 'string',
    Proje: 'string',
    Tabaghe: 'int',
    Metraj: 'decimal',
    GheymatKol: 'string',
    TarikhGharardad: 'string',
    TarikhTahvil: 'string',
    SahmDang: 'decimal',
    Vaziat: 'int',
  },
  Pardakht: {
    ShomareVahed: 'string',
    Radif: 'int',
    Tarikh: 'string',
    Mablagh: 'string',
    Babat: 'string',
  },
  Khata: { Code: 'int', Sharh: 'string' },
} as const

const WRONG_ACCOUNT = refusal(2, 'نام کاربری یا رمز عبور نادرست است')
const WRONG_NUMBER = refusal(3, 'کد ملی نادرست است')

export function createNtdcUnit(): Simulator {
  const operations = [
    operation('GetUnitFile', 'CodeMelli', (nationalId) =>
      isNationalId(nationalId) ? [table('Vahed', unitsOf(nationalId))] : [WRONG_NUMBER],
    ),
    operation('GetPayments', 'ShomareVahed', (unit) => [table('Pardakht', paymentsOf(unit))]),
  ]
  return {
    id: 'ntdc-unit',
    name: 'New towns: units and payments',
    protocol: 'SOAP 1.1',
    path: '/UnitService.asmx',
    environment: { NTDC_UNIT_USER: ACCOUNT.user, NTDC_UNIT_PASSWORD: ACCOUNT.password },
    answer: (request) =>
      answerEither(
        [
          { ...MANNER, operations },
          { ...MANNER, version: '1.2', operations },
        ],
        request,
      ),
    failure: () =>
      writeFault(MANNER, { by: 'server', reason: 'System.Data.SqlClient.SqlException' }),
    drift: (text) => text.replaceAll(/(<\/?|name=")(Metraj|Mablagh)\b/gu, '$1$2_New'),
  }
}

function operation(name: string, asks: string, find: (key: string) => Table[]): SoapOperation {
  return {
    action: NAMESPACE + name,
    element: name,
    namespace: NAMESPACE,
    content: {
      namespace: NAMESPACE,
      fields: ['UserName', 'Password', asks].map((field) => optional(field, TEXT)),
    },
    answer: (input) => {
      const { user, password } = ACCOUNT
      const isKnown =
        childText(input, 'UserName') === user && childText(input, 'Password') === password
      const tables = isKnown ? find(childText(input, asks)) : [WRONG_ACCOUNT]
      const result = `<${name}Result>${writeDataSet('UnitDataSet', tables)}</${name}Result>`
      return `<${name}Response xmlns="${NAMESPACE}">${result}</${name}Response>`
    },
  }
}

function table(name: keyof typeof COLUMNS, rows: readonly Row[]): Table {
  return { name, columns: COLUMNS[name], rows }
}

function refusal(code: number, text: string): Table {
  return table('Khata', [{ Code: code, Sharh: arabicLetters(text) }])
}

function unitsOf(nationalId: string): Row[] {
  return housing.units.flatMap((unit) =>
    unit.owners
      .filter((owner) => owner.nationalId === nationalId)
      .map(({ shareDang }) => ({
        ShomareVahed: unit.number,
        Shahr: arabicLetters(unit.town),
        Proje: arabicLetters(unit.project),
        Tabaghe: unit.floor,
        Metraj: unit.area,
        GheymatKol: withCommas(unit.priceRial),
        TarikhGharardad: unpaddedDate(unit.contractedOn),
        TarikhTahvil: unit.handedOverOn === null ? null : unpaddedDate(unit.handedOverOn),
        SahmDang: shareDang,
        Vaziat: unit.state,
      })),
  )
}

function paymentsOf(unit: string): Row[] {
  return housing.payments
    .filter((payment) => payment.unit === unit)
    .map(({ number, paidOn, amountRial, purpose }) => ({
      ShomareVahed: unit,
      Radif: number,
      Tarikh: unpaddedDate(paidOn),
      Mablagh: withPersianSeparators(amountRial),
      Babat: arabicLetters(purpose),
    }))
}
