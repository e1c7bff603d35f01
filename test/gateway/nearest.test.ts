import { expect, test } from 'vitest'

import { nearest } from '../../gateway/nearest.ts'

test.each([
  ['PANJAREH_PROT', 'PANJAREH_PORT'],
  ['PANJAREH_PORTS', 'PANJAREH_PORT'],
  ['X', undefined],
])('for %s means %s', (written, meant) => {
  expect(nearest(written, ['PANJAREH_HOST', 'PANJAREH_PORT'])).toBe(meant)
})
