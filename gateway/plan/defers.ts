// Does a document ask for parts that may come later?

import { BREAK, type DocumentNode, visit } from 'graphql'

export function defers(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Directive: ({ name }) => {
      if (name.value !== 'defer') return undefined
      found = true
      return BREAK
    },
  })
  return found
}
