import { expect, test } from 'vitest'

import { maskAddress } from '../../../../subgraphs/sign-on/sessions/read-sessions.ts'

test.each([
  ['185.88.152.7', '185.88.*.*'],
  ['::ffff:185.88.152.7', '185.88.*.*'],
  ['2a01:5ec0:1:2:3:4:5:6', '2a01:5ec0:…'],
  ['::1', ':…'],
  ['unknown', '…'],
  ['', '…'],
])('shows %s as %s', (address, shown) => {
  expect(maskAddress(address)).toBe(shown)
})
