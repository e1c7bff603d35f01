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
