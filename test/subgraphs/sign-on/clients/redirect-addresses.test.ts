import { expect, test } from 'vitest'

import { redirectAddressesOf } from '../../../../subgraphs/sign-on/clients/redirect-addresses.ts'

test.each([
  'https://desk.example/callback',
  'https://desk.example:8443/a?b=c',
  'http://127.0.0.1:4003/callback',
  'http://[::1]:4003/callback',
])('takes %s', (address) => {
  expect(redirectAddressesOf([address])).toEqual([address])
})

test.each([
  ['http://desk.example/callback', 'https://'],
  ['http://localhost/callback', 'https://'],
  ['http://127.0.0.1.evil.example/', 'https://'],
  ['https://desk.example/*', 'wildcard'],
  ['https://*.example/callback', 'absolute|wildcard'],
  ['*', 'absolute'],
  ['+', 'absolute'],
  ['/callback', 'absolute'],
  ['javascript:alert(1)', 'https://'],
  ['data:text/html,x', 'https://'],
  ['app.example:/callback', 'https://'],
  ['https://desk.example/callback#x', 'fragment'],
  ['https://desk.example/callback#', 'fragment'],
  ['https://user@desk.example/callback', 'user'],
  ['https://desk.example\\@evil.example/', 'wildcard'],
  ['https://desk.example/a/../b', 'plain form'],
  ['https://DESK.example/b', 'plain form'],
  ['https://desk.example:443/b', 'plain form'],
  ['https://desk.example', 'plain form'],
  [' https://desk.example/b', 'wildcard'],
  ['https://desk.example/\u200Fb', 'plain form'],
  [`https://desk.example/${'x'.repeat(500)}`, 'absolute'],
  [7, 'absolute'],
])('refuses %j', (address, says) => {
  expect(() => redirectAddressesOf([address])).toThrow(
    expect.objectContaining({
      code: 'INPUT_REJECTED',
      fields: ['redirectUris'],
      message: expect.stringMatching(says),
    }),
  )
})

test('refuses more than ten', () => {
  expect(() => redirectAddressesOf(Array(11).fill('https://desk.example/a'))).toThrow('10 at most')
})
