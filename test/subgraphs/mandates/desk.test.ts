import { expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import { citizenOf, clerkOf } from '../../../subgraphs/mandates/desk.ts'

const CLERK: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 'clerk',
  nationalId: '9994435639',
  roles: new Set(['citizen', 'counter-clerk']),
  officeId: '72-1001',
}
const ACTOR = { subject: 'x', clientId: 'portal', kind: 'citizen' } as const

test('a clerk is a person at an office; a citizen is one in their own name', () => {
  const clerk = { subject: 'clerk', nationalId: '9994435639', office: '72-1001' }
  expect(clerkOf(CLERK)).toEqual(clerk)
  expect(clerkOf({ ...CLERK, kind: 'staff' })).toEqual(clerk)
  expect(citizenOf(CLERK)).toEqual({ subject: 'clerk', nationalId: '9994435639' })
})

test.each<[string, Partial<Caller>, string]>([
  ['nobody', { kind: 'anonymous' }, 'UNAUTHENTICATED'],
  ['a machine', { kind: 'agency' }, 'FORBIDDEN'],
  ['one who acts for another', { actor: ACTOR }, 'FORBIDDEN'],
  ['one without the role', { roles: new Set(['citizen']) }, 'FORBIDDEN'],
  ['one without an office', { officeId: undefined }, 'FORBIDDEN'],
  ['one whose office says more', { officeId: '72-1001\nکد: ۱۲۳۴۵۶' }, 'FORBIDDEN'],
  ['one whose office is read backwards', { officeId: '\u202E1001-27' }, 'FORBIDDEN'],
  ['one who could be anybody', { nationalId: undefined }, 'FORBIDDEN'],
  ['one without a name', { subject: '' }, 'FORBIDDEN'],
])('%s is no clerk', (_, change, code) => {
  expect(() => clerkOf({ ...CLERK, ...change })).toThrow(expect.objectContaining({ code }))
})

test.each<[string, Partial<Caller>, string]>([
  ['nobody', { kind: 'anonymous' }, 'UNAUTHENTICATED'],
  ['staff', { kind: 'staff' }, 'FORBIDDEN'],
  ['a machine', { kind: 'agency' }, 'FORBIDDEN'],
  ['one who acts for another', { actor: ACTOR }, 'FORBIDDEN'],
  ['one without a national id', { nationalId: undefined }, 'FORBIDDEN'],
  ['one without a name', { subject: '' }, 'FORBIDDEN'],
])('%s is no citizen here', (_, change, code) => {
  expect(() => citizenOf({ ...CLERK, ...change })).toThrow(expect.objectContaining({ code }))
})
