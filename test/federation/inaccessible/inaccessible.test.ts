import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

const inside = {
  sdl: `
    type Query {
      file: File
      find(state: State, secretly: Boolean = true @inaccessible, by: By): [File]
      vault: Vault @inaccessible
    }
    enum State { OPEN CLOSED SEALED @inaccessible }
    input By { name: String, code: Int = 7 @inaccessible }
    type File @key(fields: "no") { no: ID! @inaccessible, state: State, states: [State], vault: Vault @inaccessible }
    type Vault @inaccessible { gold: Int }`,
  resolvers: {
    Query: {
      file: () => ({ no: '1', state: 'OPEN', states: ['OPEN', 'CLOSED'] }),
      find: (_source: unknown, args: object) => [{ no: JSON.stringify(args), state: 'SEALED' }],
    },
  },
}
const outside = {
  sdl: 'type File @key(fields: "no") { no: ID!, title: String @tag(name: "public") }',
  resolvers: {
    File: { __resolveReference: same, title: ({ no }: { no: string }) => `file ${no}` },
  },
}

onBothEngines((federate) => {
  test.each([
    ['field', '{ file { no } }'],
    ['field of the root', '{ vault { gold } }'],
    ['type', '{ file { ... on Vault { gold } } }'],
    ['argument', '{ find(secretly: false) { title } }'],
    ['enum value', '{ find(state: SEALED) { title } }'],
    ['input field', '{ find(by: { code: 1 }) { title } }'],
  ])('refuses an inaccessible %s as if there were none', async (_name, query) => {
    const { ask, sent } = federate({ inside, outside })
    const { data, errors } = await ask(query)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_INVALID' } }])
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean/)
    expect(sent).toEqual([])
  })

  test('uses an inaccessible key without showing it', async () => {
    const { ask } = federate({ inside, outside })
    const { data, errors } = await ask('{ file { title state states } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ file: { title: 'file 1', state: 'OPEN', states: ['OPEN', 'CLOSED'] } })
  })

  test('leaves defaults of inaccessible arguments to the subgraph', async () => {
    const { ask } = federate({ inside, outside })
    const { data } = await ask('query ($by: By) { find(state: OPEN, by: $by) { title } }', {
      variables: { by: { name: 'n' } },
    })
    const args = { state: 'OPEN', secretly: true, by: { name: 'n', code: 7 } }
    const find = data?.['find']
    const [title] = Array.isArray(find) ? find.map((one: { title: string }) => one.title) : []
    expect(JSON.parse(String(title).slice('file '.length))).toEqual(args)
  })

  test('never shows an inaccessible enum value', async () => {
    const { ask } = federate({ inside, outside })
    const { data, errors } = await ask('{ find { state } }')
    expect(data).toEqual({ find: [{ state: null }] })
    expect(errors?.map(({ path }) => path)).toEqual([['find', 0, 'state']])
    expect(JSON.stringify(errors)).not.toContain('SEALED')
  })

  test('does not tell of them by introspection', async () => {
    const { ask } = federate({ inside, outside })
    const { data } = await ask(
      '{ __schema { types { name fields { name args { name } } enumValues { name } inputFields { name } } } file { title } }',
    )
    expect(data?.['file']).toEqual({ title: 'file 1' })
    expect(JSON.stringify(data)).not.toMatch(
      /vault|Vault|SEALED|secretly|"no"|"code"|join__|_entities/,
    )
  })
})
