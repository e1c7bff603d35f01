import { Kind, parse, print } from 'graphql'
import { expect, test } from 'vitest'

import type { CheckedOperation } from '../../../gateway/operation/operation.ts'
import { withoutDefer } from '../../../gateway/operation/without-defer.ts'

const checked = (text: string): CheckedOperation => {
  const document = parse(text)
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)!
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return { document, operation, fragments, hash: 'h', provenance: false, selections: 1 }
}

test('takes @defer from spreads and inline fragments and leaves every other directive', () => {
  const deferring = checked(
    '{ a { ... @defer(label: "x") { b } ...F @defer @skip(if: false) } } fragment F on A { c { ... @defer { d } } }',
  )
  const whole = withoutDefer(deferring)
  expect(print(whole.document)).toBe(
    print(parse('{ a { ... { b } ...F @skip(if: false) } } fragment F on A { c { ... { d } } }')),
  )
  expect(whole.document.definitions).toEqual([whole.operation, ...whole.fragments])
  expect(whole).toMatchObject({ hash: 'h', whole: true })
  expect(withoutDefer(deferring)).toBe(whole)
})

test('gives the same operation where nothing is deferred', () => {
  const plain = checked('{ a { ... { b } } }')
  expect(withoutDefer(plain)).toBe(plain)
})
