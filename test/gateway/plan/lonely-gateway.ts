// A gateway's process for tests that kill it: tells the id of its planner's process, then asks it for what takes long.

import { PlannerProcess } from '../../../gateway/plan/planner-process.ts'
import { supergraphOf } from './supergraph.ts'

const TYPE = `@key(fields: "id") { id: ID! name: String @shareable any: I @shareable`
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const sdl = supergraphOf(
  Object.fromEntries(
    names.map((name) => [
      name,
      `type Query { any: I @shareable } interface I { id: ID! }
       type T implements I ${TYPE} t${name}: Int } type U implements I ${TYPE} u${name}: Int }`,
    ]),
  ),
)

const fields = (type: string) => names.map((name) => type + name).join(' ')
const any = (depth: number): string =>
  depth === 0
    ? '__typename'
    : `any { ... on T { ${fields('t')} ${any(depth - 1)} } ... on U { ${fields('u')} ${any(depth - 1)} } }`

const planner = new PlannerProcess({ engine: 'hive' })
await planner.open(1, sdl)
process.send?.(planner.pid)
const asked = { kind: 'plan', id: 1, supergraph: 1, percent: 100, labels: [] } as const
if (process.argv[2] === 'searching') {
  const { failure } = await planner.plan({ ...asked, text: `{ ${any(6)} }` })
  process.send?.(failure ?? 'planned')
} else setInterval(() => {}, 1000)
