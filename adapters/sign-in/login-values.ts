// What a login sends and where its answer holds the token. Read at load; a path that is none is a finding.

import type { Secret, Tree, Value } from '../adapter.ts'
import { FindingsError } from '../finding.ts'
import { compileRead, parsePath, type TreePath, withValue } from '../mapping/paths.ts'
import { isTree } from '../tree.ts'

type Text = string | number | boolean

export interface LoginValues {
  /** By their names as they stand, for a form or a query. */
  readonly pairs: Record<string, string>
  /** By their names as paths (`user.name`), for a body. */
  readonly tree: Tree
}

export function withValues(
  variables: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, Text>>,
  secret: Secret,
): LoginValues {
  const pairs: Record<string, string> = {}
  let tree: Value = {}
  for (const [name, value] of Object.entries(constants)) {
    pairs[name] = String(value)
    tree = withValue(tree, toPath(name), value)
  }
  for (const [name, variable] of Object.entries(variables)) {
    const value = secret(variable)
    pairs[name] = value
    tree = withValue(tree, toPath(name), value)
  }
  return { pairs, tree: isTree(tree) ? tree : {} }
}

/** Throws FindingsError. */
export function toPath(text: string): TreePath {
  const path = parsePath(text)
  if (path !== undefined && !path.each) return path
  const message = `auth: "${text}" is not a path; write claims.token`
  throw new FindingsError([{ file: 'system.json', message }])
}

/** The token at the path, or nothing. A number is no token: its digits may be lost. */
export function compileReadText(text: string): (tree: Value) => string | undefined {
  const read = compileRead(toPath(text))
  return (tree) => {
    const value = read(tree)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
}
