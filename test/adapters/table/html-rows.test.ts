import { encode } from 'iconv-lite'
import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { readPage } from '../../../adapters/table/html-rows.ts'
import { loadTable } from '../../../adapters/table/load.ts'
import { loadFrom } from '../codec-suite.ts'
import { callContext, everythingOf, serve } from '../wire.ts'

const CONTRACT = {
  operation: 'wagons',
  path: '/track.asp',
  format: 'html-table',
  charset: 'windows-1256',
  header: true,
  empty: ['رکوردي يافت نشد'],
  query: [{ name: 'date', type: 'string', required: true }],
  columns: [
    { name: 'wagon', type: 'exact', header: 'شماره واگن' },
    { name: 'station', type: 'string', header: 'ايستگاه' },
  ],
}
const HEADER = '<tr><th>رديف<th>شماره واگن<th>ايستگاه'

interface Outcome {
  readonly value: Tree | undefined
  readonly error: unknown
}

// windows-1256 has no Persian ye: such pages are written with the Arabic one.
async function ask(body: string, changes: object = {}, status = 200) {
  const answer = {
    status,
    headers: { 'content-type': 'text/html' },
    body: encode(body, 'windows-1256'),
  }
  const { address } = await serve(() => answer)
  const { adapter } = await loadFrom(loadTable, JSON.stringify({ ...CONTRACT, ...changes }), {
    address,
  })
  return adapter.call('wagons', { date: '970907' }, callContext()).then(
    ({ value }): Outcome => ({ value, error: undefined }),
    (error: unknown): Outcome => ({ value: undefined, error }),
  )
}

describe('a table of a web page', () => {
  test('is read as a browser shows it: open cells, references, breaks, links, hidden scripts', async () => {
    const page = `<html><head><title>x</title></head><body><table><tr><td>منو</table>
      <TABLE border=1>${HEADER}<tr><td>1<td><a href="javascript:x()">100200300401</a><td>تهران&nbsp;<br>شرق<script>alert(1)</script>
      <tr><td>2<td>100200300402<td></td></tr><tfoot><tr><td colspan=3>جمع: 2</tfoot></TABLE>`
    expect((await ask(page)).value).toEqual({
      rows: [
        { wagon: '100200300401', station: 'تهران\u00a0 شرق' },
        { wagon: '100200300402', station: null },
      ],
    })
  })

  test('without rows is empty, and so is a page that says so', async () => {
    expect((await ask(`<table>${HEADER}</table>`)).value).toEqual({ rows: [] })
    expect((await ask('<p>رکوردي <b>يافت</b> نشد</p>')).value).toEqual({ rows: [] })
  })

  test.each([
    ['a login page', '<form>SECRET<input name=user></form>', 'a page without the table'],
    ['words that are only in a comment', '<!-- رکوردي يافت نشد -->', 'a page without the table'],
    [
      'two such tables',
      `<table>${HEADER}</table><table>${HEADER}</table>`,
      'a page of several such tables',
    ],
    [
      'a row with a joined cell',
      `<table>${HEADER}<tr><td colspan=2>1<td>SECRET</table>`,
      'cells across columns or rows',
    ],
    [
      'a cell of another type',
      `<table>${HEADER}<tr><td>1<td>SECRET<td>x</table>`,
      'rows[0].wagon: expected exact',
    ],
  ])('refuses %s', async (_what, page, reason) => {
    const { error } = await ask(page)
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
    expect(everythingOf(error)).not.toContain('SECRET')
  })

  test('a page with a status of failure is a failure', async () => {
    expect((await ask(`<table>${HEADER}</table>`, {}, 500)).error).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
  })

  test('without header is read by place', async () => {
    const columns = [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string' },
    ]
    const { value } = await ask('<table><tr><td>1<td>2</table>', { header: false, columns })
    expect(value).toEqual({ rows: [{ a: '1', b: '2' }] })
  })
})

const deep = (depth: number): string => `${'<div>'.repeat(depth)}<table><tr><td>1</table>`

test('a page nested without end is none', () => {
  expect(readPage(deep(400))?.tables).toEqual([{ header: [], rows: [['1']], spanned: false }])
  expect(readPage(deep(200_000))).toBeUndefined()
})

test.each([
  ['html-table', {}],
  ['delimited', { delimiter: ';' }],
  ['fixed', {}],
])('an answer made as %s is read back', async (format, more) => {
  const columns = CONTRACT.columns.map((column) => ({ ...column, width: 14 }))
  const contract = JSON.stringify({ ...CONTRACT, ...more, format, columns })
  const { answer } = await loadFrom(loadTable, contract)
  const value = {
    rows: [
      { wagon: '100200300401', station: 'تهران & <شرق>' },
      { wagon: '12', station: null },
    ],
  }
  const reply = answer!('wagons', value)
  const { address } = await serve(() => reply)
  const { adapter } = await loadFrom(loadTable, contract, { address })
  const read = await adapter.call('wagons', { date: '970907' }, callContext())
  expect(read.value).toEqual(value)
})
