// `@subject(others: "case")`: what agencies and staff reach because of a case of that person only, from the subgraphs that say
// so to the answer.

import { describe, expect, test, vi } from 'vitest'

import { ONE_ANSWER } from '../../../gateway/pipeline.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { FindCase } from '../../../schema/case.ts'
import type { AnswerError, RequestContext } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import { callerWith, contextOf, federate, type Sources } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const SARA = '0012345679'
const REZA = '0499370899'
/** By what a request may name. */
const CASES: ReadonlyMap<string, string> = new Map([
  ['of-sara', SARA],
  ['of-reza', REZA],
])

const at = (errors: readonly AnswerError[] = []) =>
  errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.['code'])}`)

const byKey = { __resolveReference: (one: object) => one }

const register = {
  sdl: `
    type Query {
      me: Person
      person(nationalId: ID!): Person
      people(nationalId: [ID!]!): [Person]
      board: [Person]
      firm: Firm
    }
    type Subscription { called: Person }
    type Firm @key(fields: "id") @subject(field: "id") { id: ID! }
    type Person @key(fields: "nationalId") @subject(field: "nationalId") { nationalId: ID!, name: String }`,
  resolvers: {
    Query: {
      me: () => ({ nationalId: SARA, name: 'n' }),
      person: (_: object, { nationalId }: { nationalId: string }) => ({ nationalId, name: 'n' }),
      people: (_: object, { nationalId }: { nationalId: string[] }) =>
        nationalId.map((one) => ({ nationalId: one, name: 'n' })),
      board: () => [SARA, REZA].map((nationalId) => ({ nationalId, name: 'n' })),
      firm: () => ({ id: '1' }),
    },
    Person: byKey,
    Firm: byKey,
  },
}
const insurance = {
  sdl: `
    type Person @key(fields: "nationalId") @subject(field: "nationalId") {
      nationalId: ID!
      wages: [Int] @policy(policies: [["citizen"], ["inquiry:insurance"]]) @subject(field: "nationalId", others: "case")
      number: String
    }
    type Firm @key(fields: "id") { id: ID!, branch: String }`,
  resolvers: {
    Person: { ...byKey, wages: () => [1, 2], number: () => '7' },
    Firm: { ...byKey, branch: () => 'b' },
  },
}
const credit = {
  sdl: `type Person @key(fields: "nationalId") {
    nationalId: ID!, wages: [Int] @external, rating: String @requires(fields: "wages") @policy(policies: [["citizen"], ["inquiry:insurance"]]) }`,
  resolvers: { Person: { ...byKey, rating: () => 'A' } },
}
/** Of every field. */
const court = {
  sdl: `type Person @key(fields: "nationalId") @subject(field: "nationalId", others: "case") { nationalId: ID!, record: String }`,
  resolvers: { Person: { ...byKey, record: () => 'r' } },
}
const door = {
  sdl: `type Query { person(nationalId: ID!): Person, board: [Person] }
    type Person @key(fields: "nationalId", resolvable: false) { nationalId: ID! }`,
  resolvers: { Query: register.resolvers.Query },
}
const homes = {
  sdl: 'type Person @key(fields: "nationalId") { nationalId: ID!, home: String }',
  resolvers: { Person: { ...byKey, home: () => 'h' } },
}

const agency = callerWith(['agency', 'inquiry:insurance'], 'agency')
const staff = callerWith(['staff', 'inquiry:insurance'], 'staff')
const sara: Caller = { ...callerWith(['citizen']), nationalId: SARA }

onBothEngines((make) => {
  function open(sources: Sources = { register, insurance, credit }) {
    const findCase = vi.fn<FindCase>(async ({ issue }) => CASES.get(issue))
    return { ...make(sources, { findCase }), findCase }
  }
  const PERSON = 'query($id: ID!) { person(nationalId: $id) { name wages } }'

  describe('a field for cases', () => {
    test.each([
      ['an agency', agency],
      ['staff', staff],
    ])('is read by %s because of a case of that person', async (_, caller) => {
      const { ask } = open()
      const { data, errors } = await ask(PERSON, {
        caller,
        variables: { id: SARA },
        issue: 'of-sara',
      })
      expect(errors).toBeUndefined()
      expect(data).toEqual({ person: { name: 'n', wages: [1, 2] } })
    })

    test('is refused without a case, and the rest is answered', async () => {
      const { ask, sent, findCase } = open()
      const { data, errors } = await ask(PERSON, { caller: agency, variables: { id: SARA } })
      expect(data).toEqual({ person: { name: 'n', wages: null } })
      expect(at(errors)).toEqual(['person.wages CASE_REQUIRED'])
      expect(sent.map(({ subgraph }) => subgraph)).toEqual(['register'])
      expect(findCase).not.toHaveBeenCalled()
    })

    test.each([
      ['by the field that names the person', PERSON],
      ['by a list of names', 'query($id: ID!) { people(nationalId: [$id]) { name wages } }'],
      ['by what requires it', 'query($id: ID!) { person(nationalId: $id) { name rating } }'],
      ['by people whom another subgraph lists', '{ board { name wages number } }'],
      ['by a fragment', '{ board { ...w } } fragment w on Person { wages }'],
    ])('tells another’s case and an invented one apart by nothing: %s', async (_, query) => {
      const { ask, sent } = open()
      const variables = query.includes('$id') ? { id: SARA } : {}
      const of = async (issue: string) => {
        const answer = await ask(query, { caller: agency, variables, issue })
        const calls = sent.splice(0).map(({ subgraph }) => subgraph)
        return { answer, calls }
      }
      const [own, invented] = [await of('of-sara'), await of('572000000002')]
      expect(invented.answer.errors).not.toEqual([])
      expect(JSON.stringify(invented.answer)).not.toMatch(/\[1,2\]|"A"|"7"/)
      expect(at(invented.answer.errors).every((one) => one.endsWith('FORBIDDEN'))).toBe(true)
      expect(JSON.stringify(own.answer)).toMatch(/\[1,2\]|"A"/)
      if (query.includes('$id')) expect(await of('of-reza')).toEqual(invented)
    })

    test('of a list only the person of the case is asked about', async () => {
      const { ask, sent } = open()
      const { data, errors } = await ask('{ board { wages } }', {
        caller: agency,
        issue: 'of-reza',
      })
      expect(data).toEqual({ board: [{ wages: null }, { wages: [1, 2] }] })
      expect(at(errors)).toEqual(['board.0.wages FORBIDDEN'])
      expect(JSON.stringify(sent.slice(1))).not.toContain(SARA)
    })

    test('one case, one person: nobody else is named beside', async () => {
      const query = `{ a: person(nationalId: "${SARA}") { wages } b: person(nationalId: "${REZA}") { name } }`
      const { data, errors } = await open().ask(query, { caller: agency, issue: 'of-sara' })
      expect(data).toEqual({ a: { wages: [1, 2] }, b: null })
      expect(at(errors)).toEqual(['b FORBIDDEN'])
    })

    test('what is about others than persons goes on', async () => {
      const query = `{ person(nationalId: "${SARA}") { wages } firm { branch } }`
      const { data, errors } = await open().ask(query, { caller: agency, issue: 'of-sara' })
      expect(errors).toBeUndefined()
      expect(data).toMatchObject({ firm: { branch: 'b' } })
    })

    test('is the person’s own, without a case', async () => {
      const { ask, findCase } = open()
      for (const issue of [undefined, 'of-reza']) {
        const { data } = await ask('{ me { wages } }', { caller: sara, ...(issue && { issue }) })
        expect(data).toEqual({ me: { wages: [1, 2] } })
      }
      const other = await ask(PERSON, { caller: sara, variables: { id: REZA }, issue: 'of-reza' })
      expect(at(other.errors)).toEqual(['person FORBIDDEN'])
      expect(findCase).not.toHaveBeenCalled()
    })

    test('is nobody’s who has not signed in, and no agency’s without the role', async () => {
      const { ask, findCase } = open()
      const about = { variables: { id: SARA }, issue: 'of-sara' }
      const nobody = await ask('{ me { wages } }', { caller: ANONYMOUS, issue: 'of-sara' })
      expect(at(nobody.errors)).toEqual(['me.wages UNAUTHENTICATED'])
      const poor = await ask(PERSON, { ...about, caller: callerWith(['agency'], 'agency') })
      expect(at(poor.errors)).toEqual(['person.wages FORBIDDEN'])
      expect(findCase).not.toHaveBeenCalled()
    })

    test('one text, another case: the verdict is not remembered', async () => {
      const { ask } = open()
      for (const [issue, id, allowed] of [
        ['of-sara', SARA, true],
        ['of-reza', SARA, false],
        ['of-reza', REZA, true],
        [undefined, REZA, false],
        ['of-sara', SARA, true],
      ] as const) {
        const { data } = await ask(PERSON, {
          caller: agency,
          variables: { id },
          ...(issue && { issue }),
        })
        expect(JSON.stringify(data).includes('[1,2]'), `${issue} ${id}`).toBe(allowed)
      }
    })

    test('is looked up once in a request, for this client and purpose', async () => {
      const { engine, findCase } = open()
      const caller = { ...agency, clientId: 'bank' }
      const context = { ...contextOf(engine, caller), purpose: 'insurance', issue: 'of-sara' }
      const query = `{ a: person(nationalId: "${SARA}") { wages } b: person(nationalId: "${SARA}") { wages rating } }`
      expect((await engine.run({ query }, context, false)).answer?.errors).toBeUndefined()
      expect(findCase.mock.calls).toEqual([
        [{ issue: 'of-sara', clientId: 'bank', purpose: 'insurance' }],
      ])
    })

    test('is not read when nobody can tell whose case it is', async () => {
      const { ask, findCase, sent } = open()
      findCase.mockRejectedValueOnce(new Error('down'))
      const asking = { caller: agency, variables: { id: SARA }, issue: 'of-sara' }
      await expect(ask(PERSON, asking)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
      findCase.mockRejectedValueOnce(new SystemError('SYSTEM_BUSY', 'applications'))
      await expect(ask(PERSON, asking)).rejects.toMatchObject({ code: 'SYSTEM_BUSY' })
      expect(sent).toEqual([])
    })

    test('is refused to all others where there are no applications', async () => {
      const { ask } = make({ register, insurance })
      const { data, errors } = await ask(PERSON, {
        caller: agency,
        variables: { id: SARA },
        issue: 'of-sara',
      })
      expect(data).toEqual({ person: null })
      expect(at(errors)).toEqual(['person FORBIDDEN'])
      expect((await ask('{ me { wages } }', { caller: sara })).errors).toBeUndefined()
    })

    test('what a request asks of the graph itself names its own case', async () => {
      const { engine } = open()
      const context: RequestContext = {
        ...contextOf(engine, agency),
        issue: 'none',
        caseOf: { applicant: SARA },
      }
      const { data } = await engine.ask(PERSON, { id: SARA }, context)
      expect(data).toEqual({ person: null })
    })
  })

  test('a subscription ends with the case', async () => {
    const calling = {
      ...register,
      subscribe: async function* () {
        yield { data: { called: { __typename: 'Person', nationalId: SARA } } }
        yield { data: { called: { __typename: 'Person', nationalId: SARA } } }
      },
    }
    const findCase = vi.fn<FindCase>(async () => undefined)
    findCase.mockResolvedValueOnce(SARA).mockResolvedValueOnce(SARA)
    const { engine } = make({ register: calling, insurance }, { findCase })
    const context = { ...contextOf(engine, agency), issue: 'of-sara' }
    const query = 'subscription { called { wages } }'
    const work = await engine.run({ query }, context, false, { ...ONE_ANSWER, events: true })
    expect(await Array.fromAsync(work.events ?? [])).toMatchObject([
      { data: { called: { wages: [1, 2] } } },
      { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    ])
  })

  describe('a type for cases', () => {
    test('is reached by no field without one, whichever subgraph gives it', async () => {
      const { ask } = open({ door, court, homes })
      const query = `{ person(nationalId: "${SARA}") { home } }`
      const without = await ask(query, { caller: agency })
      expect(at(without.errors)).toEqual(['person CASE_REQUIRED'])
      const of = async (issue: string) => ask(query, { caller: agency, issue })
      expect((await of('of-sara')).data).toEqual({ person: { home: 'h' } })
      expect(await of('of-reza')).toEqual(await of('none'))
      expect(at((await of('none')).errors)).toEqual(['person FORBIDDEN'])
    })
  })
})

describe('a supergraph is refused where', () => {
  const root = 'type Query { person(nationalId: ID!): Person }'
  const person = (onType: string, onField: string, more = '') =>
    `${root} type Person @key(fields: "nationalId") ${onType} { nationalId: ID!, wages: Int ${onField} ${more} }`
  const SUBJECT = '@subject(field: "nationalId")'
  const CASE = '@subject(field: "nationalId", others: "case")'

  test.each<[string, string, RegExp]>([
    [
      'others is not known',
      person('@subject(field: "nationalId", others: "Case")', ''),
      /Person: others of @subject is "anyone" or "case"/,
    ],
    [
      'others of a field is not known',
      person(SUBJECT, '@subject(field: "nationalId", others: "all")'),
      /Person.wages: others of @subject/,
    ],
    [
      'others is null',
      person(SUBJECT, '@subject(field: "nationalId", others: null)'),
      /Person.wages: others of @subject/,
    ],
    [
      'a field says nothing',
      person(SUBJECT, SUBJECT),
      /Person.wages: @subject of a field says others: "case"/,
    ],
    [
      'the type does not say whom it is about',
      person('', CASE),
      /Person.wages: its type must say @subject\(field: "nationalId"\)/,
    ],
    [
      'a list without names leads there',
      person(SUBJECT, CASE, 'friends: [Person]'),
      /Person.wages is for cases; Person.friends/,
    ],
    [
      'a name may be left out',
      person(SUBJECT, CASE).replace('ID!)', 'ID)'),
      /Query.person of the same subgraph must name/,
    ],
    [
      'a union leads there',
      `${person(SUBJECT, CASE)} union Any = Person extend type Query { any: Any }`,
      /Query.any of the same/,
    ],
    [
      'an interface has one',
      `${root} interface Named { id: ID ${CASE} } ${person(SUBJECT, '').replace(root, '')}`,
      /Named.id: its type must say/,
    ],
  ])('%s', (_, sdl, told) => {
    expect(() => federate({ one: { sdl } })).toThrow(told)
  })

  test('and not where the list is another subgraph’s, or the name is needed', () => {
    expect(() => federate({ one: { sdl: person(SUBJECT, CASE) } })).not.toThrow()
    expect(() => federate({ door, insurance })).not.toThrow()
  })
})
