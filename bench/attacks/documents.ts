// Requests that cost a gateway more than they cost their sender, over the graph of gateway.ts.

export interface Attack {
  readonly name: string
  /** A request body. `nth` makes each text a new one, so that nothing is answered from a cache. */
  readonly body: (nth: number) => string
}

function document(name: string, query: string): Attack {
  return { name, body: (nth) => JSON.stringify({ query: `${query} # ${nth}` }) }
}

function times(count: number, text: (place: number) => string): string {
  return Array.from({ length: count }, (_, place) => text(place)).join(' ')
}

function nested(levels: number, open: string, middle: string): string {
  return `${`${open} { `.repeat(levels)}${middle}${' }'.repeat(levels)}`
}

/** Each fragment spreads the next one twice: 2ⁿ fields of two subgraphs from n lines. */
function bomb(levels: number): Attack {
  const fragments = times(
    levels,
    (place) =>
      `fragment f${place} on Person { a${place}: friend { ...f${place + 1} } b${place}: friend { ...f${place + 1} } }`,
  )
  const last = `fragment f${levels} on Person { name score }`
  return document(`fragment bomb, n = ${levels}`, `{ me { ...f0 } } ${fragments} ${last}`)
}

const RELATIVES = ['friend', 'mother', 'father', 'spouse']

function fieldsWith(next: string): string {
  return RELATIVES.map((name) => `${name} { ${next} }`).join(' ')
}

/** Four fields of persons, whose persons have four: 4ⁿ places of two subgraphs, each a place of its own in the plan. */
function tree(levels: number): Attack {
  const fragments = times(
    levels,
    (place) => `fragment f${place} on Person { ${fieldsWith(`...f${place + 1}`)} }`,
  )
  const last = `fragment f${levels} on Person { name score }`
  return document(`tree of 4^${levels} persons`, `{ me { ...f0 } } ${fragments} ${last}`)
}

/** As in the facts before the start: flat, two spreads of the next one in each. */
function flatBomb(levels: number): Attack {
  const fragments = times(
    levels,
    (place) => `fragment f${place} on Person { ...f${place + 1} ...f${place + 1} }`,
  )
  const last = `fragment f${levels} on Person { name score }`
  return document(`flat fragment bomb, n = ${levels}`, `{ me { ...f0 } } ${fragments} ${last}`)
}

function aliases(count: number): Attack {
  const query = `{ ${times(count, (place) => `a${place}: person(id: "${place}") { name score }`)} }`
  return document(`${count} aliases of an entity of two subgraphs`, query)
}

const INTROSPECTION =
  '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }'

/** What the rest is measured against. */
export const ORDINARY: readonly Attack[] = [
  document('(nothing: `__typename`)', '{ __typename }'),
  document(
    '(ordinary: one person of two subgraphs)',
    '{ me { name score friend { name score } } }',
  ),
]

export const ATTACKS: readonly Attack[] = [
  aliases(100),
  aliases(1000),
  bomb(5),
  bomb(10),
  bomb(14),
  bomb(18),
  tree(3),
  tree(4),
  tree(5),
  tree(6),
  flatBomb(10),
  flatBomb(18),
  document(
    'fragments in a circle',
    '{ me { ...a } } fragment a on Person { ...b } fragment b on Person { ...a }',
  ),
  document(
    '240 fragments in one circle',
    `{ me { ...f0 } } ${times(240, (n) => `fragment f${n} on Person { ...f${(n + 1) % 240} }`)}`,
  ),
  document('5,000 directives', `{ me { name ${times(5000, () => '@include(if: true)')} } }`),
  document(
    '300 directives on 300 fields',
    `{ me { ${times(300, () => 'name @skip(if: false)')} } }`,
  ),
  document('circular introspection', INTROSPECTION),
  document(
    'introspection, 10 times',
    `{ ${times(10, (n) => `s${n}: __schema { types { fields { type { name } } } }`)} }`,
  ),
  document(
    'nesting of 200 objects',
    `{ ${nested(200, 'friend', 'name').replace('friend', 'me')} }`,
  ),
  document('nesting of 600 inline fragments', `{ me { ${nested(600, '...', 'name')} } }`),
  document('the same field 1,900 times', `{ me { ${times(1900, () => 'name')} } }`),
  document('the same object 480 times', `{ me { ${times(480, () => 'friend { name }')} } }`),
  document(
    'the same 40 fields in 40 objects',
    `{ me { ${times(40, () => `friend { ${times(40, () => 'name')} }`)} } }`,
  ),
  document(
    '160 fragments side by side',
    `{ me { ${times(160, (n) => `...f${n}`)} } } ${times(160, (n) => `fragment f${n} on Person { name score }`)}`,
  ),
  document('60,000 tokens', `{ me { ${times(60_000, () => 'name')} } }`),
  document(
    '330 operations',
    times(330, (n) => `query q${n} { me { name } }`),
  ),
  document('900 root fields', `{ ${times(900, (n) => `a${n}: hello`)} }`),
  document(
    'a list literal of 50,000 numbers',
    `{ find(ids: [${times(50_000, (n) => String(n))}]) { name } }`,
  ),
  document(
    'a list literal 900 deep',
    `{ find(ids: ${'['.repeat(900)}${']'.repeat(900)}) { name } }`,
  ),
  document(
    'lists of lists: 5⁷ persons',
    `{ ${nested(7, 'friends', 'name score').replace('friends', 'people')} }`,
  ),
  {
    name: 'a list of 100,000 by a variable',
    body: (nth) =>
      JSON.stringify({
        query: `query ($first: Int) { people(first: $first) { name score } } # ${nth}`,
        variables: { first: 100_000 },
      }),
  },
  document('1,900 unknown fields', `{ me { ${times(1900, (n) => `nam${n}`)} } }`),
  document('a name of 200 KB', `{ ${'a'.repeat(200_000)} }`),
  document('40,000 escapes in a text', `{ person(id: "${'\\u0041'.repeat(40_000)}") { name } }`),
  document('a number of 240,000 digits', `{ people(first: ${'9'.repeat(240_000)}) { name } }`),
  document('a mistake after 120,000 lines', `${'\n'.repeat(120_000)}{ me { nothing } }`),
  {
    name: 'a body of 1 MB',
    body: (nth) => JSON.stringify({ query: `{ hello } # ${nth} ${'x'.repeat(1_000_000)}` }),
  },
  {
    name: 'a batch of 100 operations',
    body: () => JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ me { name } }' }))),
  },
  {
    name: 'variables 30,000 deep',
    body: (nth) =>
      `{"query":"query ($filter: Filter) { filtered(filter: $filter) { name } } # ${nth}","variables":{"filter":${'{"and":'.repeat(30_000)}null${'}'.repeat(30_000)}}}`,
  },
  {
    name: '60,000 objects in a variable',
    body: (nth) =>
      JSON.stringify({
        query: `query ($filter: Filter) { filtered(filter: $filter) { name } } # ${nth}`,
        variables: { filter: { any: Array.from({ length: 60_000 }, () => ({})) } },
      }),
  },
]
