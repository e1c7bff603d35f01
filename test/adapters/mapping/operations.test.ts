import { describe, expect, test } from 'vitest'

import type { CallContext, LoadedAdapter, Shape, Tree, Value } from '../../../adapters/adapter.ts'
import { FindingsError } from '../../../adapters/finding.ts'
import { NO_RECORD, withOperations } from '../../../adapters/mapping/operations.ts'
import type { OperationSettings, SystemSettings } from '../../../adapters/settings.ts'

const CONTEXT: CallContext = {
  requestId: 'r',
  traceparent: '',
  signal: new AbortController().signal,
}

const text: Shape = { kind: 'scalar', type: 'string' }
const int: Shape = { kind: 'scalar', type: 'int' }
const exact: Shape = { kind: 'scalar', type: 'exact' }
const object = (fields: Record<string, Shape>): Shape => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
})

const INPUT = object({ key: text, code: int, page: int, id: text, big: exact })
const OUTPUT = object({
  result: int,
  message: text,
  packed: text,
  items: { kind: 'list', of: object({ no: int }) },
})

/** An adapter that answers in turn and remembers what it was asked. */
function system(replies: readonly Tree[]): { loaded: LoadedAdapter; asked: [string, Tree][] } {
  const asked: [string, Tree][] = []
  const operations = new Map([['Ask', { name: 'Ask', input: INPUT, output: OUTPUT }]])
  const adapter: LoadedAdapter['adapter'] = {
    call: async (operation, input) => {
      asked.push([operation, input])
      return { value: replies[asked.length - 1] ?? {}, at: 1_000 * asked.length }
    },
  }
  return { loaded: { contract: { operations }, adapter }, asked }
}

function settings(rules: Partial<OperationSettings>): SystemSettings {
  return {
    name: { fa: 'آزمون', en: 'test' },
    agency: { code: 'T', fa: 'آزمون', en: 'test' },
    protocol: 'rest',
    contract: 'c.json',
    address: 'T_URL',
    auth: [],
    quirks: {},
    limits: { timeout: '1s', concurrency: 1, queue: 0, reply: '1KB' },
    breaker: { failures: 1, halfOpenAfter: '1s' },
    retries: 0,
    maintenance: [],
    operations: { ask: { operation: 'Ask', kind: 'query', ...rules } },
  }
}

async function ask(
  rules: Partial<OperationSettings>,
  replies: readonly Tree[],
  input: Tree = {},
): Promise<{ value: Value; at: number; asked: [string, Tree][] }> {
  const { loaded, asked } = system(replies)
  const source = { uuid: () => 'u-u-i-d', now: () => Date.parse('2026-11-22T08:00:00.123Z') }
  const { adapter } = withOperations(loaded, settings(rules), 'test-system', source)
  return { ...(await adapter.call('ask', input, CONTEXT)), asked }
}

function problems(rules: Partial<OperationSettings>): readonly string[] {
  try {
    withOperations(system([]).loaded, settings(rules), 'test-system')
  } catch (error) {
    if (error instanceof FindingsError) return error.findings.map(({ message }) => message)
    throw error
  }
  return []
}

describe('names and filling', () => {
  test("our operation is sent under the contract's name, with constants in the contract's types", async () => {
    const rules = {
      constants: { code: '3', big: 12 },
      generated: { id: 'uuid', key: 'time' },
    } as const
    const { asked } = await ask(rules, [{ result: 0 }], { page: 7 })
    expect(asked).toEqual([
      ['Ask', { page: 7, code: 3, big: '12', id: 'u-u-i-d', key: '2026-11-22T08:00:00Z' }],
    ])
  })

  test('a constant cannot be overwritten by the caller', async () => {
    const { asked } = await ask({ constants: { code: 3 } }, [{}], { code: 41 })
    expect(asked[0]?.[1]).toEqual({ code: 3 })
  })

  test('an operation that is not in system.json is refused', async () => {
    const { adapter } = withOperations(system([]).loaded, settings({}), 'test-system')
    await expect(adapter.call('Ask', {}, CONTEXT)).rejects.toMatchObject({ code: 'SYSTEM_REFUSED' })
  })
})

describe('findings', () => {
  test.each<[Partial<OperationSettings>, string]>([
    [{ operation: 'Aks' }, 'the contract has no operation "Aks", only Ask'],
    [{ constants: { opcode: 1 } }, 'constant path "opcode": the contract has no "opcode" here'],
    [{ constants: { code: 'three' } }, 'constant "code" is not of the contract\'s type'],
    [{ generated: { code: 'uuid' } }, 'generated "code" is no text in the contract'],
    [{ outcomes: [{ path: 'res', is: [1], means: 'busy' }] }, 'outcome path "res"'],
    [{ outcomes: [{ path: 'result', means: 'busy' }] }, 'needs one of is, not, starts or below'],
    [{ outcomes: [{ path: 'result', is: [1], means: 'busy', code: 'x' }] }, 'path "x"'],
    [{ paging: { page: 'pg', first: 1, items: 'items', size: 2, most: 2 } }, 'paging path "pg"'],
    [{ unpack: { path: 'items', separator: ';', fields: ['a'] } }, 'unpack: "items" is no text'],
  ])('%j', (rules, message) => {
    expect(problems(rules)).toEqual([expect.stringContaining(message)])
  })

  test('all of them are reported at once', () => {
    const rules = {
      constants: { a: 1 },
      outcomes: [{ path: 'b', is: [1], means: 'busy' as const }],
    }
    expect(problems(rules)).toHaveLength(2)
  })
})

describe('outcomes', () => {
  const outcomes: OperationSettings['outcomes'] = [
    { path: 'result', is: [2, null], means: 'notFound' },
    { path: 'result', is: [9], means: 'ambiguous' },
    { path: 'result', is: ['8'], means: 'busy' },
    { path: 'result', is: [7], means: 'unavailable' },
    { path: 'result', not: [0], means: 'refused', code: 'message' },
  ]

  test('an answer without a record is an empty tree', async () => {
    expect((await ask({ outcomes }, [{ result: 2, message: 'x' }])).value).toBe(NO_RECORD)
    expect((await ask({ outcomes }, [{}])).value).toBe(NO_RECORD)
    expect((await ask({ outcomes }, [{ result: 0 }])).value).toEqual({ result: 0 })
  })

  test.each([
    [9, 'SYSTEM_UNAVAILABLE', true],
    [8, 'SYSTEM_BUSY', true],
    [7, 'SYSTEM_UNAVAILABLE', true],
    [1, 'SYSTEM_REFUSED', false],
  ])('result %i means %s', async (result, code, retryable) => {
    const failed = ask({ outcomes }, [{ result, message: 'E-1' }])
    await expect(failed).rejects.toMatchObject({ code, retryable, operation: 'ask' })
  })

  test.each([
    ['E-1', undefined],
    ['err.auth', 'err.auth'],
    ['311', '311'],
    ['کد ملی 0004120371', undefined],
    ['0004120371', undefined],
  ])('of the code %j only %j is shown', async (message, faultCode) => {
    await expect(ask({ outcomes }, [{ result: 1, message }])).rejects.toMatchObject({ faultCode })
  })

  test('below counts numbers only', async () => {
    const below: OperationSettings['outcomes'] = [
      { path: 'message', below: 1000, means: 'refused' },
    ]
    await expect(ask({ outcomes: below }, [{ message: '12' }])).rejects.toMatchObject({
      code: 'SYSTEM_REFUSED',
    })
    expect((await ask({ outcomes: below }, [{ message: '1000' }])).value).toEqual({
      message: '1000',
    })
    expect((await ask({ outcomes: below }, [{ message: 'a' }])).value).toEqual({ message: 'a' })
  })
})

test('an outcome may know a text by its beginning alone', async () => {
  const outcomes: OperationSettings['outcomes'] = [
    { path: 'message', starts: ['-1;'], means: 'ambiguous' },
    { path: 'message', starts: ['-'], means: 'refused' },
  ]
  const say = (message: string) => ask({ outcomes }, [{ result: 0, message }])
  await expect(say('-1;هر متنی')).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
  await expect(say(' -1;با فاصله')).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
  await expect(say('-17')).rejects.toMatchObject({ code: 'SYSTEM_REFUSED' })
  expect((await say('12-1;')).value).toEqual({ result: 0, message: '12-1;' })
  expect((await ask({ outcomes }, [{ result: 0 }])).value).toEqual({ result: 0 })
})

describe('unpack', () => {
  const byKey = { path: 'packed', separator: ';', assign: ':', fields: ['Name', 'Grade'] }
  const byPlace = { path: 'packed', separator: '|', fields: ['no', 'name', 'grade'] }

  test.each<[NonNullable<OperationSettings['unpack']>, string, Tree]>([
    [byKey, 'Name:علی;Grade:1', { Name: 'علی', Grade: '1' }],
    [byKey, ' Grade : 1 ; Name: a:b ;', { Name: 'a:b', Grade: '1' }],
    [byKey, 'Name:علی;Grade:', { Name: 'علی', Grade: '' }],
    [byPlace, '12|علی|1', { no: '12', name: 'علی', grade: '1' }],
    [byPlace, '12||1|', { no: '12', name: '', grade: '1' }],
  ])('%j of %j', async (unpack, packed, record) => {
    expect((await ask({ unpack }, [{ packed }])).value).toEqual(record)
  })

  test.each([
    [byKey, 'Name:علی;Rank:1', 'packed: no Grade'],
    [byKey, 'Name:علی', 'packed: no Grade'],
    [byKey, 'Name:علی;Grade:1;Rank:1', 'packed: a field beyond the contract'],
    [byKey, 'Name:a;Name:b;Grade:1', 'packed: a field beyond the contract'],
    [byKey, 'علی', 'packed: no Name, Grade'],
    [byKey, '', 'packed: no Name, Grade'],
    [byPlace, '12|علی', 'packed: 2 fields, not 3'],
    [byPlace, '12|علی|1|2', 'packed: 4 fields, not 3'],
  ])('%j of %j is drift', async (unpack, packed, reason) => {
    await expect(ask({ unpack }, [{ packed }])).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason },
    })
  })

  test('an outcome may speak of the unpacked record, before its fields are counted', async () => {
    const outcomes: OperationSettings['outcomes'] = [{ path: 'no', is: ['-1'], means: 'notFound' }]
    expect((await ask({ unpack: byPlace, outcomes }, [{ packed: '-1' }])).value).toBe(NO_RECORD)
    expect((await ask({ unpack: byPlace }, [{ result: 0 }])).value).toBe(NO_RECORD)
  })
})

const page = (...numbers: number[]): Tree => ({ result: 0, items: numbers.map((no) => ({ no })) })

describe('paging', () => {
  const paging = { page: 'page', first: 1, items: 'items', size: 2, most: 3 }

  test('pages are joined up to a short one, and the first speaks for the rest', async () => {
    const { value, at, asked } = await ask({ paging }, [page(1, 2), page(3)], { key: 'k' })
    expect(value).toEqual(page(1, 2, 3))
    expect(at).toBe(1_000)
    expect(asked.map(([, input]) => input)).toEqual([
      { key: 'k', page: 1 },
      { key: 'k', page: 2 },
    ])
  })

  test('a page that is a fault in disguise does not pass for the last', async () => {
    const outcomes: OperationSettings['outcomes'] = [{ path: 'result', not: [0], means: 'busy' }]
    const failed = ask({ paging, outcomes }, [page(1, 2), { result: 8 }])
    await expect(failed).rejects.toMatchObject({ code: 'SYSTEM_BUSY' })
  })

  test('a reply without a record stays one', async () => {
    expect((await ask({ paging }, [{}])).value).toEqual(NO_RECORD)
  })

  test('an absent list is a short page', async () => {
    expect((await ask({ paging }, [{ result: 0 }])).value).toEqual({ result: 0, items: [] })
  })

  test('more pages than allowed are refused and not retried', async () => {
    const endless = ask({ paging }, [page(1, 2), page(3, 4), page(5, 6)])
    await expect(endless).rejects.toMatchObject({ code: 'SYSTEM_REPLY_INVALID', retryable: false })
  })
})
