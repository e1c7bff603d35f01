// What the registers that speak XML over REST say reaches the graph right, value by value.

import { expect } from 'vitest'

import { askRows, type Row } from './ask-rows.ts'

const KAVEH = { nationalId: '0004120371' }

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

const LOADS: readonly Row[] = [
  [
    'Q1 Q7 Q8: permits of a vehicle, newest first, whatever the digits',
    {
      system: 'rmto-oversize',
      type: 'Vehicle',
      key: { plate: '12ع345-11' },
      fields: `oversizePermits { number status vehicle { plate } carrier { legalNationalId } driver { nationalId }
        issuedOn validFrom validUntil load lengthMetres widthMetres heightMetres grossTonnes axles route }`,
    },
    {
      oversizePermits: [
        {
          number: '14050812',
          status: 'VALID',
          vehicle: { plate: '12ع345-11' },
          carrier: { legalNationalId: '00010345766' },
          driver: KAVEH,
          issuedOn: '2026-11-21',
          validFrom: '2026-11-22',
          validUntil: '2026-12-01',
          load: 'ترانسفورماتور ۴۰۰ کیلوولت',
          lengthMetres: '18.50',
          widthMetres: '2.60',
          heightMetres: '4.5',
          grossTonnes: '48.5',
          axles: 6,
          route: ['تهران', 'قم', 'کاشان', 'یزد'],
        },
        {
          number: '14040077',
          status: 'EXPIRED',
          vehicle: { plate: '12ع345-11' },
          carrier: { legalNationalId: '00010345766' },
          driver: KAVEH,
          issuedOn: '2025-04-25',
          validFrom: '2025-04-27',
          validUntil: '2025-04-29',
          load: 'پره توربین بادی',
          lengthMetres: '29.05',
          widthMetres: '3.10',
          heightMetres: '4.20',
          grossTonnes: '41',
          axles: 5,
          route: ['بندرعباس'],
        },
      ],
    },
  ],
  [
    'a vehicle without a permit has an empty list',
    {
      system: 'rmto-oversize',
      type: 'Vehicle',
      key: { plate: '68ب417-10' },
      fields: 'oversizePermits { number }',
    },
    { oversizePermits: [] },
  ],
  [
    'a permit by its number, and none',
    {
      system: 'rmto-oversize',
      type: 'Query',
      fields: `found: oversizePermit(number: "14050640") { status grossTonnes }
        none: oversizePermit(number: "14050001") { status }`,
    },
    {
      found: { status: 'CANCELLED', grossTonnes: '62.25' },
      none: null,
    },
  ],
]

const RAIL: readonly Row[] = [
  [
    'Q2 Q12 Q28: a project and its right of way in degrees',
    {
      system: 'cdtic-rail',
      type: 'RailProject',
      key: { projectId: 'RC-0930' },
      fields: `name nameEn from to lengthKm progressPercent startedOn dueOn status contractors { legalNationalId }
        provinces { code } rightOfWay { chainageKm widthMetres latitude longitude boundary }`,
    },
    {
      name: 'راه‌آهن رشت – آستارا',
      nameEn: 'Rasht–Astara railway',
      from: 'رشت',
      to: 'آستارا',
      lengthKm: '162',
      progressPercent: '9',
      startedOn: '2023-05-17',
      dueOn: '2029-12-20',
      status: 'ACQUIRING_LAND',
      contractors: [{ legalNationalId: '99055123408' }, { legalNationalId: '99014022176' }],
      provinces: [{ code: '01' }],
      rightOfWay: [
        {
          chainageKm: '3.2',
          widthMetres: 34,
          latitude: 37.3065,
          longitude: 49.565,
          boundary: {
            type: 'Polygon',
            coordinates: [
              [
                [49.56, 37.31],
                [49.57, 37.31],
                [49.57, 37.303],
                [49.56, 37.303],
                [49.56, 37.31],
              ].map(([longitude = 0, latitude = 0]) => [
                expect.closeTo(longitude, 6),
                expect.closeTo(latitude, 6),
              ]),
            ],
          },
        },
      ],
    },
  ],
  [
    'no date of completion and no parcel',
    {
      system: 'cdtic-rail',
      type: 'RailProject',
      key: { projectId: 'RC-0715' },
      fields: 'dueOn rightOfWay { chainageKm } provinces { code }',
    },
    { dueOn: null, rightOfWay: [], provinces: [{ code: '07' }, { code: '18' }] },
  ],
  [
    'Q11: projects of a province whose code has a zero',
    {
      system: 'cdtic-rail',
      type: 'Province',
      key: { code: '01' },
      fields: 'railProjects { projectId status }',
    },
    { railProjects: [{ projectId: 'RC-0930', status: 'ACQUIRING_LAND' }] },
  ],
]

askRows(['ssaa-legal', 'rmto-oversize', 'cdtic-rail'], [...LEGAL, ...LOADS, ...RAIL])
