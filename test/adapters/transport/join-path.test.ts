import { expect, test } from 'vitest'

import { joinPath } from '../../../adapters/transport/join-path.ts'

test.each([
  ['http://h/base', '', '/base'],
  ['http://h/base?wsdl=1', '', '/base?wsdl=1'],
  ['http://h', '', '/'],
  ['http://h/base', '?a=b', '/base?a=b'],
  ['http://h/base', '/x', '/base/x'],
  ['http://h/base/', 'x/y?q=%E6', '/base/x/y?q=%E6'],
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
