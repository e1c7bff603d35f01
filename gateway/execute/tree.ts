// Data as subgraphs answer it: JSON that nobody changes, because others may be given the same answer.

export interface Tree {
  readonly [key: string]: unknown
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A client's name for a field may be one that every object inherits, which is no value. All of those are functions
 * but `__proto__`, and no data holds functions: cheaper to ask than whether the key is the object's own.
 */
export function valueAt(tree: Tree, key: string): unknown {
  if (key === '__proto__') return Object.hasOwn(tree, key) ? tree[key] : undefined
  const value = tree[key]
  return typeof value === 'function' ? undefined : value
}

/** `__proto__` is a plain property of data like any other. */
export function setValue(tree: Record<string, unknown>, key: string, value: unknown): void {
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
