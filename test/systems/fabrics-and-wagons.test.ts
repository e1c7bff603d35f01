// What the services of urban regeneration and of the railways say reaches the graph right, value by value.

import { expect } from 'vitest'

import { askRows, type Row } from './ask-rows.ts'

function ring(...corners: readonly (readonly [number, number])[]): unknown {
  return corners.map(([longitude, latitude]) => [
    expect.closeTo(longitude, 6),
    expect.closeTo(latitude, 6),
  ])
}

const FABRICS: readonly Row[] = [
  [
    'Q28: an address within an area, asked and answered in metres',
    {
      system: 'udrc-fabric',
      type: 'Address',
      key: { postCode: '1593601044', latitude: '35.7219', longitude: '51.4056' },
      fields:
        'fabric { fabricId name kind city province { code } approvedOn areaHectares population boundary }',
    },
    {
      fabric: {
        fabricId: 'UF-23-0117',
        name: 'بافت فرسوده محله نمونه',
        kind: 'WORN_OUT',
        city: 'تهران',
        province: { code: '23' },
        approvedOn: '2006-05-06',
        areaHectares: '412.50',
        population: 61200,
        boundary: {
          type: 'Polygon',
          coordinates: [
            ring(
              [51.399, 35.715],
              [51.413, 35.715],
              [51.413, 35.731],
              [51.399, 35.731],
              [51.399, 35.715],
            ),
          ],
        },
      },
    },
  ],
  [
    'Q28: a ring in degrees, longitude first',
    {
      system: 'udrc-fabric',
      type: 'Plot',
      key: { plotId: '510007700005' },
      fields: 'fabric { fabricId kind boundary }',
    },
    {
      fabric: {
        fabricId: 'UF-03-0042',
        kind: 'HISTORIC',
        boundary: {
          type: 'Polygon',
          coordinates: [
            ring(
              [46.307, 38.08],
              [46.314, 38.08],
              [46.314, 38.086],
              [46.307, 38.086],
              [46.307, 38.08],
            ),
          ],
        },
      },
    },
  ],
  [
    'Q12: an address in the notch of an area is in none',
    {
      system: 'udrc-fabric',
      type: 'Address',
      key: { postCode: '7134601059', latitude: '29.6201', longitude: '52.5381' },
      fields: 'fabric { fabricId }',
    },
    { fabric: null },
  ],
  [
    'an address whose place nobody knows is asked of nobody',
    {
      system: 'udrc-fabric',
      type: 'Address',
      key: { postCode: '1111111111' },
      fields: 'fabric { fabricId }',
    },
    { fabric: null },
  ],
]

const WAGONS: readonly Row[] = [
  [
    'Q4 Q7 Q9: a wagon and its waybills',
    {
      system: 'rai-wagon',
      type: 'Wagon',
      key: { wagonNumber: '317100001013' },
      fields: `wagonNumber kind axles tareTonnes capacityTonnes owner { legalNationalId } builtIn overhaulDueOn station
        reportedOn reportedAt state train waybills { number origin destination cargo weightTonnes issuedOn loadedOn
        unloadedOn consignee { legalNationalId } }`,
    },
    {
      wagonNumber: '317100001013',
      kind: 'لبه‌بلند',
      axles: 4,
      tareTonnes: '21.5',
      capacityTonnes: '63.5',
      owner: { legalNationalId: '99032177042' },
      builtIn: 1384,
      overhaulDueOn: '2027-05-01',
      station: 'بافق',
      reportedOn: '2026-11-21',
      reportedAt: '14:20',
      state: 'LOADED',
      train: '1823',
      waybills: [
        {
          number: '140500018231',
          origin: 'بافق',
          destination: 'بندرعباس',
          cargo: 'سنگ آهن',
          weightTonnes: '62.8',
          issuedOn: '2026-11-19',
          loadedOn: '2026-11-20',
          unloadedOn: null,
          consignee: { legalNationalId: '00010345766' },
        },
        {
          number: '140400090012',
          origin: 'بندرعباس',
          destination: 'بافق',
          cargo: 'زغال‌سنگ کک‌شو',
          weightTonnes: '60',
          issuedOn: '2026-02-28',
          loadedOn: '2026-03-01',
          unloadedOn: '2026-03-05',
          consignee: { legalNationalId: '99002154389' },
        },
      ],
    },
  ],
  [
    'a wagon without a waybill has an empty list',
    {
      system: 'rai-wagon',
      type: 'Wagon',
      key: { wagonNumber: '317100002409' },
      fields: 'state waybills { number }',
    },
    { state: 'LOADED', waybills: [] },
  ],
  [
    'Q4 Q9: wagons at a station on a day, and a waybill by its number',
    {
      system: 'rai-wagon',
      type: 'Query',
      fields: `wagonsAtStation(station: "بندرعباس", day: "2026-11-22") { wagonNumber state time
          wagon { owner { legalNationalId } } }
        letters: wagonsAtStation(station: "تبریز", day: "2026-11-22") { time }
        railWaybill(number: "140500018300") { cargo destination unloadedOn }
        none: railWaybill(number: "100000000000") { cargo }`,
    },
    {
      wagonsAtStation: [
        {
          wagonNumber: '317100001021',
          state: 'EMPTY',
          time: '03:05',
          wagon: { owner: { legalNationalId: '99032177042' } },
        },
      ],
      letters: [{ time: '11:00' }],
      railWaybill: { cargo: 'ورق فولادی، کلاف', destination: 'تبریز', unloadedOn: '2026-11-22' },
      none: null,
    },
  ],
  [
    'Q11: zeros of a rail company’s id are restored',
    {
      system: 'rai-wagon',
      type: 'Wagon',
      key: { wagonNumber: '018400000313' },
      fields: 'wagonNumber owner { legalNationalId } station',
    },
    {
      wagonNumber: '018400000313',
      owner: { legalNationalId: '00022004181' },
      station: 'تبریز',
    },
  ],
]

askRows(['udrc-fabric', 'rai-wagon'], [...FABRICS, ...WAGONS])
