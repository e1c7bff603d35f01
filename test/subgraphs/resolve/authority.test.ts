import { expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import { authorityOf } from '../../../subgraphs/resolve/authority.ts'

const citizen: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 's-1',
  clientId: 'portal',
  nationalId: '0004120371',
  roles: new Set(['citizen']),
}
const agency: Caller = {
  ...ANONYMOUS,
  kind: 'agency',
  subject: 'service-1',
  clientId: 'agency-rmto',
  roles: new Set(['agency', 'inquiry:identity']),
}

function acting(id: string, subject = 'clerk-1'): Caller {
  const mandate = { id, kind: 'COUNTER', expiresAtMs: 1 } as const
  const actor = { subject, clientId: 'portal', kind: 'citizen', mandate } as const
  return { ...citizen, actor }
}

test.each<[string, Caller, Caller, boolean]>([
  ['the same citizen twice', citizen, { ...citizen, expiresAtMs: 1 }, true],
  ['two citizens', citizen, { ...citizen, subject: 's-2' }, false],
  ['one citizen by two clients', citizen, { ...citizen, clientId: 'app' }, false],
  ['one agency by two of its machines', agency, { ...agency, subject: 'service-2' }, true],
  ['two agencies', agency, { ...agency, clientId: 'agency-caa' }, false],
  [
    'one agency for two purposes',
    agency,
    { ...agency, roles: new Set(['agency', 'inquiry:deed']) },
    false,
  ],
  [
    'one agency, roles in another order',
    agency,
    { ...agency, roles: new Set(['inquiry:identity', 'agency']) },
    true,
  ],
  ['a citizen and who acts for them', citizen, acting('m-1'), false],
  ['two mandates of one actor', acting('m-1'), acting('m-2'), false],
  ['two actors for one citizen', acting('m-1', 'clerk-1'), acting('m-1', 'clerk-2'), false],
  ['one actor under one mandate, twice', acting('m-1'), acting('m-1'), true],
  [
    'one actor for two citizens',
    acting('m-1'),
    { ...acting('m-1'), nationalId: '9924022343' },
    false,
  ],
  [
    'one actor for two companies',
    { ...acting('m-1'), nationalId: undefined, legalNationalId: '00010345766' },
    { ...acting('m-1'), nationalId: undefined, legalNationalId: '99014022176' },
    false,
  ],
  ['two scopes', agency, { ...agency, scopes: new Set(['a']) }, false],
  ['a citizen and a member of staff', citizen, { ...citizen, kind: 'staff' }, false],
  [
    'two members of staff',
    { ...citizen, kind: 'staff' },
    { ...citizen, kind: 'staff', subject: 's-2' },
    false,
  ],
])('%s', (_, one, other, isSame) => {
  expect(authorityOf(one)).toBeDefined()
  expect(authorityOf(one) === authorityOf(other)).toBe(isSame)
})

test.each<[string, Caller]>([
  ['an anonymous caller', ANONYMOUS],
  ['a person without a name', { ...citizen, subject: '', nationalId: undefined }],
])('%s has none', (_, caller) => {
  expect(authorityOf(caller)).toBeUndefined()
})

test('names cannot be moved from one part to another', () => {
  const one = { ...agency, roles: new Set(['a","b']) }
  const other = { ...agency, roles: new Set(['a', 'b']) }
  expect(authorityOf(one)).not.toBe(authorityOf(other))
})

test('an answer for one purpose is none for another, nor for none', () => {
  const texts = [undefined, 'identity', 'mobile', 'identity'].map((one) => authorityOf(agency, one))
  expect(texts[1]).toBe(texts[3])
  expect(new Set(texts).size).toBe(3)
})
