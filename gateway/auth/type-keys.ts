// By which fields subgraphs are asked for objects of a type: its resolvable keys in a supergraph (join spec v0.3 §join__type).

import { type ConstDirectiveNode, Kind, parse } from 'graphql'

import { argumentOf } from './directive-values.ts'

/** Of each key the fields at its top. */
export function keysOf(directives: readonly ConstDirectiveNode[]): readonly ReadonlySet<string>[] {
  return directives
    .filter(({ name }) => name.value === 'join__type')
    .filter((joined) => argumentOf(joined, 'resolvable') !== false)
    .map((joined) => argumentOf(joined, 'key'))
    .filter((key) => typeof key === 'string')
    .map(topLevel)
}

function topLevel(key: string): ReadonlySet<string> {
  const [operation] = parse(`{ ${key} }`, { noLocation: true }).definitions
  const selections =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
  return new Set(selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : [])))
}
