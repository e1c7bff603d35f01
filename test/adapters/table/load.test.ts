import { encode } from 'iconv-lite'
import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { loadTable } from '../../../adapters/table/load.ts'
import { codecSuite, loadFrom } from '../codec-suite.ts'
import { callContext, serve, systemSettings, type WireAnswer } from '../wire.ts'

const CSV = { 'content-type': 'text/csv' }

function table(changes: object = {}): object {
  return {
    operation: 'status',
    path: '/status.csv',
    query: [
      { name: 'nin', type: 'exact', required: true },
      { name: 'city', type: 'string', required: false },
    ],
    delimiter: ';',
    header: false,
    columns: [
      { name: 'nin', type: 'exact' },
      { name: 'text', type: 'string' },
    ],
    ...changes,
  }
}

codecSuite('table', {
  load: loadTable,
  contract: JSON.stringify(table()),
  operation: 'status',
  input: { nin: '0012345678' },
  answer: { headers: CSV, body: '12;پايان\r\n13;معاف\r\n' },
  value: {
    rows: [
      { nin: '12', text: 'پايان' },
      { nin: '13', text: 'معاف' },
    ],
  },
  arabic: {
    headers: { 'content-type': 'text/csv; charset=windows-1256' },
    body: encode('12;پايان\r\n13;معاف\r\n', 'windows-1256'),
  },
  unknownInput: { nin: '1', other: '0012345678' },
  garbage: {
    'row 2 has 3 columns': { headers: CSV, body: '12;a\n13;SECRET;0012345678\n' },
    'row 1 has 1 columns': { headers: CSV, body: '0012345678' },
    'rows[0].nin: expected exact': { headers: CSV, body: 'SECRET;a\n' },
    'not of its charset': { headers: CSV, body: encode('12;محرمانه\n', 'windows-1256') },
    'not delimited text': { headers: CSV, body: '12;"SECRET 0012345678' },
  },
})

async function ask(contract: object, input: Tree, answer: WireAnswer = {}) {
  const wire = await serve(() => ({ headers: CSV, ...answer }))
  const { adapter, contract: loaded } = await loadFrom(loadTable, JSON.stringify(contract), {
    address: wire.address,
  })
  const outcome = await adapter.call('status', input, callContext()).then(
    ({ value }) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  return { ...outcome, sent: wire.received[0], loaded }
}

function scalar(type: string): object {
  return { kind: 'scalar', type }
}

const RENAMED = [
  { name: 'nin', type: 'exact', header: 'کد' },
  { name: 'text', type: 'string', header: 'متن' },
]
const FIXED = {
  format: 'fixed',
  columns: [
    { name: 'nin', type: 'exact', width: 4 },
    { name: 'text', type: 'string', width: 6 },
  ],
}

describe('rows', () => {
  test.each<[string, object, string, unknown]>([
    ['none for an empty body', {}, '', []],
    ['none for empty lines', {}, '\r\n\r\n', []],
    ['null for an empty cell', {}, ';\n', [{ nin: null, text: null }]],
    ['quotes as RFC 4180', {}, '1;"a;""b"""\n', [{ nin: '1', text: 'a;"b"' }]],
    ['quotes as ordinary characters', { quote: null }, '1;a"b\n', [{ nin: '1', text: 'a"b' }]],
    ['leading zeros', {}, '0012;0x1\n', [{ nin: '0012', text: '0x1' }]],
    [
      'columns by header in any order',
      { header: true },
      'x;text;nin\n9;a;1\n',
      [{ nin: '1', text: 'a' }],
    ],
    ['a header alone', { header: true }, 'nin;text\n', []],
    ['lines of notes', { comment: '#' }, '# SECRET;x;y\n1;a#b\n', [{ nin: '1', text: 'a#b' }]],
    [
      'names of its own',
      { header: true, columns: RENAMED },
      'متن;کد\nالف;1\n',
      [{ nin: '1', text: 'الف' }],
    ],
    ['words that there are none', { empty: ['موردی یافت نشد'] }, 'موردی یافت نشد', []],
    [
      'columns of fixed width',
      FIXED,
      '0012  نور \r\n7   بلند\r\n',
      [
        { nin: '0012', text: 'نور' },
        { nin: '7', text: 'بلند' },
      ],
    ],
    ['commas', { delimiter: ',' }, '1,a\n', [{ nin: '1', text: 'a' }]],
  ])('are read: %s', async (_name, changes, body, rows) => {
    const answer = await ask(table(changes), { nin: 1 }, { body })
    expect(answer).toMatchObject({ error: undefined })
    expect(answer.value).toEqual({ rows })
  })

  test.each([
    ['a column missing in the header', 'nin;txt\n1;a\n', 'a column is missing'],
    ['a row shorter than the header', 'nin;text\n1\n', 'row 1 has 1 columns'],
  ])('are refused: %s', async (_name, body, reason) => {
    const { error } = await ask(table({ header: true }), { nin: 1 }, { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
  })

  test.each([
    [
      'a header that names a column twice',
      { header: true },
      'nin;text;nin\n1;a;2\n',
      'a column is missing',
    ],
    ['a line that is too short', FIXED, '0012\n', 'row 1 is of another width'],
    ['a line that is too long', FIXED, '0012abcdefx\n', 'row 1 is of another width'],
  ])('are refused: %s', async (_name, changes, body, reason) => {
    const { error } = await ask(table(changes), { nin: 1 }, { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
  })

  test('are chosen here where the system always gives all', async () => {
    const query = [{ name: 'key', type: 'string', required: true, column: 'nin' }]
    const { value, sent } = await ask(table({ query }), { key: '2' }, { body: '1;a\n2;b\n2;c\n' })
    expect(value).toEqual({
      rows: [
        { nin: '2', text: 'b' },
        { nin: '2', text: 'c' },
      ],
    })
    expect(sent?.url).toBe('/base/status.csv')
  })

  test('are asked by a form where the contract says POST', async () => {
    const changes = { method: 'POST', charset: 'windows-1256' }
    const { sent } = await ask(table(changes), { nin: 1, city: 'زهرا' }, { body: '' })
    expect(sent).toMatchObject({
      method: 'POST',
      url: '/base/status.csv',
      body: 'nin=1&city=%D2%E5%D1%C7',
    })
    expect(sent?.headers['content-type']).toBe(
      'application/x-www-form-urlencoded; charset=windows-1256',
    )
  })

  test.each([
    [{ delimiter: undefined }, 'delimited text needs a delimiter'],
    [{ format: 'fixed' }, 'fixed text needs the width of column "nin"'],
    [
      { query: [{ name: 'k', type: 'string', required: true, column: 'x' }] },
      'there is no column "x"',
    ],
  ])('are not described by %j', async (changes, finding) => {
    await expect(ask(table(changes), {})).rejects.toThrow(finding)
  })

  test("the charset is the contract's where the reply names none, then that of the settings", async () => {
    const body = encode('1;معاف\n', 'windows-1256')
    const named = await ask(table({ charset: 'windows-1256' }), { nin: 1 }, { body })
    expect(named.value).toEqual({ rows: [{ nin: '1', text: 'معاف' }] })
    const { address } = await serve(() => ({ headers: CSV, body }))
    const settings = systemSettings({ charset: 'windows-1256' })
    const { adapter } = await loadFrom(loadTable, JSON.stringify(table()), { address, settings })
    expect((await adapter.call('status', { nin: 1 }, callContext())).value).toEqual(named.value)
  })
})

describe('the query', () => {
  test.each([
    ['utf-8', '/base/status.csv?nin=0012&city=%D8%B1%D9%88%D8%AF%20%26'],
    ['windows-1256', '/base/status.csv?nin=0012&city=%D1%E6%CF%20%26'],
  ])('is written in %s', async (charset, url) => {
    const { sent } = await ask(table({ charset }), { nin: '0012', city: 'رود &' })
    expect(sent).toMatchObject({ method: 'GET', url })
  })

  test.each<[string, Tree]>([
    ['nin', {}],
    ['nin', { nin: null }],
    ['nin', { nin: '12a' }],
    ['nin', { nin: ['1'] }],
    ['city', { nin: '1', city: '漢' }],
    ['town', { nin: '1', town: 'x' }],
  ])('refuses by %s', async (field, input) => {
    const { error, sent } = await ask(table({ charset: 'windows-1256' }), input)
    expect(error).toMatchObject({ code: 'INPUT_REJECTED', fields: [field] })
    expect(sent).toBeUndefined()
  })
})

describe('the contract', () => {
  test('gives shapes, and may hold several operations', async () => {
    const contract = { operations: [table(), table({ operation: 'other' })] }
    const { loaded } = await ask(contract, { nin: 1 })
    expect([...loaded.operations.keys()]).toEqual(['status', 'other'])
    expect(loaded.operations.get('status')).toEqual({
      name: 'status',
      input: {
        kind: 'object',
        fields: new Map([
          ['nin', scalar('exact')],
          ['city', scalar('string')],
        ]),
        required: new Set(['nin']),
      },
      output: {
        kind: 'object',
        fields: new Map([
          [
            'rows',
            {
              kind: 'list',
              of: {
                kind: 'object',
                fields: new Map([
                  ['nin', scalar('exact')],
                  ['text', scalar('string')],
                ]),
              },
            },
          ],
        ]),
      },
    })
  })

  test('reports everything that is wrong', async () => {
    const contract = {
      operations: [table({ charset: 'x-none' }), table({ delimiter: '', extra: 1 })],
    }
    const error: unknown = await loadFrom(loadTable, JSON.stringify(contract)).catch(
      (each: unknown) => each,
    )
    expect(String(error)).toContain('contract.json charset "x-none" is not known here')
    expect(String(error)).toContain('/delimiter')
    expect(String(error)).toMatch(/additional/i)
  })
})
