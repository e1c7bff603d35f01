import { expect, test } from 'vitest'

import type { Answer } from '../../../schema/context.ts'
import { CallerError } from '../../../schema/errors.ts'
import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: `
    type Query { me: Person, twice: [Person] }
    type Person @key(fields: "id") { id: ID!, name: String }`,
  resolvers: {
    Query: { me: () => ({ id: '1', name: 'Sara' }), twice: () => [{ id: '1' }, { id: '1' }] },
  },
}
const HISTORY =
  'type Person @key(fields: "id") { id: ID!, days: Int, last: Job } type Job { at: String }'

onBothEngines((federate) => {
  function failing(answer: () => Promise<Answer>) {
    return federate({ people, history: { sdl: HISTORY, execute: answer } })
  }

  test('moves a path below _entities to the place of the object, with the aliases of the client', async () => {
    const { ask } = federate({
      people,
      history: {
        sdl: HISTORY,
        resolvers: {
          Person: { __resolveReference: (one: object) => one, last: () => ({}) },
          Job: {
            at: () => {
              throw new CallerError('NOT_FOUND', 'No such job.')
            },
          },
        },
      },
    })
    const { data, errors } = await ask('{ I: me { was: last { where: at } } }')
    expect(data).toEqual({ I: { was: { where: null } } })
    expect(errors).toEqual([
      {
        message: 'No such job.',
        path: ['I', 'was', 'where'],
        extensions: { code: 'NOT_FOUND', fa: 'یافت نشد.', reference: 'r1' },
      },
    ])
  })

  test('shows an error of a shared object at each place of it', async () => {
    const { ask } = failing(async () => ({
      data: { _entities: [null] },
      errors: [
        { message: 'x', path: ['_entities', 0], extensions: { code: 'SYSTEM_BUSY', system: 'h' } },
      ],
    }))
    const { errors } = await ask('{ twice { days last { at } } }')
    expect(errors?.map(({ path }) => path)).toEqual([
      ['twice', 0, 'days'],
      ['twice', 0, 'last'],
      ['twice', 1, 'days'],
      ['twice', 1, 'last'],
    ])
  })

  test.each<[string, () => Promise<Answer>, string]>([
    ['throws', () => Promise.reject(new Error('password=1234567890')), 'INTERNAL'],
    ['answers without data and reason', async () => ({}), 'SYSTEM_REPLY_INVALID'],
    [
      'reports in its own words',
      async () => ({ errors: [{ message: 'SELECT … 1234567890' }] }),
      'INTERNAL',
    ],
  ])('nulls only its own fields when a subgraph %s', async (_, answer, code) => {
    const { ask } = failing(answer)
    const { data, errors } = await ask('{ me { name days } }')
    expect(data).toEqual({ me: { name: 'Sara', days: null } })
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['me', 'days'], code],
    ])
    expect(JSON.stringify(errors)).not.toContain('1234567890')
  })

  test('does not wait for a subgraph beyond the end of the request', async () => {
    const { promise: never } = Promise.withResolvers<Answer>()
    const answers = [Promise.resolve({ data: { _entities: [{ days: 1 }] } }), never]
    const { ask } = failing(() => answers.shift() ?? never)
    // So that the plan, which the end of the request would not wait for either, is there.
    await ask('{ me { name days } }')
    const { data, errors } = await ask('{ me { name days } }', { signal: AbortSignal.timeout(50) })
    expect(data).toEqual({ me: { name: 'Sara', days: null } })
    expect(errors?.[0]?.extensions?.['code']).toBe('SYSTEM_TIMEOUT')
  })

  test('refuses a value that is not of its type, without naming it', async () => {
    const { ask } = failing(async () => ({ data: { _entities: [{ days: '<html>' }] } }))
    const { data, errors } = await ask('{ me { days } }')
    expect(data).toEqual({ me: { days: null } })
    expect(errors?.[0]?.path).toEqual(['me', 'days'])
    expect(JSON.stringify(errors)).not.toContain('html')
  })
})
