// A plain value as text, such that two values have the same text only if they are the same.

/** Undefined for what is not plain data. Members stay in their order: to a scalar that takes any JSON it may matter. */
export function canonical(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value)
  // JSON has no text of its own for some numbers: 1e999 of a request would be equal to null.
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'object' && value !== null) return ofObject(value)
  const isPlain = value === null || value === undefined || typeof value === 'boolean'
  return isPlain ? String(value) : undefined
}

function ofObject(value: object): string | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => canonical(item))
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  let text = '{'
  for (const [name, member] of Object.entries(value)) {
    const inner = canonical(member)
    if (inner === undefined) return undefined
    text += `${JSON.stringify(name)}:${inner},`
  }
  return `${text}}`
}
