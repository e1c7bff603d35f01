import { expect, test } from 'vitest'

import { SystemError } from '../../../schema/errors.ts'
import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: `
    type Query { me: Person, list: [Person], strict: [Person!]! }
    type Person @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      me: () => ({ id: '1' }),
      list: () => [{ id: '1' }, { id: '2' }],
      strict: () => [{ id: '2' }],
    },
  },
}

const licences = {
  sdl: 'type Person @key(fields: "id") { id: ID!, licence: Licence, number: Int! } type Licence { class: Int! }',
  resolvers: {
    Person: {
      __resolveReference: async ({ id }: { id: string }) => {
        if (id === '1') return { id }
        throw new SystemError('SYSTEM_UNAVAILABLE', 'licences')
      },
      licence: () => ({ class: 3 }),
      number: () => 7,
    },
  },
}

onBothEngines((federate) => {
  test('nulls the nullable object around a non-null field that failed and explains it once', async () => {
    const { ask } = federate({ people, licences })
    const { data, errors } = await ask('{ list { id number } }')
    expect(data).toEqual({ list: [{ id: '1', number: 7 }, null] })
    expect(errors).toEqual([
      {
        message: 'The system cannot be reached.',
        path: ['list', 1, 'number'],
        extensions: {
          code: 'SYSTEM_UNAVAILABLE',
          system: 'licences',
          retryable: true,
          reference: 'r1',
        },
      },
    ])
  })

  test('takes the whole answer when nothing on the way up may be null', async () => {
    const { ask } = federate({ people, licences })
    const { data, errors } = await ask('{ strict { number } }')
    expect(data).toBeNull()
    expect(errors?.map(({ path }) => path)).toEqual([['strict', 0, 'number']])
  })

  test('leaves the fields of other systems alone', async () => {
    const { ask } = federate({ people, licences })
    const { data, errors } = await ask('{ list { id licence { class } } }')
    expect(data).toEqual({
      list: [
        { id: '1', licence: { class: 3 } },
        { id: '2', licence: null },
      ],
    })
    expect(errors?.map(({ path }) => path)).toEqual([['list', 1, 'licence']])
  })

  test('says that a non-null value is missing when no system said why', async () => {
    const silent = {
      sdl: licences.sdl,
      execute: async () => ({ data: { _entities: [{ number: null }] } }),
    }
    const { ask } = federate({ people, licences: silent })
    const { data, errors } = await ask('{ me { number } }')
    expect(data).toEqual({ me: null })
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['me', 'number'], 'INTERNAL'],
    ])
  })
})
