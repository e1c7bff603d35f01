// The data gathered from subgraphs: JSON, changed in place while the plan runs.

export interface Tree {
  [key: string]: unknown
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function typenameOf(tree: Tree): string | undefined {
  const name = tree['__typename']
  return typeof name === 'string' ? name : undefined
}
