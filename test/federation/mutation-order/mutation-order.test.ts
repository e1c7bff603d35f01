import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

onBothEngines((federate) => {
  test('runs mutations of several subgraphs one after the other, in the order of the document', async () => {
    const happened: string[] = []
    const does = (name: string, tookMs: number) => async () => {
      await new Promise((resolve) => setTimeout(resolve, tookMs))
      happened.push(name)
      return happened.length
    }
    const { ask } = federate({
      one: {
        sdl: 'type Query { a: Int } type Mutation { first: Int, third: Int }',
        resolvers: { Mutation: { first: does('first', 30), third: does('third', 1) } },
      },
      two: {
        sdl: 'type Mutation { second: Int }',
        resolvers: { Mutation: { second: does('second', 10) } },
      },
    })
    const { data } = await ask('mutation { first second third }')
    expect(data).toEqual({ first: 1, second: 2, third: 3 })
    expect(happened).toEqual(['first', 'second', 'third'])
  })

  test('begins no further mutation once the request has ended', async () => {
    const ended = new AbortController()
    const happened: string[] = []
    const { ask } = federate({
      one: {
        sdl: 'type Query { a: Int } type Mutation { first: Int }',
        resolvers: {
          Mutation: {
            first: () => {
              happened.push('first')
              ended.abort()
            },
          },
        },
      },
      two: {
        sdl: 'type Mutation { second: Int }',
        resolvers: { Mutation: { second: () => happened.push('second') } },
      },
    })
    const { errors } = await ask('mutation { first second }', { signal: ended.signal })
    expect(happened).toEqual(['first'])
    expect(errors?.at(-1)).toMatchObject({
      path: ['second'],
      extensions: { code: 'SYSTEM_TIMEOUT', system: 'two' },
    })
  })
})
