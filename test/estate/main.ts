// The simulated legacy world as a process of its own: `node test/estate/main.ts [--seed N]`.
// Out: one line of JSON when all listens. It ends when stdin closes, on SIGTERM and on SIGINT.

import { parseArgs } from 'node:util'

import { startEstate } from './start-estate.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const starting = startEstate({ seed: Number.parseInt(values.seed, 10) })

let ending = false
function end(): void {
  if (ending) return
  ending = true
  void starting.then((estate) => estate.close()).finally(() => process.exit(0))
}

// Before the announcement: whoever reads it may end this process at once.
process.stdin.on('end', end).on('close', end).on('error', end).resume()
process.on('SIGTERM', end)
process.on('SIGINT', end)

const { systems, environment, control } = await starting
process.stdout.write(`${JSON.stringify({ systems, environment, control })}\n`)
