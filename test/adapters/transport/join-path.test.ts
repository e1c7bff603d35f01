import { expect, test } from 'vitest'

import { joinPath, toTarget } from '../../../adapters/transport/join-path.ts'

test.each([
  ['http://h/base', '', '/base'],
  ['http://h/base?wsdl=1', '', '/base?wsdl=1'],
  ['http://h', '', '/'],
  ['http://h/base', '?a=b', '/base?a=b'],
  ['http://h/base', '/x', '/base/x'],
  ['http://h/base/', 'x/y?q=%E6', '/base/x/y?q=%E6'],
  ['http://h/', '/x?q=a.b', '/x?q=a.b'],
  ['http://h/base/', '/x/y%20z', '/base/x/y%20z'],
  ['http://h/base', '/a.b/c', '/base/a.b/c'],
  ['http://h/base', '//evil.example/x', '/base/evil.example/x'],
  ['http://h/base', '/a%2F..%2Fb', '/base/a%2F..%2Fb'],
  ['http://h/base', 'http://evil.example/', '/base/http://evil.example/'],
])('joins %s and %s to %s', (address, path, target) => {
  expect(joinPath(new URL(address), path)).toBe(target)
})

test.each(['/../x', '/x/../../y', '/%2e%2e/x', '/.%2E', '\\..\\..\\x', '/..'])(
  'does not leave the address by %s',
  (path) => {
    expect(() => joinPath(new URL('http://h/base'), path)).toThrow('leaves the address')
  },
)

test.each([
  ['', '/base?own=1&k=v'],
  ['/x', '/base/x?k=v'],
  ['/x?a=b', '/base/x?a=b&k=v'],
  ['?a=b', '/base?a=b&k=v'],
])('puts the query of credentials behind %j', (path, target) => {
  const base = new URL('http://h/base?own=1')
  const request = { method: 'GET', path, headers: {}, query: 'k=v' } as const
  expect(toTarget(base, request)).toBe(target)
  expect(toTarget(base, { ...request, query: '' })).toBe(joinPath(base, path))
})
