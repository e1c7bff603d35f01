import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one
const next = ({ id }: { id: string }) => ({ id: `${(Number(id) + 1) % 3}` })

const names = {
  sdl: 'type Query { me: Person } type Person @key(fields: "id") { id: ID!, name: String, friend: Person }',
  resolvers: {
    Query: { me: () => ({ id: '0' }) },
    Person: {
      __resolveReference: same,
      name: ({ id }: { id: string }) => `n${id}`,
      friend: next,
    },
  },
}
const firms = {
  sdl: 'type Person @key(fields: "id") { id: ID!, boss: Person, pals: [Person!] }',
  resolvers: {
    Person: {
      __resolveReference: same,
      boss: next,
      pals: (one: { id: string }) => [one, next(one)],
    },
  },
}

const pal = (id: number) => ({ id: `${id % 3}`, boss: { name: `n${(id + 1) % 3}` } })
const person = (id: number) => ({ name: `n${id % 3}`, boss: { called: `n${(id + 1) % 3}` } })

onBothEngines((federate) => {
  test('walks types that lead to themselves, to and fro between subgraphs', async () => {
    const { ask } = federate({ names, firms })
    const { data, errors } = await ask(
      '{ me { boss { friend { boss { name friend { boss { id name } } } } } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      me: { boss: { friend: { boss: { name: 'n0', friend: { boss: { id: '2', name: 'n2' } } } } } },
    })
  })

  test('an object inside itself stays one object per place', async () => {
    const { ask } = federate({ names, firms })
    const { data, errors } = await ask('{ me { id pals { name pals { id boss { name } } } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      me: {
        id: '0',
        pals: [
          { name: 'n0', pals: [pal(0), pal(1)] },
          { name: 'n1', pals: [pal(1), pal(2)] },
        ],
      },
    })
  })

  test('one fragment serves at every depth', async () => {
    const { ask } = federate({ names, firms })
    const { data, errors } = await ask(`
      { me { ...P friend { ...P boss { ...P } } } }
      fragment P on Person { name boss { ...N } }
      fragment N on Person { called: name }`)
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      me: {
        ...person(0),
        friend: { name: 'n1', boss: { called: 'n2', name: 'n2', boss: { called: 'n0' } } },
      },
    })
  })
})
