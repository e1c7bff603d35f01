import { expect, test } from 'vitest'

import type { Answer } from '../../../../schema/context.ts'
import { fillFields, inquiryOutcomes } from '../../../../subgraphs/applications/form/fill-fields.ts'
import type { FormField } from '../../../../subgraphs/catalogue/form.ts'

const TEXT: FormField = {
  name: 'text',
  title: { fa: 'نشانی', en: 'Address' },
  required: true,
  prefill: { path: 'me.residence.text' },
  digits: false,
  accepts: (value) => typeof value === 'string',
}
const AGENCIES = new Map([['post-gnaf', { fa: 'پست', en: 'National Post' }]])

const cases: [string, Answer, string, string][] = [
  [
    'an error at the value',
    { data: { me: { residence: { text: null } } }, errors: [at(['me', 'residence', 'text'])] },
    'UNAVAILABLE',
    'National Post did not answer',
  ],
  [
    'an error above it',
    { data: { me: { residence: null } }, errors: [at(['me', 'residence'])] },
    'UNAVAILABLE',
    'National Post',
  ],
  [
    'an error beside it whose null was carried up',
    { data: { me: { residence: null } }, errors: [at(['me', 'residence', 'postCode'])] },
    'UNAVAILABLE',
    'National Post',
  ],
  [
    'an error beside it that left it alone',
    { data: { me: { residence: { text: null } } }, errors: [at(['me', 'residence', 'city'])] },
    'ASK',
    'holds no record',
  ],
  [
    'an error elsewhere',
    { data: { me: { residence: null } }, errors: [at(['me', 'firstName'])] },
    'ASK',
    'holds no record',
  ],
  [
    'an error of the whole request',
    { data: { me: null }, errors: [at(undefined)] },
    'UNAVAILABLE',
    'National Post',
  ],
  ['no data and no error', {}, 'UNAVAILABLE', 'The register did not answer'],
]

test.each(cases)('tells a failure from an empty register: %s', (_what, answer, state, reason) => {
  const [field] = fillFields([TEXT], known(answer))
  expect(field).toMatchObject({ state, locked: false, value: undefined })
  expect(field?.reason.en).toContain(reason)
})

test('keeps the mobile number of sign-on open as long as nobody confirmed it', () => {
  const mobile: FormField = {
    ...TEXT,
    name: 'mobile',
    prefill: { claim: 'mobile', confirmedBy: 'me.ownsMobile' },
  }
  const answer = { data: { me: { ownsMobile: null } }, errors: [at(['me', 'ownsMobile'])] }
  expect(fillFields([mobile], known(answer))).toMatchObject([
    { state: 'UNAVAILABLE', locked: false, value: '+989000000001' },
  ])
})

test.each([
  [{ data: { me: null }, errors: [at(['me', 'residence'])] }, 'FAILED'],
  [{ data: null, errors: [{ message: '' }] }, 'FAILED'],
  [{}, 'FAILED'],
  [{ data: { me: { residence: null } } }, 'NO_RECORD'],
])('reports the inquiry of %j as %s', (answer, state) => {
  expect(inquiryOutcomes(answer, AGENCIES)).toMatchObject([{ system: 'post-gnaf', state }])
})

function at(path: string[] | undefined) {
  return { message: '', path, extensions: { code: 'SYSTEM_TIMEOUT', system: 'post-gnaf' } }
}

function known(answer: Answer) {
  const claims = { nationalId: '0004120371', mobile: '+989000000001' }
  return { answer, claims, at: '2026-11-22T05:00:00.000Z', agencies: AGENCIES }
}
