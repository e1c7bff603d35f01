import { Kind, OperationTypeNode, parse } from 'graphql'
import { expect, test } from 'vitest'

import type { Work } from '../../../gateway/pipeline.ts'
import { KnownOperations } from '../../../gateway/reload/known-operations.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'

const CITIZEN: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 'u1',
  nationalId: '0012345679',
  roles: new Set(['citizen']),
}

interface Given {
  readonly hash: string
  readonly key?: string
  readonly caller?: Caller
  readonly refused?: boolean
  readonly query?: string
  readonly selections?: number
}

function work({
  hash,
  key = hash,
  caller = CITIZEN,
  refused = false,
  query = '{ a }',
  selections = 1,
}: Given): Work {
  const document = parse('{ a }', { noLocation: true })
  const [operation] = document.definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('an operation is meant')
  expect(operation.operation).toBe(OperationTypeNode.QUERY)
  return {
    request: { query, variables: { id: '0012345679' } },
    context: {
      requestId: 'r',
      traceparent: '',
      caller,
      signal: new AbortController().signal,
      provenance: false,
      ask: () => Promise.resolve({}),
    },
    trusted: false,
    readOnly: false,
    accepts: { later: false, events: false },
    operation: { document, operation, fragments: [], hash, provenance: false, selections },
    filtered: {
      document,
      key,
      rights: '',
      mayChallenge: false,
      wantsCase: false,
      denied: () => undefined,
      refused: () => ({ fields: [], isAll: false }),
    },
    ...(refused ? { refusal: { kind: 'invalid', reason: 'depth', errors: [] } } : {}),
  }
}

test('remembers who sent what and when, without variables and persons', () => {
  let now = 1000
  const known = new KnownOperations({ now: () => now })
  known.saw(work({ hash: 'h' }), 'portal')
  now = 2000
  known.saw(work({ hash: 'h' }), undefined)
  const [operation] = known.all()
  expect(operation).toMatchObject({ hash: 'h', seen: 2, lastSeenAt: 2000 })
  expect([...(operation?.clients ?? [])]).toEqual([
    ['portal', 1000],
    ['unknown', 2000],
  ])
  const [rights] = operation?.rights.values() ?? []
  expect(rights).toEqual({ ...ANONYMOUS, kind: 'citizen', roles: new Set(['citizen']) })
  expect(operation?.request).not.toHaveProperty('variables')
})

test('what was refused, and what is too long to be remembered, is not known', () => {
  const known = new KnownOperations()
  known.saw(work({ hash: 'h', refused: true }), 'portal')
  known.saw(work({ hash: 'long', query: `{ a }${' '.repeat(40_000)}` }), 'portal')
  expect(known.all()).toEqual([])
})

test('a flood of operations that come once does not drive out those that come again', () => {
  const known = new KnownOperations({ most: 8 })
  for (let time = 0; time < 2; time += 1) known.saw(work({ hash: 'daily' }), 'portal')
  for (let index = 0; index < 1000; index += 1) known.saw(work({ hash: `x${index}` }), 'flood')
  expect(known.all().map(({ hash }) => hash)).toContain('daily')
  expect(known.size).toBe(3)
})

test('a large operation takes the place of several', () => {
  const known = new KnownOperations({ most: 40 })
  for (const hash of ['a', 'b', 'c']) known.saw(work({ hash, selections: 450 }), 'portal')
  expect(known.all().map(({ hash }) => hash)).toEqual(['b', 'c'])
})

test('one set of rights is kept for each way in which access left the document', () => {
  const known = new KnownOperations()
  known.saw(work({ hash: 'h', key: 'h' }), 'portal')
  known.saw(work({ hash: 'h', key: 'h less', caller: ANONYMOUS }), 'portal')
  known.saw(work({ hash: 'h', key: 'h' }), 'portal')
  const kinds = [...(known.all()[0]?.rights.values() ?? [])].map(({ kind }) => kind)
  expect(kinds).toEqual(['citizen', 'anonymous'])
})

test('those that came most often are first', () => {
  const known = new KnownOperations()
  for (const hash of ['rare', 'often', 'often', 'often']) known.saw(work({ hash }), 'portal')
  expect(known.all().map(({ hash }) => hash)).toEqual(['often', 'rare'])
})
