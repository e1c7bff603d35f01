import { expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import {
  ownSubjectOf,
  reaches,
  reachOf,
  roleFor,
  wholeReachOf,
} from '../../../subgraphs/sign-on/reach.ts'

const STAFF: Caller = { ...ANONYMOUS, kind: 'staff', subject: 's', clientId: 'console' }
const having = (...roles: string[]): Caller => ({ ...STAFF, roles: new Set(['staff', ...roles]) })
const ACTOR = { subject: 'clerk', clientId: 'portal', kind: 'staff' } as const
const MANDATE = { id: 'm', kind: 'COUNTER', expiresAtMs: 9e15 } as const

test('an administrator of the realm reaches every agency’s clients, and no client of none', () => {
  const reach = reachOf(having('sign-on-admin'))
  expect(reaches(reach, 'rmto')).toBe(true)
  expect(reaches(reach, undefined)).toBe(false)
})

test('an administrator of agencies reaches those only', () => {
  const reach = reachOf(having('agency-admin:rmto', 'agency-admin:pmo'))
  expect(['rmto', 'pmo', 'mrud', 'rmt', '', undefined].map((one) => reaches(reach, one))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  expect(roleFor(reach, 'pmo')).toBe('agency-admin:pmo')
  expect(roleFor(reach, 'mrud')).toBe('agency-admin:rmto')
})

test.each<[string, Caller, string]>([
  ['anonymous', ANONYMOUS, 'UNAUTHENTICATED'],
  ['staff without a role', having(), 'FORBIDDEN'],
  ['the bare role of agencies', having('agency-admin'), 'FORBIDDEN'],
  ['a citizen with the role', { ...having('sign-on-admin'), kind: 'citizen' }, 'FORBIDDEN'],
  ['a machine with the role', { ...having('sign-on-admin'), kind: 'agency' }, 'FORBIDDEN'],
  [
    'by mandate',
    { ...having('sign-on-admin'), actor: { ...ACTOR, mandate: MANDATE } },
    'FORBIDDEN',
  ],
])('refuses %s', (_who, caller, code) => {
  expect(() => reachOf(caller)).toThrow(expect.objectContaining({ code }))
})

test('one agency is not the whole realm', () => {
  expect(() => wholeReachOf(having('agency-admin:rmto'))).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  )
})

test.each<[string, Caller, string]>([
  ['nobody', ANONYMOUS, 'UNAUTHENTICATED'],
  ['a machine', { ...STAFF, kind: 'agency' }, 'FORBIDDEN'],
  ['a clerk acting for the citizen', { ...STAFF, kind: 'citizen', actor: ACTOR }, 'FORBIDDEN'],
])('%s has no account of their own here', (_who, caller, code) => {
  expect(() => ownSubjectOf(caller)).toThrow(expect.objectContaining({ code }))
})
