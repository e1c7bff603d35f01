import { describe, expect, test } from 'vitest'

import type { Answer } from '../../../schema/context.ts'
import { onBothEngines } from '../on-both-engines.ts'

const SECRET = 'secret 1234567890'
const people = {
  sdl: `
    type Query { me: Person, all: [Person], thing: Thing, things: [[Thing!]!], plain: Plain }
    type Person @key(fields: "id") { id: ID!, name: String }
    union Thing = Plain | Other
    type Plain { text: String, number: Int, many: [Int!], flag: Flag, inner: Plain }
    type Other { text: String }
    enum Flag { UP DOWN }`,
}
const ages = {
  sdl: 'type Person @key(fields: "id") { id: ID!, age: Int, pals: [Person!], must: Int! }',
}

/** What the first subgraph answers, what the second does. */
type Data = NonNullable<Answer['data']>

onBothEngines((federate) => {
  function answering(first: Data, second: Data = { _entities: [{ age: 7 }] }) {
    return federate({
      people: { ...people, execute: async () => ({ data: first }) },
      ages: { ...ages, execute: async () => ({ data: second }) },
    })
  }

  describe('of a subgraph that answers with what its schema does not allow', () => {
    test.each<[string, string, Data, [expected: unknown, paths: unknown[]]]>([
      [
        'a text for an object',
        '{ me { name } plain { text } }',
        { me: SECRET, plain: { text: 't' } },
        [{ me: null, plain: { text: 't' } }, [['me']]],
      ],
      [
        'a list for an object',
        '{ me { name } }',
        { me: [{ id: '1', name: SECRET }] },
        [{ me: null }, [['me']]],
      ],
      ['a number for an object', '{ me { name } }', { me: 4 }, [{ me: null }, [['me']]]],
      [
        'an object for a list',
        '{ all { name } }',
        { all: { id: '1', name: 'n' } },
        [{ all: null }, [['all']]],
      ],
      [
        'a text for a list',
        '{ plain { many } }',
        { plain: { many: SECRET } },
        [{ plain: { many: null } }, [['plain', 'many']]],
      ],
      [
        'an object for a text',
        '{ plain { text } }',
        { plain: { text: { SECRET } } },
        [{ plain: { text: null } }, [['plain', 'text']]],
      ],
      [
        'a text for a number',
        '{ plain { number } }',
        { plain: { number: SECRET } },
        [{ plain: { number: null } }, [['plain', 'number']]],
      ],
      [
        'an enum value that is none',
        '{ plain { flag } }',
        { plain: { flag: SECRET } },
        [{ plain: { flag: null } }, [['plain', 'flag']]],
      ],
      [
        'a null in a list of none',
        '{ plain { many } }',
        { plain: { many: [1, null] } },
        [{ plain: { many: null } }, [['plain', 'many', 1]]],
      ],
      [
        'a text among objects',
        '{ all { name } }',
        { all: [{ id: '1', name: 'n' }, SECRET] },
        [{ all: [{ name: 'n' }, null] }, [['all', 1]]],
      ],
      [
        'one list too few',
        '{ things { ... on Plain { text } } }',
        { things: [{ __typename: 'Plain', text: 't' }] },
        [{ things: null }, [['things', 0]]],
      ],
      [
        'a type that the union does not have',
        '{ thing { __typename } }',
        { thing: { __typename: 'Person' } },
        [{ thing: null }, [['thing']]],
      ],
      [
        'a type that nobody knows',
        '{ thing { __typename } }',
        { thing: { __typename: SECRET } },
        [{ thing: null }, [['thing']]],
      ],
      [
        'a type that is no text',
        '{ thing { __typename } }',
        { thing: { __typename: [SECRET] } },
        [{ thing: null }, [['thing']]],
      ],
      [
        'nothing where something may be null',
        '{ plain { text number } }',
        { plain: { number: 1 } },
        [{ plain: { text: null, number: 1 } }, []],
      ],
    ])('%s', async (_name, query, data, [expected, paths]) => {
      const { ask } = answering(data)
      const answer = await ask(query)
      expect(answer.data).toEqual(expected)
      expect((answer.errors ?? []).map(({ path }) => path)).toEqual(paths)
      expect(JSON.stringify(answer)).not.toContain('1234567890')
    })

    test('shows no field that was not asked for', async () => {
      const { ask } = answering({ plain: { text: 't', number: 5, [SECRET]: 1 }, [SECRET]: 1 })
      expect(await ask('{ plain { text } }')).toEqual({ data: { plain: { text: 't' } } })
    })
  })

  describe('of a subgraph that completes objects and answers with', () => {
    const me = { me: { __typename: 'Person', id: '1', name: 'n' } }

    test.each<[string, Data, number | null]>([
      ['no list', { _entities: null }, null],
      ['an object for the list', { _entities: { age: 3 } }, null],
      ['too few', { _entities: [] }, null],
      ['too many', { _entities: [{ age: 3 }, { age: 4 }] }, 3],
      ['a null', { _entities: [null] }, null],
      ['a text', { _entities: [SECRET] }, null],
      ['a list', { _entities: [[{ age: 3 }]] }, null],
      ['another field', { _entities: [{ name: SECRET, age: 3 }] }, 3],
      ['nothing', {}, null],
    ])('%s', async (_name, second, age) => {
      const answer = await answering(me, second).ask('{ me { id age } }')
      expect(answer.data).toEqual({ me: { id: '1', age } })
      expect(JSON.stringify(answer)).not.toContain('1234567890')
    })

    test('a name of another type, and it is not believed', async () => {
      const { ask } = answering(me, { _entities: [{ __typename: 'Plain', age: 3 }] })
      expect((await ask('{ me { id name age } }')).data).toMatchObject({
        me: { id: '1', name: 'n' },
      })
    })

    test('a null in a non-null place', async () => {
      const { ask } = answering(me, { _entities: [{ must: null }] })
      const { data, errors } = await ask('{ me { must } }')
      expect(data).toEqual({ me: null })
      expect(errors?.map(({ path }) => path)).toEqual([['me', 'must']])
    })

    test('errors whose paths lead nowhere', async () => {
      const { ask } = federate({
        people: { ...people, execute: async () => ({ data: me }) },
        ages: {
          ...ages,
          execute: async () => ({
            data: { _entities: [{ age: null }] },
            errors: [
              { message: SECRET, path: ['_entities', 5, 'age'] },
              { message: SECRET, path: ['_entities', 0, 'nothing', 'here'] },
              { message: SECRET, path: [SECRET] },
              { message: SECRET, path: [] },
              { message: SECRET },
            ],
          }),
        },
      })
      const { data, errors = [] } = await ask('{ me { id age } }')
      expect(data).toEqual({ me: { id: '1', age: null } })
      expect(errors.length).toBeGreaterThan(0)
      for (const { path = [] } of errors) expect(['', 'me', 'me,age']).toContain(path.join(','))
      expect(JSON.stringify(errors)).not.toContain('1234567890')
    })
  })
})
