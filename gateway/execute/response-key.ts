// Under which key a field stands in an answer, a client's or a subgraph's, by the document that asks for it.

import type { FieldNode } from 'graphql'

export function responseKey({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value
}
