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

askRows(['udrc-fabric'], FABRICS)
