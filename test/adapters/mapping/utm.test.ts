import { describe, expect, test } from 'vitest'

import { toDegrees, toUtm, zoneOf } from '../../../adapters/mapping/utm.ts'

describe('UTM', () => {
  test('the CN Tower stands where its published coordinates say', () => {
    const degrees = {
      latitude: 43 + 38 / 60 + 33.24 / 3600,
      longitude: -(79 + 23 / 60 + 13.7 / 3600),
    }
    const { easting, northing, zone } = toUtm(degrees)
    expect(zone).toBe(17)
    expect(Math.round(easting)).toBe(630_084)
    // Published as 4 833 438; half a metre is the rounding of its seconds.
    expect(Math.abs(northing - 4_833_438)).toBeLessThan(1)
  })

  test('there and back is the same place within a millimetre, in every zone of Iran', () => {
    let worst = 0
    for (let latitude = 24; latitude <= 41; latitude += 0.73) {
      for (let longitude = 43; longitude <= 64; longitude += 0.61) {
        const back = toDegrees(toUtm({ latitude, longitude }))
        const metres = Math.hypot(back.latitude - latitude, back.longitude - longitude) * 111_320
        worst = Math.max(worst, metres)
      }
    }
    expect(worst).toBeLessThan(0.001)
  })

  test('zones are six degrees wide', () => {
    expect([44, 50, 56, 62, 47.999, 48].map(zoneOf)).toEqual([38, 39, 40, 41, 38, 39])
  })
})
