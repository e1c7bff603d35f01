import { randomUUID } from 'node:crypto'

import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { loadPerson } from '../../../subgraphs/person/person.ts'

const lines: string[] = []
const note = (facts: unknown, message: string) => {
  lines.push(message + JSON.stringify(facts))
}
const person = await loadPerson({ log: { info: note, warn: note, error: note } })

const CITIZEN: Caller = { ...ANONYMOUS, kind: 'citizen', nationalId: '0004120371' }
const AGENCY: Caller = { ...ANONYMOUS, kind: 'agency' }
const STAFF: Caller = { ...ANONYMOUS, kind: 'staff' }
const NAMELESS: Caller = { ...ANONYMOUS, kind: 'citizen' }
const ASKED = '9924022343'

test('answers `me` with the own national id of a citizen', async () => {
  expect(await ask(CITIZEN, '{ me { nationalId } }')).toEqual({
    data: { me: { nationalId: '0004120371' } },
  })
})

test.each([
  ['anonymous', ANONYMOUS, 'UNAUTHENTICATED'],
  ['an agency', AGENCY, 'FORBIDDEN'],
  ['staff', STAFF, 'FORBIDDEN'],
  ['a citizen without a national id', NAMELESS, 'FORBIDDEN'],
])('refuses `me` to %s', async (_who, caller, code) => {
  const answer = await ask(caller, '{ me { nationalId } }')
  expect(answer.data).toEqual({ me: null })
  expect(answer.errors).toMatchObject([{ path: ['me'], extensions: { code } }])
})

test.each([
  ['anonymous', ANONYMOUS, 'UNAUTHENTICATED'],
  ['a citizen', CITIZEN, 'FORBIDDEN'],
])('refuses `person` to %s', async (_who, caller, code) => {
  const answer = await askFor(caller, ASKED)
  expect(answer.data).toEqual({ person: null })
  expect(answer.errors).toMatchObject([{ path: ['person'], extensions: { code } }])
})

test.each([AGENCY, STAFF])('answers `person` for $kind', async (caller) => {
  expect(await askFor(caller, '۹۹۲۴۰۲۲۳۴۳')).toEqual({ data: { person: { nationalId: ASKED } } })
})

test('refuses a national id with a wrong check digit and repeats it nowhere', async () => {
  const answer = await askFor(AGENCY, '9924022344')
  expect(answer.errors).toMatchObject([{ extensions: { code: 'INPUT_REJECTED' } }])
  expect(JSON.stringify(answer) + lines.join('')).not.toContain('9924022344')
})

test("refuses a literal that is no national id as the caller's, not as a fault of ours", async () => {
  lines.length = 0
  const answer = await ask(AGENCY, '{ person(nationalId: "9924022344") { nationalId } }')
  expect(answer.errors).toMatchObject([
    { path: ['person'], extensions: { code: 'OPERATION_INVALID' } },
  ])
  expect(JSON.stringify(answer)).not.toContain('9924022344')
  expect(lines).toEqual([])
})

test('names the policies that the gateway enforces before it asks', () => {
  expect(person.sdl).toContain('me: Person @policy(policies: [["citizen"]])')
  expect(person.sdl).toContain('@policy(policies: [["agency"], ["staff"]])')
})

function askFor(caller: Caller, nationalId: string) {
  const text = 'query ($nationalId: NationalId!) { person(nationalId: $nationalId) { nationalId } }'
  return ask(caller, text, { nationalId })
}

async function ask(caller: Caller, text: string, variables: Record<string, unknown> = {}) {
  const context: RequestContext = {
    requestId: randomUUID(),
    traceparent: '',
    caller,
    signal: AbortSignal.timeout(5_000),
    provenance: false,
    ask: () => Promise.resolve({ data: null }),
  }
  return person.execute({ document: parse(text), variables, context })
}
