// Gateways beside each other (`npm run gateways` in bench/): the public benchmark's query and harder ones over subgraphs of
// our own, every answer checked, CPU time per request measured from outside. Prints tables; ends by itself.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import path from 'node:path'

import { bindSelf, type Contender, startContender } from './contender.ts'
import { type Kind, otherKind } from './kinds.ts'
import { measure, type Row } from './measure.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { goalsOf, reportOf, summaryOf } from './report.ts'
import { SubgraphServer } from './subgraph-server.ts'
import { type Variant, VARIANTS } from './variants.ts'
import { supergraphOf, type World } from './world.ts'

const LOAD_CORE = '1'
const ROOT = path.join(import.meta.dirname, '..', '..')

if (process.argv.includes('--help')) say(USAGE)
else await run(readOptions(process.argv.slice(2)))

async function run(options: Options): Promise<void> {
  const bound = availableParallelism() > 1 && bindSelf(LOAD_CORE)
  const until = performance.now() + options.budgetMs
  const files = options.files ?? mkdtempSync(path.join(tmpdir(), 'gateways-'))
  mkdirSync(files, { recursive: true })
  say(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; files in ${files}`)
  say(
    bound ? 'gateways on core 0, load and subgraphs on core 1' : 'nothing is bound to a core here',
  )
  const variants = VARIANTS.filter(
    ({ name }) => options.variants.length === 0 || options.variants.includes(name),
  )
  const figures: Record<string, readonly Row[]> = {}
  for (const world of new Set(variants.map((variant) => variant.world))) {
    const server = await SubgraphServer.open(world, options.subgraphPort)
    try {
      const supergraph = writeFiles(world, server.origin, files)
      if (options.compose) continue
      const asked = variants.filter((variant) => variant.world === world)
      await runWorld(asked, { options, server, until, supergraph, files, figures })
    } finally {
      await server.close()
    }
  }
  if (Object.keys(figures).length > 1) {
    say(`\n## Ours without sharing in all of them\n\n${summaryOf(figures)}`)
  }
  if (options.json !== undefined) writeFileSync(options.json, jsonOf(figures))
}

interface Room {
  readonly options: Options
  readonly server: SubgraphServer
  readonly until: number
  readonly supergraph: string
  readonly files: string
  readonly figures: Record<string, readonly Row[]>
}

async function runWorld(variants: readonly Variant[], room: Room): Promise<void> {
  const { options, server, until, figures } = room
  const others = options.gateways.map(otherKind)
  const wanted = (kinds: readonly Kind[]) => selected(kinds, options.only)
  const running = new Map<Kind, Contender>()
  try {
    for (const kind of new Set([...variants.flatMap(({ kinds }) => wanted(kinds)), ...others])) {
      const contender = await started(kind, room)
      if (contender !== undefined) running.set(kind, contender)
    }
    for (const variant of variants) {
      if (performance.now() >= until) {
        say(`\n## ${variant.title}\n\nNot measured: the time is used up.`)
        continue
      }
      const contenders = [...wanted(variant.kinds), ...others].flatMap(
        (kind) => running.get(kind) ?? [],
      )
      const { rounds, windowMs, warmMs } = options
      const plan = { rounds, windowMs, warmMs, until }
      const rows = await measure(variant, { contenders, server, plan })
      figures[variant.name] = rows
      const bytes = Buffer.byteLength(JSON.stringify(variant.sample.answer))
      say(`\n## ${variant.title}\n\nAnswer of ${bytes} bytes.\n`)
      say(reportOf(rows))
      if (variant.name === 'main') say(`\n${goalsOf(rows)}`)
    }
  } finally {
    await Promise.all([...running.values()].map((contender) => contender.close()))
  }
}

async function started(
  kind: Kind,
  { supergraph, files, options }: Room,
): Promise<Contender | undefined> {
  const checkout = options.checkout ?? ROOT
  try {
    const contender = await startContender(kind, { supergraph, checkout, logs: files })
    say(`ready after ${contender.readySeconds.toFixed(1)} s: ${kind.name}`)
    return contender
  } catch (error) {
    say(`left out: ${kind.name} (${error instanceof Error ? error.message : String(error)})`)
    return undefined
  }
}

/** A floor comes with the gateway whose calls it makes. */
function selected(kinds: readonly Kind[], only: readonly string[]): readonly Kind[] {
  if (only.length === 0) return kinds
  const named = kinds.filter(({ name }) =>
    only.some((part) => (part.startsWith('=') ? name === part.slice(1) : name.includes(part))),
  )
  const models = new Set(named.map(({ callsOf }) => callsOf))
  return kinds.filter((kind) => named.includes(kind) || models.has(kind.name))
}

function writeFiles(world: World, origin: string, files: string): string {
  const file = path.join(files, `${world.name}.supergraph.graphql`)
  writeFileSync(file, supergraphOf(world, origin))
  const folder = path.join(files, world.name)
  mkdirSync(folder, { recursive: true })
  for (const { name, sdl } of world.subgraphs) {
    writeFileSync(path.join(folder, `${name}.graphql`), sdl)
  }
  return file
}

function jsonOf(figures: Readonly<Record<string, readonly Row[]>>): string {
  const plain = Object.entries(figures).map(([variant, rows]) => ({
    variant,
    rows: rows.map(({ name, windows, notes }) => ({ name, windows, notes: [...notes] })),
  }))
  return JSON.stringify(plain, undefined, 1)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
