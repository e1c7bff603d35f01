// Are two answers the same? Data to the last character; errors by what they explain, because GraphQL §6.4.4 leaves open
// which of several errors that null the same place is told.

import type { Outcome } from './graph.ts'

/** Undefined if they agree. */
export function differenceOf(whole: Outcome, federated: Outcome): string | undefined {
  const [expected, got] = [whole, federated].map(({ data }) => JSON.stringify(data))
  if (expected !== got) return `data differ\n  expected ${expected}\n  got      ${got}`
  const explains = [whole, federated].map((one) => explained(one))
  const [wanted = [], found = []] = explains
  if (wanted.join('\n') !== found.join('\n')) {
    return `errors explain other places\n  expected ${wanted.join(' ')}\n  got      ${found.join(' ')}`
  }
  const paths = federated.errors.map(({ path }) => JSON.stringify(path))
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) return `the error at ${twice} is told twice`
  // Once one has nulled the whole answer, the others may be done or not.
  if (!federated.done.join('\n').startsWith(whole.done.join('\n'))) {
    return `mutations in another order\n  expected ${whole.done.join(', ')}\n  got      ${federated.done.join(', ')}`
  }
  return undefined
}

/** The nulls of the data that errors explain. A path that leads nowhere in it is told as it is. */
function explained({ data, errors }: Outcome): readonly string[] {
  const places = errors.map(({ path }) => {
    if (!Array.isArray(path)) return 'nowhere'
    const way: (string | number)[] = []
    let at: unknown = data
    for (const key of path) {
      if (at === null) break
      way.push(key)
      at = Object.hasOwn(Object(at), key) ? Reflect.get(Object(at), key) : undefined
      if (at === undefined) return `not in the data: ${JSON.stringify(path)}`
    }
    return at === null ? JSON.stringify(way) : `not null: ${JSON.stringify(path)}`
  })
  return [...new Set(places)].toSorted()
}
