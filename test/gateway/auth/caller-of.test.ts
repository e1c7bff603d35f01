import type { JWTPayload } from 'jose'
import { expect, test } from 'vitest'

import { callerOf } from '../../../gateway/auth/caller-of.ts'

const roles = (...names: string[]) => ({ realm_access: { roles: names } })

test.each<[string, JWTPayload, string]>([
  ['citizen and national id', { ...roles('citizen'), national_id: '1' }, 'citizen'],
  ['staff', roles('staff'), 'staff'],
  ['agency', roles('agency', 'inquiry:deed'), 'agency'],
  ['a service account of Keycloak', { preferred_username: 'service-account-bank' }, 'agency'],
  ['a client as its own subject', { sub: 'bank', client_id: 'bank' }, 'agency'],
])('%s makes the caller %s', (_, claims, kind) => {
  expect(callerOf(claims, undefined).kind).toBe(kind)
})

test.each<[string, JWTPayload]>([
  ['citizen without a national id', { sub: 'u', azp: 'portal', ...roles('citizen') }],
  ['roles that are no list', { realm_access: { roles: 'staff' } }],
  ['nothing', {}],
])('refuses %s', (_, claims) => {
  expect(() => callerOf(claims, undefined)).toThrow(
    expect.objectContaining({ code: 'UNAUTHENTICATED' }),
  )
})

test('takes client roles of the own audience only', () => {
  const claims = {
    ...roles('agency'),
    resource_access: { gateway: { roles: ['inquiry:deed'] }, other: { roles: ['staff'] } },
  }
  expect(callerOf(claims, 'gateway').roles).toEqual(new Set(['agency', 'inquiry:deed']))
  expect(callerOf(claims, undefined).roles).toEqual(new Set(['agency']))
})

test('knows when the token ends', () => {
  expect(callerOf({ ...roles('staff'), exp: 10 }, undefined).expiresAtMs).toBe(10_000)
})
