import { expect, test } from 'vitest'

import { encodeText } from '../../../adapters/encode-text.ts'
import { describeTable, isTableContract } from '../../../subgraphs/onboard/describe-table.ts'

const FILE = new URL('file:///tmp/members.csv')

function described(text: string, charset = 'utf-8'): unknown {
  const found = describeTable(FILE, encodeText(text, charset) ?? new Uint8Array())
  return found === undefined ? undefined : JSON.parse(found.contract)
}

test('charset, delimiter, columns and the key are as in the file; nothing of a row is kept', () => {
  const text = 'کد_ملي;نام;سهام;کد\r\n0012345679;كاوه;12;7\r\n'
  expect(described(text, 'windows-1256')).toEqual({
    operations: [
      {
        operation: 'members',
        path: '/members.csv',
        charset: 'windows-1256',
        delimiter: ';',
        header: true,
        query: [{ name: 'کد_ملي', type: 'string', required: true, column: 'کد_ملي' }],
        columns: [
          { name: 'کد_ملي', type: 'string' },
          { name: 'نام', type: 'string' },
          { name: 'سهام', type: 'exact' },
          { name: 'کد', type: 'string' },
        ],
      },
    ],
  })
  const { contract = '' } = describeTable(FILE, Buffer.from('a,b\nsecret,x')) ?? {}
  expect(contract).not.toContain('secret')
})

test.each([
  ['a header of numbers', '1,2\n3,4'],
  ['one column', 'name\nx'],
  ['a name twice', 'a,a\n1,2'],
  ['a web page', '<html><body>a,b</body></html>'],
])('%s is no table', (_, text) => {
  expect(described(text)).toBeUndefined()
})

test('a description of a table is one, an OpenAPI file is none', () => {
  expect(isTableContract('{"operation": "a", "columns": []}')).toBe(true)
  expect(isTableContract('{"openapi": "3.1.0"}')).toBe(false)
})
