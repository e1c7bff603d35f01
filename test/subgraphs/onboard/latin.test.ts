import { expect, test } from 'vitest'

import { toLatin } from '../../../subgraphs/onboard/latin.ts'

test.each([
  ['کد_ملي', 'kod_melli'],
  ['نام خانوادگي', 'nam khanevadegi'],
  ['تاريخ‌تولد', 'tarikh tavalod'],
  ['جرم 2', 'jrm 2'],
  ['nationalCode', 'nationalCode'],
])('%s is written %s', (name, latin) => {
  expect(toLatin(name)).toBe(latin)
})
