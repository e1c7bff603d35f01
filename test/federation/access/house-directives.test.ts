// `@purpose`, `@assurance` and `@subject`, from the subgraphs that say them to the answer.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { ONE_ANSWER } from '../../../gateway/pipeline.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { AnswerError } from '../../../schema/context.ts'
import { callerWith, contextOf } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const at = (errors: readonly AnswerError[] = []) =>
  errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.['code'])}`)

const NOW = Date.UTC(2026, 10, 22)

// The clock stands but where a test sets it; what waits goes on.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
})
beforeEach(() => {
  vi.setSystemTime(NOW)
})
afterAll(() => {
  vi.useRealTimers()
})

const OWN = '0012345679'
const OTHER = '0499370899'

const register = {
  sdl: `
    type Query {
      me: Person
      person(nationalId: ID!): Person
      people(nationalId: [ID!]): [Person]
      board: [Person]
      any(nationalId: ID): Anybody
      tax: String @assurance(acr: "substantial", maxAge: 300)
      open: String
    }
    type Mutation { note: String, move: String @assurance(acr: "substantial") }
    type Subscription { ticks: Int @assurance(acr: "low", maxAge: 60) }
    union Anybody = Person | Robot
    type Robot { serial: String }
    type Person @key(fields: "nationalId") @subject(field: "nationalId") {
      nationalId: ID!
      name: String @policy(policies: [["citizen"], ["inquiry:identity"]])
      army: String @shareable @purpose(codes: ["conscription", "court"])
      wealth: String @shareable @assurance(acr: "low", maxAge: 600)
      debt: String @assurance(acr: "high")
      income: String @purpose(codes: ["court", "tax"])
        @policy(policies: [["inquiry:identity", "inquiry:court"], ["agency", "inquiry:tax"]])
      never: String @purpose(codes: ["tax"]) @policy(policies: [["inquiry:identity"]])
    }`,
  resolvers: {
    Query: {
      me: () => ({ nationalId: OWN, name: 'Sara' }),
      person: (_: object, { nationalId }: { nationalId: string }) => ({ nationalId, name: 'x' }),
      people: (_: object, { nationalId }: { nationalId: string[] }) =>
        nationalId.map((one) => ({ nationalId: one })),
      board: () => [{ nationalId: OWN }, { nationalId: OTHER }, { nationalId: OWN }],
      any: () => ({ __typename: 'Robot', serial: '1' }),
      tax: () => 't',
      open: () => 'o',
    },
    Mutation: { note: () => 'noted', move: () => 'moved' },
    Person: {
      __resolveReference: (one: object) => one,
      army: () => 'served',
      wealth: () => 'w',
    },
  },
}
const homes = {
  sdl: `
    type Person @key(fields: "nationalId") {
      nationalId: ID!
      home: String
      debt: String @external
      credit: String @requires(fields: "debt")
      army: String @shareable @purpose(codes: ["conscription"])
      wealth: String @shareable @assurance(acr: "substantial", maxAge: 900)
    }`,
  resolvers: {
    Person: {
      __resolveReference: (one: object) => one,
      home: ({ nationalId }: { nationalId: string }) => `home of ${nationalId}`,
    },
  },
}

const agency = (...roles: string[]) => callerWith(['agency', ...roles], 'agency')
const citizen: Caller = {
  ...callerWith(['citizen']),
  nationalId: OWN,
  sessionId: 's',
  acr: 'low',
  authTimeMs: NOW,
}
const sure: Caller = { ...citizen, acr: 'substantial' }
const ago = (seconds: number) => NOW - seconds * 1000

onBothEngines((make) => {
  const all = () => make({ register, homes })

  describe('@purpose', () => {
    const query = `{ person(nationalId: "${OTHER}") { army } }`
    test.each<[string, Caller, string | undefined, string | undefined]>([
      ['who is the person', { ...citizen, nationalId: OTHER }, undefined, undefined],
      ['an agency that names none', agency('inquiry:conscription'), undefined, 'PURPOSE_REQUIRED'],
      ['an agency that names its own', agency('inquiry:conscription'), 'conscription', undefined],
      ['an agency without the role', agency('inquiry:court'), 'conscription', 'FORBIDDEN'],
      ['a purpose of one of two subgraphs', agency('inquiry:court'), 'court', 'FORBIDDEN'],
      ['staff that names none', callerWith(['staff'], 'staff'), undefined, 'PURPOSE_REQUIRED'],
      ['nobody', ANONYMOUS, 'conscription', 'UNAUTHENTICATED'],
    ])('%s', async (_, caller, purpose, code) => {
      const { data, errors } = await all().ask(query, { caller, ...(purpose && { purpose }) })
      if (code === undefined) expect(data).toEqual({ person: { army: 'served' } })
      else expect(errors).toMatchObject([{ extensions: { code } }])
    })

    test('is told which ones would do, and where they are named', async () => {
      const { ask } = all()
      const caller = agency('inquiry:identity', 'inquiry:tax')
      const { errors = [] } = await ask(
        `{ person(nationalId: "${OTHER}") { army income never } }`,
        { caller },
      )
      const header = 'Panjareh-Purpose'
      const wanted = { code: 'PURPOSE_REQUIRED', header, reference: 'r1' }
      // Of what two subgraphs name, and where a role of another purpose is wanted, too.
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        { ...wanted, purposes: ['conscription'] },
        { ...wanted, purposes: ['tax'] },
        { code: 'FORBIDDEN', reference: 'r1' },
      ])
    })

    test('a purpose that is named closes what is for others', async () => {
      const caller = agency('inquiry:identity', 'inquiry:conscription')
      const both = `{ person(nationalId: "${OTHER}") { name army } }`
      const { ask } = all()
      expect((await ask(both, { caller })).data).toEqual({ person: { name: 'x', army: null } })
      const named = await ask(both, { caller, purpose: 'conscription' })
      expect(named.data).toEqual({ person: { name: null, army: 'served' } })
      expect(at(named.errors)).toEqual(['person.name FORBIDDEN'])
      const other = await ask(both, { caller, purpose: 'identity' })
      expect(other.data).toEqual({ person: { name: 'x', army: null } })
    })

    test('the graph knows its purposes', () => {
      expect(all().engine.purposes).toEqual(new Set(['conscription', 'court', 'identity', 'tax']))
    })
  })

  describe('@assurance', () => {
    test.each<[string, Caller, boolean]>([
      ['a low sign-in', citizen, false],
      ['a substantial one', sure, true],
      ['a higher one', { ...sure, acr: 'high' }, true],
      ['a level that nobody knows', { ...sure, acr: 'top' }, false],
      ['one that is not said', { ...sure, acr: undefined }, false],
      ['one that is five minutes old', { ...sure, authTimeMs: ago(290) }, true],
      ['one that is older', { ...sure, authTimeMs: ago(310) }, false],
      ['one of which the age is not said', { ...sure, authTimeMs: undefined }, false],
      ['a machine', agency(), true],
      [
        'a person at an agency',
        { ...agency(), sessionId: 's', acr: 'low', authTimeMs: ago(0) },
        false,
      ],
      [
        'a machine that acts for a person',
        { ...agency(), actor: { subject: 'a', clientId: 'c', kind: 'agency' } },
        false,
      ],
    ])('%s', async (_, caller, enough) => {
      const { data, errors } = await all().ask('{ tax open }', { caller })
      expect(data).toEqual({ tax: enough ? 't' : null, open: 'o' })
      const told = { code: 'INSUFFICIENT_AUTHENTICATION', acrValues: 'substantial', maxAge: 300 }
      if (!enough) expect(errors).toMatchObject([{ path: ['tax'], extensions: told }])
    })

    test('of several subgraphs the strictest demands count', async () => {
      const { errors } = await all().ask('{ me { wealth } }', { caller: citizen })
      expect(errors?.[0]?.extensions).toMatchObject({ acrValues: 'substantial', maxAge: 600 })
    })

    test('a field that requires such a field demands it, too', async () => {
      const { data, errors } = await all().ask('{ me { credit } }', { caller: sure })
      expect(data).toEqual({ me: { credit: null } })
      expect(errors?.[0]?.extensions).toMatchObject({ acrValues: 'high' })
    })

    test('the same caller is asked again when the sign-in has grown old', async () => {
      const { ask } = all()
      const old: Caller = { ...sure, authTimeMs: ago(304) }
      expect((await ask('{ tax }', { caller: old })).data).toEqual({ tax: 't' })
      vi.setSystemTime(NOW + 2000)
      expect((await ask('{ tax }', { caller: old })).data).toEqual({ tax: null })
    })

    test('a mutation with such a field is not begun', async () => {
      const { ask, sent } = all()
      const { data, errors } = await ask('mutation { note move }', { caller: citizen })
      expect(data).toBeUndefined()
      expect(at(errors)).toEqual(['move INSUFFICIENT_AUTHENTICATION'])
      expect(sent).toEqual([])
      const enough = await ask('mutation { note move }', { caller: sure })
      expect(enough.data).toEqual({ note: 'noted', move: 'moved' })
    })

    test('a subscription to such a field is not begun', async () => {
      const { engine } = all()
      const accepts = { ...ONE_ANSWER, events: true }
      const context = contextOf(engine, { ...citizen, authTimeMs: ago(90) })
      const { events, refusal } = await engine.run(
        { query: 'subscription { ticks }' },
        context,
        false,
        accepts,
      )
      expect(events).toBeUndefined()
      expect(at(refusal?.errors)).toEqual(['ticks INSUFFICIENT_AUTHENTICATION'])
    })

    test('the work says what to ask of the person, and whether all depends on it', async () => {
      const { engine } = all()
      const challenge = async (query: string, variables = {}) =>
        (await engine.run({ query, variables }, contextOf(engine, citizen), false)).challenge
      const wanted = { acrValues: 'substantial', maxAge: 300 }
      expect(await challenge('{ tax open }')).toEqual({ ...wanted, whole: false })
      expect(await challenge('{ tax __typename }')).toEqual({ ...wanted, whole: true })
      expect(await challenge('{ open }')).toBeUndefined()
      const query = 'query($no: Boolean!) { open tax @include(if: $no) }'
      expect(await challenge(query, { no: false })).toBeUndefined()
    })

    test('a subscription ends when the sign-in has grown old', async () => {
      const ticking = {
        ...register,
        subscribe: async function* () {
          yield { data: { ticks: 1 } }
          vi.setSystemTime(Date.now() + 2000)
          yield { data: { ticks: 2 } }
        },
      }
      const { engine } = make({ register: ticking, homes })
      const caller: Caller = { ...citizen, authTimeMs: ago(64) }
      const accepts = { ...ONE_ANSWER, events: true }
      const query = 'subscription { ticks }'
      const work = await engine.run({ query }, contextOf(engine, caller), false, accepts)
      const events = await Array.fromAsync(work.events ?? [])
      expect(events).toMatchObject([
        { data: { ticks: 1 } },
        { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      ])
    })
  })

  describe('@subject', () => {
    test('others in a list are not asked of the next subgraph', async () => {
      const { ask, sent } = all()
      const { data, errors } = await ask('{ board { nationalId home } }', { caller: citizen })
      expect(data).toEqual({
        board: [
          { nationalId: OWN, home: `home of ${OWN}` },
          { nationalId: OTHER, home: null },
          { nationalId: OWN, home: `home of ${OWN}` },
        ],
      })
      expect(at(errors)).toEqual(['board.1.home FORBIDDEN'])
      expect(JSON.stringify(sent[1])).toContain(OWN)
      expect(JSON.stringify(sent[1])).not.toContain(OTHER)
    })

    test('nothing is sent where all are others', async () => {
      const { ask, sent } = all()
      const caller = { ...citizen, nationalId: '0000000000' }
      const { data } = await ask('{ board { home } }', { caller })
      expect(data).toEqual({ board: [{ home: null }, { home: null }, { home: null }] })
      expect(sent.map(({ subgraph }) => subgraph)).toEqual(['register'])
    })

    test('agencies and staff are for other directives, nobody is nobody’s', async () => {
      for (const caller of [agency(), callerWith(['staff'], 'staff')]) {
        const { errors } = await all().ask('{ board { home } }', { caller })
        expect(errors).toBeUndefined()
      }
      const { errors } = await all().ask('{ me { home } }')
      expect(at(errors)).toEqual(['me.home UNAUTHENTICATED'])
    })

    test.each<[string, string, object, boolean]>([
      [
        'one’s own',
        'query($id: ID!) { person(nationalId: $id) { nationalId } }',
        { id: OWN },
        true,
      ],
      [
        'another',
        'query($id: ID!) { person(nationalId: $id) { nationalId } }',
        { id: OTHER },
        false,
      ],
      ['another by its text', `{ person(nationalId: "${OTHER}") { nationalId } }`, {}, false],
      [
        'a list with another',
        `{ people(nationalId: ["${OWN}", "${OTHER}"]) { nationalId } }`,
        {},
        false,
      ],
      [
        'a list of variables with another',
        `query($id: ID!) { people(nationalId: ["${OWN}", $id]) { nationalId } }`,
        { id: OTHER },
        false,
      ],
      ['a list of one’s own', `{ people(nationalId: ["${OWN}"]) { nationalId } }`, {}, true],
      ['a number', '{ person(nationalId: 12) { nationalId } }', {}, false],
      ['a union that may be a person', `{ any(nationalId: "${OTHER}") { __typename } }`, {}, false],
      ['nobody in a union', '{ any { __typename } }', {}, true],
    ])('a citizen names %s', async (_, query, variables, allowed) => {
      const { ask, sent } = all()
      const { errors } = await ask(query, { caller: citizen, variables: { ...variables } })
      expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(
        allowed ? undefined : ['FORBIDDEN'],
      )
      expect(sent).toHaveLength(allowed ? 1 : 0)
    })

    test('one text, another person: the verdict is not remembered', async () => {
      const { ask } = all()
      const query = 'query($id: ID!) { person(nationalId: $id) { nationalId } }'
      for (const [id, allowed] of [
        [OWN, true],
        [OTHER, false],
        [OWN, true],
      ] as const) {
        const { data } = await ask(query, { caller: citizen, variables: { id } })
        expect(data).toEqual({ person: allowed ? { nationalId: id } : null })
      }
    })
  })
})
