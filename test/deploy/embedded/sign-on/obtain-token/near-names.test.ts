import { expect, it } from 'vitest'

import { nearNames } from '../../../../../deploy/embedded/sign-on/obtain-token/near-names.ts'

const NAMES = ['kaveh', 'sara', 'mina-joint', 'omid-joint', 'ali-arabic', 'alireza-zwnj']

it.each([
  ['kave', ['kaveh']],
  ['KAVEH', ['kaveh']],
  ['mina', ['mina-joint']],
  ['joint', ['mina-joint', 'omid-joint']],
  ['alireza', ['alireza-zwnj']],
  ['qqqqqq', []],
])('%s is near %j', (asked, near) => {
  expect(nearNames(asked, NAMES)).toEqual(near)
})
