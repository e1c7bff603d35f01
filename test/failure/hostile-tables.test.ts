// Tables that could be read as something else: lines of two kinds, cells across columns, headers that come again, names twice.

import { describe, expect, test } from 'vitest'

import type { Tree } from '../../adapters/adapter.ts'
import { readPage } from '../../adapters/table/html-rows.ts'
import { loadTable } from '../../adapters/table/load.ts'
import { loadFrom } from '../adapters/codec-suite.ts'
import { callContext, serve } from '../adapters/wire.ts'

const TABLE = {
  operation: 't',
  path: '/t',
  delimiter: ',',
  header: true,
  query: [
    { name: 'code', type: 'string', required: false },
    { name: 'no', type: 'exact', required: false, column: 'no' },
    { name: 'word', type: 'string', required: false, column: 'name' },
  ],
  columns: [
    { name: 'name', type: 'string' },
    { name: 'no', type: 'exact' },
  ],
}

async function ask(
  body: string,
  { input = {}, ...changes }: { input?: Tree; [name: string]: unknown } = {},
) {
  const type = changes['format'] === 'html-table' ? 'text/html' : 'text/csv'
  const wire = await serve(() => ({ headers: { 'content-type': `${type}; charset=utf-8` }, body }))
  const { adapter } = await loadFrom(loadTable, JSON.stringify({ ...TABLE, ...changes }), {
    address: wire.address,
  })
  return adapter.call('t', input, callContext()).then(
    ({ value }) => value['rows'],
    (error: { detail?: { reason?: string } }) => error.detail?.reason ?? error,
  )
}

describe('delimited text', () => {
  test.each<[string, string, unknown]>([
    [
      'lines of two kinds',
      'name,no\r\na,1\nb,2\r\n',
      [
        { name: 'a', no: '1' },
        { name: 'b', no: '2' },
      ],
    ],
    ['a line end in quotes', 'name,no\n"a\r\nb",1\n', [{ name: 'a\r\nb', no: '1' }]],
    ['zeros in front, and a formula', 'name,no\n=1+1,0012\n', [{ name: '=1+1', no: '0012' }]],
    ['a short row', 'name,no\na\n', 'row 1 has 1 columns'],
    ['a long row', 'name,no\na,1,2\n', 'row 1 has 3 columns'],
    ['a quote that does not close', 'name,no\n"a,1\n', 'not delimited text'],
    ['a header with a name twice', 'name,no,no\na,1,2\n', 'a column is missing'],
    [
      'names of JavaScript',
      'name,no,__proto__,constructor\n__proto__,1,2,3\n',
      [{ name: '__proto__', no: '1' }],
    ],
  ])('with %s', async (_what, body, rows) => {
    expect(await ask(body)).toEqual(rows)
  })

  test('a number that is chosen by is the same whatever zeros stand around it, a text is not', async () => {
    const body = 'name,no\n07,0012\n7,12.50\n'
    expect(await ask(body, { input: { no: '12' } })).toEqual([{ name: '07', no: '0012' }])
    expect(await ask(body, { input: { no: '12.5' } })).toEqual([{ name: '7', no: '12.50' }])
    expect(await ask(body, { input: { word: '7' } })).toEqual([{ name: '7', no: '12.50' }])
  })
})

describe('a table of a page', () => {
  const HEAD = '<tr><th>name<th>no</tr>'
  const page = (rows: string) =>
    ask(`<table>${HEAD}${rows}</table>`, { format: 'html-table', empty: ['هیچ'] })
  test.each<[string, string, unknown]>([
    [
      'whose header comes again',
      `<tr><td>a<td>1</tr>${HEAD}<tr><td>b<td>2</tr>`,
      [
        { name: 'a', no: '1' },
        { name: 'b', no: '2' },
      ],
    ],
    ['with rows without cells', '<tr></tr><tr><td>a<td>1</tr><tr></tr>', [{ name: 'a', no: '1' }]],
    [
      'with a cell across rows',
      '<tr><td rowspan=2>a<td>1</tr><tr><td>2<td>3</tr>',
      'cells across columns or rows',
    ],
    ['with a cell across columns', '<tr><td colspan=2>a</tr>', 'cells across columns or rows'],
    [
      'with a second header',
      '<tr><th>x<th>1</tr><tr><td>a<td>1</tr>',
      'cells across columns or rows',
    ],
    ['that says in a row that there are none', '<tr><td colspan=2>هیچ سطری نیست</tr>', []],
    ['with rows beside such words', '<tr><td>هیچ<td>1</tr>', [{ name: 'هیچ', no: '1' }]],
    [
      'with a table in a cell',
      '<tr><td>a<table><tr><td>b</table><td>1</tr>',
      [{ name: 'a b', no: '1' }],
    ],
  ])('%s', async (_what, rows, read) => {
    expect(await page(rows)).toEqual(read)
  })

  test('is found within tables that only lay out the page', async () => {
    const inner = `<table>${HEAD}<tr><td>a<td>1</table>`
    const body = `<table><tr><td><table><tr><td>menu<td>${inner}</table></table>`
    expect(await ask(body, { format: 'html-table' })).toEqual([{ name: 'a', no: '1' }])
  })

  test('of endless attributes or tables within tables is none', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `a${at}`)
    expect(readPage(`<p ${names.join(' ')}>`)).toBeUndefined()
    expect(readPage(`${'<table><tr><td>'.repeat(100)}x`)?.tables).toHaveLength(13)
    expect(readPage(`<img src="data:${'x'.repeat(100_000)}">y`)?.text).toBe('y')
  })
})

describe('a contract is refused for', () => {
  test.each<[string, object, string]>([
    [
      'a column twice',
      { columns: [...TABLE.columns, { name: 'no', type: 'string' }] },
      'column "no" stands twice',
    ],
    [
      'a header twice',
      { columns: [...TABLE.columns, { name: 'x', header: 'no', type: 'string' }] },
      'two columns have the header "no"',
    ],
    ['a query twice', { query: [TABLE.query[0], TABLE.query[0]] }, 'query "code" stands twice'],
  ])('%s', async (_what, changes, message) => {
    await expect(loadFrom(loadTable, JSON.stringify({ ...TABLE, ...changes }))).rejects.toThrow(
      message,
    )
  })

  test('an operation twice, or a name twice in one object', async () => {
    const twice = JSON.stringify({ operations: [TABLE, TABLE] })
    await expect(loadFrom(loadTable, twice)).rejects.toThrow('operation "t" stands twice')
    const doubled = JSON.stringify(TABLE).replace('{', '{"path":"/x",\n')
    await expect(loadFrom(loadTable, doubled)).rejects.toThrow('contract.json:2 has "path" twice')
  })

  test('a file that is not there', async () => {
    const settings = { contract: 'none.json' }
    await expect(loadFrom(loadTable, '{}', { settings })).rejects.toThrow(
      'none.json cannot be read',
    )
  })
})
