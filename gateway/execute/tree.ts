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

/** A client's alias or variable may have the name of something that every object inherits, which is no value. */
export function valueAt(tree: Readonly<Tree>, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined
}

/** `__proto__` is a plain property of data like any other. */
export function setValue(tree: Tree, key: string, value: unknown): void {
  if (key !== '__proto__') tree[key] = value
  else {
    Object.defineProperty(tree, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
}
