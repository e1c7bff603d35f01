// What can be kept as an answer: PostgreSQL's jsonb knows neither U+0000 nor half a surrogate pair, and nesting without
// end would exhaust whoever walks it.

const DEEPEST = 10

export function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  if (depth === DEEPEST) return false
  const parts = [...Object.keys(value), ...Object.values(value)]
  return parts.every((part) => isStorable(part, depth + 1))
}
