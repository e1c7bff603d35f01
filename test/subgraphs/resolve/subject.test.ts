import { describe, expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { View } from '../../../subgraphs/compile/mapping.ts'
import { permitFor } from '../../../subgraphs/resolve/subject.ts'

const KAVEH = '0004120371'
const YEKTABAR = '00010345766'
const NOTHING: Omit<View, 'type'> = {
  keys: new Map(),
  keySets: [],
  subject: undefined,
  ofCase: new Set(),
  call: undefined,
  verify: new Map(),
  fields: new Map(),
}
const PERSON: View = { ...NOTHING, type: 'Person', subject: 'nationalId' }
const COMPANY: View = {
  ...NOTHING,
  type: 'LegalPerson',
  keys: new Map([['legalNationalId', (value: unknown) => String(value)]]),
}
const citizen: Caller = { ...ANONYMOUS, kind: 'citizen', subject: 'kaveh', nationalId: KAVEH }
const officer: Caller = { ...ANONYMOUS, kind: 'citizen', legalNationalId: YEKTABAR }

describe('reached', () => {
  test.each<[string, Caller, View, unknown]>([
    ['a citizen, their own person', citizen, PERSON, KAVEH],
    ['a citizen, any company', citizen, COMPANY, YEKTABAR],
    ['an officer, their company', officer, COMPANY, YEKTABAR],
    ['an agency, anybody', { ...ANONYMOUS, kind: 'agency' }, PERSON, KAVEH],
    ['nobody, what is about nobody', ANONYMOUS, { ...NOTHING, type: 'Airport' }, 'THR'],
  ])('%s', (_, caller, view, key) => {
    expect(() => permitFor({ caller })(view, () => key)).not.toThrow()
  })
})

describe('refused', () => {
  test.each<[string, Caller, View, unknown]>([
    ['a citizen, another person', citizen, PERSON, '9924022343'],
    ['a citizen, a person without a key', citizen, PERSON, undefined],
    ['an officer, a person', officer, PERSON, KAVEH],
    ['an officer, a person without a key', officer, PERSON, undefined],
    ['an officer, another company', officer, COMPANY, '99014022176'],
    ['an officer, a company without a key', officer, COMPANY, undefined],
    ['nobody, a person', ANONYMOUS, PERSON, KAVEH],
  ])('%s', (_, caller, view, key) => {
    const code = caller.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
    expect(() => permitFor({ caller })(view, () => key)).toThrow(expect.objectContaining({ code }))
  })
})

describe('what is for cases', () => {
  const INSURED: View = { ...PERSON, ofCase: new Set(['insurance']) }
  const agency: Caller = { ...ANONYMOUS, kind: 'agency' }
  const staff: Caller = { ...ANONYMOUS, kind: 'staff' }
  const caseOf = { applicant: KAVEH }

  test.each<[string, Parameters<typeof permitFor>[0], string | undefined, unknown]>([
    ['the object before any field is asked', { caller: agency }, undefined, KAVEH],
    ['a field for everybody', { caller: agency }, 'name', KAVEH],
    ['the person of the case', { caller: agency, caseOf }, 'insurance', KAVEH],
    ['staff because of a case', { caller: staff, caseOf }, 'insurance', KAVEH],
    ['the person', { caller: citizen }, 'insurance', KAVEH],
  ])('reached: %s', (_, named, field, key) => {
    expect(() => permitFor(named)(INSURED, () => key, field)).not.toThrow()
  })

  type Tried = readonly [Parameters<typeof permitFor>[0], string | undefined, unknown]

  test.each<readonly [title: string, tried: Tried, code: string]>([
    ['without a case', [{ caller: agency }, 'insurance', KAVEH], 'CASE_REQUIRED'],
    ['staff without a case', [{ caller: staff }, 'insurance', KAVEH], 'CASE_REQUIRED'],
    ['another person', [{ caller: agency, caseOf }, 'insurance', '9924022343'], 'FORBIDDEN'],
    ['all of another person', [{ caller: agency, caseOf }, undefined, '9924022343'], 'FORBIDDEN'],
    ['a person without a key', [{ caller: agency, caseOf }, 'insurance', undefined], 'FORBIDDEN'],
    [
      'nobody’s case and a person without a key',
      [{ caller: agency, caseOf: { applicant: undefined } }, 'insurance', undefined],
      'FORBIDDEN',
    ],
  ])('refused: %s', (_, [named, field, key], code) => {
    expect(() => permitFor(named)(INSURED, () => key, field)).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
