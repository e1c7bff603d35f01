// What the registers that speak XML over REST say reaches the graph right, value by value.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { type EstateGraph, openEstateGraph, type Question } from './estate-graph.ts'

const SYSTEMS = ['ssaa-legal']

let graph: EstateGraph

beforeAll(async () => {
  graph = await openEstateGraph({ only: SYSTEMS })
})

afterAll(() => graph.close())

const KAVEH = { nationalId: '0004120371' }

type Row = readonly [what: string, question: Question, value: unknown]

const LEGAL: readonly Row[] = [
  [
    'Q1 Q11: a company and its board, with the ids whole again',
    {
      system: 'ssaa-legal',
      type: 'LegalPerson',
      key: { legalNationalId: '00010345766' },
      fields: `legalNationalId name nameEn kind registrationNumber registeredOn status capital
        address { postCode } board { person { nationalId } position since until }`,
    },
    {
      legalNationalId: '00010345766',
      name: 'شرکت حمل‌ونقل یکتابار',
      nameEn: 'Yektabar Transport Co.',
      kind: 'PRIVATE_JOINT_STOCK',
      registrationNumber: '41276',
      registeredOn: '2010-05-26',
      status: 'ACTIVE',
      capital: '25000000000',
      address: { postCode: '1593601055' },
      board: [
        {
          person: { nationalId: '9904223408' },
          position: 'مدیرعامل',
          since: '2022-06-22',
          until: null,
        },
        {
          person: KAVEH,
          position: 'عضو هیئت‌مدیره',
          since: '2024-05-04',
          until: null,
        },
        {
          person: { nationalId: '9914122876' },
          position: 'رئیس هیئت‌مدیره',
          since: '2021-02-08',
          until: null,
        },
        {
          person: { nationalId: '9904446806' },
          position: 'عضو هیئت‌مدیره',
          since: '2017-08-23',
          until: '2026-02-21',
        },
      ],
    },
  ],
  [
    'Q12: a board of one is a list of one',
    {
      system: 'ssaa-legal',
      type: 'LegalPerson',
      key: { legalNationalId: '00044001239' },
      fields: 'board { fullName }',
    },
    { board: [{ fullName: 'کیان خانه‌جو' }] },
  ],
  [
    'a person’s companies lead to the companies',
    {
      system: 'ssaa-legal',
      type: 'Person',
      key: KAVEH,
      fields:
        'companies { legalNationalId company { name status } companyName position since until }',
    },
    {
      companies: [
        {
          legalNationalId: '00010345766',
          company: { name: 'شرکت حمل‌ونقل یکتابار', status: 'ACTIVE' },
          companyName: 'شرکت حمل‌ونقل یکتابار',
          position: 'عضو هیئت‌مدیره',
          since: '2024-05-04',
          until: null,
        },
      ],
    },
  ],
  [
    'Q12: no company is an empty list',
    {
      system: 'ssaa-legal',
      type: 'Person',
      key: { nationalId: '9994435639' },
      fields: 'companies { position }',
    },
    { companies: [] },
  ],
  [
    'a legal person that nobody knows is nulls',
    {
      system: 'ssaa-legal',
      type: 'LegalPerson',
      key: { legalNationalId: '10380284790' },
      fields: 'name board { fullName }',
    },
    { name: null, board: null },
  ],
]

test.each([...LEGAL])('%s', async (_what, question, value) => {
  expect(await graph.read(question)).toEqual(value)
})
