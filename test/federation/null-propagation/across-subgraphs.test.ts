import { expect, test } from 'vitest'

import { CallerError } from '../../../schema/errors.ts'
import { onBothEngines } from '../on-both-engines.ts'

const fail = () => {
  throw new CallerError('NOT_FOUND', 'Not there.')
}
const same = (one: object) => one

const trips = {
  sdl: `
    type Query { trips: [[Trip!]]!, firm: Firm! }
    type Trip { stops: [Stop!]!, no: Int }
    type Stop @key(fields: "id") { id: ID! }
    type Firm { head: Stop!, side: Stop }`,
  resolvers: {
    Query: {
      trips: () => [
        [
          { no: 1, stops: [{ id: 'a' }] },
          { no: 2, stops: [{ id: 'b' }, { id: 'bad' }] },
        ],
        [{ no: 3, stops: [] }],
        null,
      ],
      firm: () => ({ head: { id: 'a' }, side: { id: 'bad' } }),
    },
  },
}
const stops = {
  sdl: `
    type Stop @key(fields: "id") { id: ID!, city: City!, note: String }
    type City @key(fields: "code") { code: ID! }`,
  resolvers: {
    Stop: {
      __resolveReference: same,
      city: ({ id }: { id: string }) => ({ code: `c-${id}` }),
      note: ({ id }: { id: string }) => (id === 'bad' ? fail() : 'n'),
    },
  },
}
const cities = {
  sdl: 'type City @key(fields: "code") { code: ID!, name: String!, mayor: Mayor } type Mayor { age: Int! }',
  resolvers: {
    City: {
      __resolveReference: same,
      name: ({ code }: { code: string }) => (code === 'c-bad' ? fail() : code),
      mayor: ({ code }: { code: string }) => ({ age: () => (code === 'c-bad' ? fail() : 50) }),
    },
  },
}

onBothEngines((federate) => {
  test('a failure two steps on goes up to the first place that may be null, and only there', async () => {
    const { ask } = federate({ trips, stops, cities })
    const { data, errors } = await ask('{ trips { no stops { city { name } } } }')
    expect(data).toEqual({ trips: [null, [{ no: 3, stops: [] }], null] })
    expect(errors?.map(({ path }) => path)).toEqual([['trips', 0, 1, 'stops', 1, 'city', 'name']])
  })

  test('tells errors below lists of lists at their places in the answer, aliases and all', async () => {
    const { ask } = federate({ trips, stops, cities })
    const { data, errors } = await ask(
      '{ all: trips { s: stops { id: note to: city { m: mayor { age } } } } }',
    )
    expect(data).toEqual({
      all: [
        [
          { s: [{ id: 'n', to: { m: { age: 50 } } }] },
          {
            s: [
              { id: 'n', to: { m: { age: 50 } } },
              { id: null, to: { m: null } },
            ],
          },
        ],
        [{ s: [] }],
        null,
      ],
    })
    expect(errors?.map(({ path }) => path?.join('.')).toSorted()).toEqual([
      'all.0.1.s.1.id',
      'all.0.1.s.1.to.m.age',
    ])
  })

  test('a non-null object of another subgraph that fails takes its parent, not its neighbours', async () => {
    const { ask } = federate({ trips, stops, cities })
    const { data, errors } = await ask('{ firm { head { city { name } } side { city { name } } } }')
    expect(data).toEqual({ firm: { head: { city: { name: 'c-a' } }, side: null } })
    expect(errors?.map(({ path }) => path)).toEqual([['firm', 'side', 'city', 'name']])
  })

  test('a call that fails as a whole is told at each place it was to fill, and takes what it must', async () => {
    const { ask } = federate({
      trips,
      stops: { ...stops, execute: () => Promise.reject(new Error('down')) },
      cities,
    })
    const { data, errors } = await ask('{ firm { head { id note } side { note city { code } } } }')
    expect(data).toEqual({ firm: { head: { id: 'a', note: null }, side: null } })
    expect(errors?.map(({ path }) => path?.join('.')).toSorted()).toEqual([
      'firm.head.note',
      'firm.side.city',
      'firm.side.note',
    ])
  })
})
