// The special people of the estate reach the graph right, value by value, over every protocol.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph } from './estate-graph.ts'

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph()
})

afterAll(() => graph.close())

const FIELDS = {
  'nocr-person':
    'firstName lastName fatherName birthDate birthDateJalali birthDateApproximate deathStatus deathDate identityNumber residence { postCode }',
  'ssaa-deed':
    'deeds { number plot { plotId } registryPlate section kind shareDang areaSquareMetres issuedOn status address { postCode } coOwners { fullName shareDang } }',
  'rmto-smartcard':
    'driverCard { cardNumber kind grade issuedOn expiresOn healthCardExpiresOn active }',
  'rahvar-licence': 'drivingLicence { number class issuedOn expiresOn negativePoints suspended }',
  'tamin-history': 'insurance { insuranceNumber totalDays totalMonths }',
  'vazife-status': 'conscription { status statusText cardNumber issuedOn reason }',
} as const

type System = keyof typeof FIELDS

const EXPECTED: readonly (readonly [what: string, id: string, system: System, value: unknown])[] = [
  [
    'an id of six leading zeros',
    '0000001015',
    'nocr-person',
    {
      firstName: 'زهرا',
      lastName: 'صفرپور',
      fatherName: 'نعمت',
      birthDate: '1985-04-20',
      birthDateJalali: '1364/01/31',
      birthDateApproximate: false,
      deathStatus: 'ALIVE',
      deathDate: null,
      identityNumber: '618',
      residence: { postCode: '5166601058' },
    },
  ],
  [
    'an id of six leading zeros, insured',
    '0000001015',
    'tamin-history',
    { insurance: { insuranceNumber: '0000000101', totalDays: 5691, totalMonths: 187 } },
  ],
  [
    'a third of a plot, and a dead partner',
    '0000001015',
    'ssaa-deed',
    {
      deeds: [
        {
          number: '139900087109',
          plot: { plotId: '910031000008' },
          registryPlate: '310/8',
          section: 'بخش ۱ رشت',
          kind: 'زمین کشاورزی',
          shareDang: '2',
          areaSquareMetres: '15300',
          issuedOn: '1991-09-10',
          status: 'IN_FORCE',
          address: { postCode: '9177601113' },
          coOwners: [
            { fullName: 'قاسم کشاورزی', shareDang: '2' },
            { fullName: 'رضا نیک‌نام', shareDang: '2' },
          ],
        },
      ],
    },
  ],
  ['a woman, not subject to service', '0000001015', 'vazife-status', { conscription: null }],
  [
    'a service card of an id with leading zeros',
    '0004120371',
    'vazife-status',
    {
      conscription: {
        status: 'COMPLETED',
        statusText: 'پایان خدمت',
        cardNumber: '60000000',
        issuedOn: '2008-02-09',
        reason: null,
      },
    },
  ],
  [
    'a date of birth without a day',
    '9944044687',
    'nocr-person',
    {
      firstName: 'غلام‌حسین',
      lastName: 'بلوچ‌زهی',
      fatherName: 'دادمحمد',
      birthDate: null,
      birthDateJalali: '1322/05',
      birthDateApproximate: true,
      deathStatus: 'ALIVE',
      deathDate: null,
      identityNumber: '248',
      residence: { postCode: '5166601047' },
    },
  ],
  [
    'a date of birth of a year alone',
    '9984312763',
    'nocr-person',
    {
      firstName: 'طاهر',
      lastName: 'دشت‌بان',
      fatherName: 'مراد',
      birthDate: null,
      birthDateJalali: '1335',
      birthDateApproximate: true,
      deathStatus: 'ALIVE',
      deathDate: null,
      identityNumber: '12',
      residence: { postCode: '7615601074' },
    },
  ],
  [
    'a deceased person',
    '9934033518',
    'nocr-person',
    {
      firstName: 'رضا',
      lastName: 'نیک‌نام',
      fatherName: 'اکبر',
      birthDate: '1950-01-22',
      birthDateJalali: '1328/11/02',
      birthDateApproximate: false,
      deathStatus: 'DECEASED',
      deathDate: '2022-10-15',
      identityNumber: '211',
      residence: { postCode: '9177601046' },
    },
  ],
  [
    'a card that outlived its holder',
    '9904446806',
    'rmto-smartcard',
    {
      driverCard: {
        cardNumber: '2712129',
        kind: 'FREIGHT',
        grade: 1,
        issuedOn: '2025-04-22',
        expiresOn: '2026-04-22',
        healthCardExpiresOn: '2027-09-22',
        active: true,
      },
    },
  ],
  [
    'سه دانگ of a plot, and the partner',
    '9954055851',
    'ssaa-deed',
    {
      deeds: [
        {
          number: '139900015838',
          plot: { plotId: '150184100032' },
          registryPlate: '1841/32',
          section: 'بخش ۵ مشهد',
          kind: 'زمین',
          shareDang: '3',
          areaSquareMetres: '412.00',
          issuedOn: '2009-09-23',
          status: 'IN_FORCE',
          address: { postCode: '1593601110' },
          coOwners: [{ fullName: 'امید شریکی', shareDang: '3' }],
        },
      ],
    },
  ],
  ['a person without a plot', '9994435639', 'ssaa-deed', { deeds: [] }],
  [
    'an expired card',
    '9974078199',
    'rmto-smartcard',
    {
      driverCard: {
        cardNumber: '2701866',
        kind: 'FREIGHT',
        grade: 1,
        issuedOn: '2022-06-22',
        expiresOn: '2023-06-22',
        healthCardExpiresOn: '2023-06-21',
        active: false,
      },
    },
  ],
  ['a person without a card', '9994435639', 'rmto-smartcard', { driverCard: null }],
  [
    'an expired licence, whose points are no longer kept',
    '9994100531',
    'rahvar-licence',
    {
      drivingLicence: {
        number: '9700080057',
        class: 'CLASS_1',
        issuedOn: '2010-07-27',
        expiresOn: '2020-07-26',
        negativePoints: null,
        suspended: false,
      },
    },
  ],
  ['a person without a licence', '9984089363', 'rahvar-licence', { drivingLicence: null }],
  ['a person never insured', '9994435639', 'tamin-history', { insurance: null }],
]

test.each(EXPECTED)('%s', async (_, nationalId, system, value) => {
  const question = { system, type: 'Person', key: { nationalId }, fields: FIELDS[system] } as const
  expect(await graph.read(question)).toEqual(value)
})

test.each([
  ['Arabic letters', '9904111707', ['علی', 'کیانی', 'یحیی']],
  ['tatweel and the glyph U+F076', '9924134044', ['اسماعیل', 'دریایی', 'جبار']],
  ['no-break blanks', '9934145219', ['حسین', 'تقوی', 'محمد کاظم']],
  ['ZWNJ, which stays', '9914122876', ['علی\u200cرضا', 'میرزایی\u200cنژاد', 'امیر\u200cحسین']],
])('names written with %s are read', async (_, nationalId, names) => {
  const fields = 'firstName lastName fatherName'
  const question = { system: 'nocr-person', type: 'Person', key: { nationalId }, fields } as const
  const [firstName, lastName, fatherName] = names
  expect(await graph.read(question)).toEqual({ firstName, lastName, fatherName })
})

test.each([
  ['9954390952', 50],
  ['9964402120', 100],
])('Q33: pages of fifty lose none of the months of %s', async (nationalId, months) => {
  const fields = 'insurance { totalMonths periods { month } }'
  const question = { system: 'tamin-history', type: 'Person', key: { nationalId }, fields } as const
  const answer = await graph.read(question)
  const periods: unknown[] = Array.from({ length: months }, () => ({ month: expect.anything() }))
  expect(answer).toEqual({ insurance: { totalMonths: months, periods } })
})

test('a truck is the same by card and by VIN, whichever way yes, plate and tonnes are written', async () => {
  const truck = '{ cardNumber vin plate model year capacityTonnes expiresOn active }'
  const fields = `byCard: fleetVehicleByCard(cardNumber: "3800000") ${truck} byVin: fleetVehicleByVin(vin: "NAAXXX00007000000") ${truck}`
  const expected = {
    cardNumber: '3800000',
    vin: 'NAAXXX00007000000',
    plate: '12ع345-11',
    model: 'کامیون بنز اکسور',
    year: 1394,
    capacityTonnes: '18.5',
    expiresOn: '2028-05-20',
    active: true,
  }
  const answer = await graph.read({ system: 'rmto-smartcard', type: 'Query', fields })
  expect(answer).toEqual({ byCard: expected, byVin: expected })
})
