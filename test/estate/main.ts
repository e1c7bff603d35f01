// The simulated legacy world as a process of its own: `node test/estate/main.ts [--seed N]`.
// Out: one line of JSON when all listens. It ends when stdin closes, on SIGTERM and on SIGINT.

import { parseArgs } from 'node:util'

import { startEstate } from './start-estate.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const estate = await startEstate({ seed: Number.parseInt(values.seed, 10) })
const { systems, environment, control } = estate
process.stdout.write(`${JSON.stringify({ systems, environment, control })}\n`)

let ending = false
function end(): void {
  if (ending) return
  ending = true
  void estate.close().finally(() => process.exit(0))
}

process.stdin.on('end', end).on('close', end).on('error', end).resume()
process.on('SIGTERM', end)
process.on('SIGINT', end)
