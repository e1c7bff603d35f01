// Is there anything in a record that a GraphQL type could hold?

import type { Shape } from '../../adapters/adapter.ts'

/** Content without a type and names that no path can say are not. A shape never holds itself. */
export function isPublishable(shape: Shape): boolean {
  switch (shape.kind) {
    case 'any':
      return false
    case 'scalar':
      return true
    case 'list':
      return shape.of.kind !== 'list' && isPublishable(shape.of)
    case 'object':
      return [...shape.fields].some(([name, below]) => isNameable(name) && isPublishable(below))
  }
}

/** Paths are written with dots and brackets. */
export function isNameable(name: string): boolean {
  return !/[.[\]{}'=]/.test(name)
}
