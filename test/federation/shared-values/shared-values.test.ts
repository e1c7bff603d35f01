import { expect, test } from 'vitest'

import { CallerError } from '../../../schema/errors.ts'
import { onBothEngines } from '../on-both-engines.ts'

/** One person, one address, known in parts by two subgraphs: the same objects, not entities. */
const civil = {
  sdl: `
    type Query { me: Person @shareable }
    type Person @shareable { name: String, home: Address, places: [[Address]] }
    type Address { city: String @shareable, street: Street @shareable, postcode: Int }
    type Street { name: String }`,
  resolvers: {
    Query: {
      me: () => ({
        name: 'Sara',
        home: { city: 'Yazd', street: { name: 'Azadi' }, postcode: 89 },
        places: [[{ city: 'Yazd', postcode: 1 }, null], [], null],
      }),
    },
  },
}
const post = {
  sdl: `
    type Query { me: Person @shareable }
    type Person @shareable { name: String, home: Address, places: [[Address]] }
    type Address { city: String @shareable, street: Street @shareable, floor: Int, must: Int! }
    type Street { lane: Int }`,
  resolvers: {
    Query: {
      me: () => ({
        name: 'Sara',
        home: { city: 'Yazd', street: { lane: 4 }, floor: 2, must: 1 },
        places: [[{ city: 'Yazd', floor: 9, must: 2 }, null], [], null],
      }),
    },
  },
}

onBothEngines((federate) => {
  test('joins an object that each of two subgraphs knows in part, at every depth', async () => {
    const { ask } = federate({ civil, post })
    const { data, errors } = await ask(
      '{ me { name home { postcode floor street { name lane } city } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      me: {
        name: 'Sara',
        home: { postcode: 89, floor: 2, street: { name: 'Azadi', lane: 4 }, city: 'Yazd' },
      },
    })
  })

  test('joins lists of them place by place', async () => {
    const { ask } = federate({ civil, post })
    const { data, errors } = await ask('{ me { places { postcode floor } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ me: { places: [[{ postcode: 1, floor: 9 }, null], [], null] } })
  })

  test('an object that one subgraph had to null is null, whatever the other knows of it', async () => {
    const broken = {
      ...post,
      resolvers: {
        ...post.resolvers,
        Address: {
          must: () => {
            throw new CallerError('NOT_FOUND', 'Nothing there.')
          },
        },
      },
    }
    const { ask } = federate({ civil, post: broken })
    const { data, errors } = await ask('{ me { name home { must postcode } } }')
    expect(data).toEqual({ me: { name: 'Sara', home: null } })
    expect(errors?.map(({ path }) => path)).toEqual([['me', 'home', 'must']])
  })

  test('tells a failure once that two subgraphs report of the same field', async () => {
    const fails = {
      me: () => {
        throw new CallerError('NOT_FOUND', 'Nobody.')
      },
    }
    const { ask } = federate({
      civil: { ...civil, resolvers: { Query: fails } },
      post: { ...post, resolvers: { Query: fails } },
    })
    const { data, errors } = await ask('{ me { home { postcode floor } } }')
    expect(data).toEqual({ me: null })
    expect(errors?.map(({ path }) => path)).toEqual([['me']])
  })
})
