import { describe, expect, test } from 'vitest'

import { locate } from '../../../../adapters/soap/contract/locate.ts'

const CLOSED = { from: 'contract/a.xsd', main: 'contract/a.wsdl', open: false }
const OPEN = { ...CLOSED, open: true }

test.each<[string, string, string | undefined]>([
  ['beside the file', 'b.xsd', 'contract/b.xsd'],
  ['in a folder below', 'x/../y/./b.xsd', 'contract/y/b.xsd'],
  ['above, but inside', '../b.xsd', 'b.xsd'],
  ['with percent signs', 'b%20c.xsd', 'contract/b c.xsd'],
  ['with a percent sign that encodes nothing', '100%.xsd', 'contract/100%.xsd'],
  ['with backslashes', String.raw`..\xsd\b.xsd`, 'xsd/b.xsd'],
  ['with blanks around and a fragment', ' b.xsd#types ', 'contract/b.xsd'],
  ['outside', '../../b.xsd', undefined],
  ['outside, encoded', '..%2f..%2fb.xsd', undefined],
  ['outside, by backslashes', String.raw`..\..\b.xsd`, undefined],
  ['absolute', '/etc/b.xsd', undefined],
  ['absolute on Windows', String.raw`C:\contracts\b.xsd`, undefined],
  ['on the web', 'http://example.org/b.xsd', undefined],
  ['on the web without a scheme', '//example.org/b.xsd', undefined],
  ['of another scheme', 'file:///etc/b.xsd', undefined],
  ['empty', '', undefined],
])('a location %s', (...[, location, exact]) => {
  expect(locate(location, CLOSED).exact).toBe(exact)
})

describe('a copy beside the contract may stand for', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'an address, by the end of its path',
      'http://example.org/v1/types/b.xsd',
      ['contract/types/b.xsd', 'contract/b.xsd'],
    ],
    ['a Windows path', String.raw`D:\build\b.xsd`, ['contract/build/b.xsd', 'contract/b.xsd']],
    ['a place outside', '../../x/b.xsd', ['contract/x/b.xsd', 'contract/b.xsd']],
    [
      'a query of .NET',
      'https://example.org/S.svc?xsd=xsd0',
      ['contract/S.svc?xsd=xsd0', 'contract/xsd0.xsd', 'contract/S.xsd0.xsd'],
    ],
    [
      'a query that names a file',
      'http://example.org/s?xsd=../types/b.xsd',
      ['contract/types/b.xsd', 'contract/b.xsd'],
    ],
    ['a WSDL behind a query', 'http://example.org/S.svc?wsdl=wsdl0', ['contract/wsdl0.wsdl']],
  ])('%s', (...[, location, guesses]) => {
    expect(locate(location, CLOSED).guesses).toEqual(expect.arrayContaining([...guesses]))
  })

  test('nothing that is outside the folder', () => {
    for (const location of ['../../../b.xsd', 'http://example.org/../../b.xsd', '/../b.xsd']) {
      const { guesses } = locate(location, CLOSED)
      expect(guesses.filter((each) => each.startsWith('..') || each.startsWith('/'))).toEqual([])
    }
  })
})

describe('where a person names the file, a location', () => {
  test.each<[string, string, string | undefined]>([
    ['may lead above to a schema', '../../xsd/b.xsd', '../xsd/b.xsd'],
    ['may lead above to a WSDL', '../../b.WSDL', '../b.WSDL'],
    ['may not lead above to anything else', '../../../etc/passwd', undefined],
    ['may not be absolute', '/etc/b.xsd', undefined],
  ])('%s', (...[, location, exact]) => {
    expect(locate(location, OPEN).exact).toBe(exact)
  })

  test('may be meant from a folder above, where a build runs', () => {
    const { guesses } = locate('src/main/b.xsd', OPEN)
    expect(guesses).toContain('src/main/b.xsd')
    expect(guesses).toContain('../../src/main/b.xsd')
    expect(locate('src/main/b', OPEN).guesses.filter((each) => each.startsWith('..'))).toEqual([])
  })
})

test.each([
  ['http://example.org/b.xsd', 'http://example.org/b.xsd'],
  ['//example.org/b.xsd', 'https://example.org/b.xsd'],
  ['ftp://example.org/b.xsd', undefined],
  ['file:///etc/passwd', undefined],
])('%s is an address of the web: %s', (location, address) => {
  expect(locate(location, CLOSED).remote?.href).toBe(address)
})
