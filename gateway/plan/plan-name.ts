// Under which key a client's field stands in the gathered data. Plans ask keys and required fields under their own names
// in the same objects, so whatever a client names itself, and whatever it gives arguments, stands under a name of ours.

import type { FieldNode } from 'graphql'

/** No field of a subgraph begins with this: the start refuses a supergraph that has one. */
const OWN = '_p_'

/**
 * The same for all nodes that GraphQL merges, because it depends on what they must agree in. The type of an object stands
 * under one name, whatever clients call it: what is read of the object depends on it.
 */
export function planName({ alias, name, arguments: given = [] }: FieldNode): string {
  if (name.value === '__typename') return name.value
  const response = alias?.value ?? name.value
  return response === name.value && given.length === 0 ? response : OWN + response
}

/** The client's own name of a key of the data. */
export function responseName(key: string): string {
  return key.startsWith(OWN) ? key.slice(OWN.length) : key
}
