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

test('knows the session, how surely and when the person signed in', () => {
  const claims = { ...roles('staff'), sid: 's1', acr: 'substantial', auth_time: 10 }
  expect(callerOf(claims, undefined)).toMatchObject({
    sessionId: 's1',
    acr: 'substantial',
    authTimeMs: 10_000,
  })
  const bare = callerOf({ ...roles('staff'), sid: 5, acr: '', auth_time: '10' }, undefined)
  expect(Object.keys(bare)).not.toEqual(expect.arrayContaining(['sessionId']))
  expect([bare.sessionId, bare.acr, bare.authTimeMs]).toEqual([undefined, undefined, undefined])
})

test.each<[string, object, object]>([
  [
    'a clerk',
    { sub: 'u9', client_id: 'portal' },
    { subject: 'u9', clientId: 'portal', kind: 'staff' },
  ],
  ['one of the same client', { sub: 'u9' }, { subject: 'u9', clientId: 'cli', kind: 'staff' }],
  ['a machine', { client_id: 'bank' }, { subject: 'bank', clientId: 'bank', kind: 'agency' }],
  [
    'the last of several',
    { sub: 'u9', act: { sub: 'u8', act: { sub: 'u7' } } },
    { subject: 'u9', clientId: 'cli', kind: 'staff' },
  ],
])('knows who acts: %s (RFC 8693 §4.1)', (_, act, actor) => {
  const claims = { ...roles('citizen'), national_id: '1', sub: 'u1', azp: 'cli', act }
  expect(callerOf(claims, undefined)).toMatchObject({ subject: 'u1', actor })
})

test.each([{}, 'u9', null, ['u9'], { sub: '' }, { act: { sub: 'u9' } }])(
  'refuses an act that names nobody: %j',
  (act) => {
    const claims = { ...roles('citizen'), national_id: '1', act }
    expect(() => callerOf(claims, undefined)).toThrow('does not say who acts')
  },
)
