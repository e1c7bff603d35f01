// Random graphs, random operations: is what the engine gathers from subgraphs what the whole graph would answer?
// node test/federation/fuzz/fuzz.ts --seconds 600 [--seed N] [--planner hive]

import { parseArgs } from 'node:util'

import type { PlannerName } from '../../gateway/support/federation.ts'
import { type Failure, kindOf, printFailure, shrink, tryUniverse } from './try-universe.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    from: { type: 'string' },
    planner: { type: 'string' },
    most: { type: 'string', default: '5' },
    whole: { type: 'boolean', default: false },
  },
})

const planners: readonly PlannerName[] | undefined =
  values.planner === 'hive' || values.planner === 'apollo' ? [values.planner] : undefined
const until = Date.now() + Number(values.seconds) * 1000
const print = (text: string) => process.stdout.write(`${text}\n`)
const seen = new Map<string, number>()
let seed = Number(values.seed ?? values.from ?? Date.now() % 1_000_000)
let universes = 0
let operations = 0
const shown: Failure[] = []

do {
  const { composed, tried, failures } = await tryUniverse(seed, { planners })
  universes += composed ? 1 : 0
  operations += tried
  for (const failure of failures) {
    const kind = `${failure.planner}: ${kindOf(failure.difference)}`
    seen.set(kind, (seen.get(kind) ?? 0) + 1)
    if (shown.length < Number(values.most) && seen.get(kind) === 1) {
      shown.push(failure)
      print(printFailure(values.whole ? failure : await shrink(failure)))
    }
  }
  seed += 1
} while (values.seed === undefined && Date.now() < until)

print(`${universes} graphs, ${operations} answers compared, up to seed ${seed - 1}`)
for (const [kind, count] of seen) print(`${count} × ${kind}`)
process.exitCode = seen.size > 0 ? 1 : 0
