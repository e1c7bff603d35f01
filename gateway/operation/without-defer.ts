// A checked operation in, the same without `@defer` out: for those who can read one whole answer only.

import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql'

import type { CheckedOperation } from './operation.ts'

const whole = new WeakMap<CheckedOperation, CheckedOperation>()

/** The same object if nothing is deferred, else the same for the same operation. */
export function withoutDefer(operation: CheckedOperation): CheckedOperation {
  const known = whole.get(operation)
  if (known !== undefined) return known
  const made = toWhole(operation)
  whole.set(operation, made)
  return made
}

function toWhole(checked: CheckedOperation): CheckedOperation {
  const document = undeferred(checked.document)
  if (document === checked.document) return checked
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) return checked
  return { ...checked, document, operation, fragments, whole: true }
}

function undeferred(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: (node: DirectiveNode) => (node.name.value === 'defer' ? null : undefined),
  })
}
