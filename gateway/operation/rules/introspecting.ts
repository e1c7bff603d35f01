import { BREAK, type DocumentNode, visit } from 'graphql'

/** Does it ask for the schema anywhere? */
export function isIntrospecting(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field: ({ name }) => {
      if (name.value !== '__schema' && name.value !== '__type') return undefined
      found = true
      return BREAK
    },
  })
  return found
}
