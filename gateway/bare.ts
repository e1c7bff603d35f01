// The command `npm run gateway`: says what is wrong and ends with 1, or serves until it is told to end.

import type { Log } from '../schema/log.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { inFlags, readFlags } from './flags.ts'
import { openLog } from './observe/log.ts'
import type { Running } from './open-gateway.ts'
import { joinGroup } from './workers/join-group.ts'
import { WorkerGroup } from './workers/worker-group.ts'
import { joinWorkers, type Membership, Workers } from './workers/workers.ts'

const FLAGS = {
  supergraph: 'PANJAREH_SUPERGRAPH',
  port: 'PANJAREH_PORT',
  host: 'PANJAREH_HOST',
  workers: 'PANJAREH_WORKERS',
}

const HELP = `npm run gateway -- --supergraph FILE [--port N] [--host ADDRESS] [--workers N]

A federation gateway before the subgraphs that FILE, a composed supergraph, names by URL.

  --supergraph FILE  the composed supergraph
  --port N           port to listen on; 0 takes a free one (4000)
  --host ADDRESS     address to listen on (127.0.0.1)
  --workers N        processes behind the port (1)
  --help             this text

SIGTERM ends it when open requests are answered; SIGHUP reads the supergraph again.
Everything else is said by the environment: docs/gateway.md.
`

/** How long after the drain time a worker that does not end is killed. */
const LATE_MS = 2000

async function run(args: readonly string[]): Promise<void> {
  const told = readFlags(args, FLAGS)
  const config = read(told)
  if (config.supergraph === undefined) throw new ConfigError(['--supergraph FILE is missing'])
  const member = joinWorkers()
  if (config.workers > 1 && member === undefined) return supervise(config, args)
  const log = openLog(config.log, undefined, member && { worker: member.id })
  const running = await begin(config, log, member)
  if (member === undefined) log.info({ url: `${running.url}/graphql` }, 'ready')
  atSignals({
    // The one that watches hears it too and asks all.
    reload: () => {
      if (member === undefined) void running.reload()
    },
    end: (signal) => {
      log.info({ signal }, 'draining')
      void running.close().then(member?.leave)
    },
  })
  return undefined
}

async function begin(config: Config, log: Log, member: Membership | undefined): Promise<Running> {
  // A process that only watches others needs none of what a gateway loads.
  const { startBare } = await import('./start-bare.ts')
  try {
    if (member === undefined) return await startBare(config, { log })
    const group = joinGroup()
    // The one that watches looks at the file and shows the metrics.
    const own = { ...config, reloadMs: undefined, metrics: undefined }
    const supergraph = await group.supergraph()
    const { endings, isFirstUse } = group
    const parts = { log, isReady: member.isReady, supergraph, endings, isFirstUse }
    const running = await startBare(own, parts)
    group.answer(running)
    return running
  } catch (error) {
    member?.leave()
    throw error
  }
}

async function supervise(config: Config, args: readonly string[]): Promise<void> {
  const log = openLog(config.log)
  const { workers: count, drainMs } = config
  const group = new WorkerGroup(config, log)
  const workers = new Workers({
    program: import.meta.filename,
    args,
    count,
    endMs: drainMs + LATE_MS,
    log,
    joined: (worker) => group.join(worker),
  })
  atSignals({
    reload: () => group.reload(),
    end: (signal) => {
      log.info({ signal }, 'draining')
      void workers.close().then(() => group.close())
    },
  })
  await group.open()
  const begun = await workers.start()
  // The worker has said what is wrong.
  if (begun === 'failed') {
    process.exitCode = 1
    await group.close()
  }
  if (typeof begun === 'object')
    log.info({ url: `${begun.url}/graphql`, workers: count, metrics: group.metricsUrl }, 'ready')
}

interface Signals {
  readonly reload: () => void
  readonly end: (signal: string) => void
}

/** The second signal to end is not waited for. */
function atSignals({ reload, end }: Signals): void {
  process.on('SIGHUP', reload)
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

/** Whose tokens they are is said by whoever names an issuer; there is no realm of ours to know it from. */
const USUAL = { PANJAREH_AUDIENCE: '*' }

function read(told: Readonly<Record<string, string>>): Config {
  try {
    return readConfig(undefined, told, USUAL)
  } catch (error) {
    throw error instanceof ConfigError ? inFlags(error, FLAGS, told) : error
  }
}

/** Clear lines for a person at the console; a bug keeps its stack. */
function explain(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.findings
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(HELP)
  try {
    return await run(args)
  } catch (error) {
    for (const line of explain(error)) process.stderr.write(`${line}\n`)
    process.exitCode = 1
  }
  return undefined
}

if (import.meta.main) await main(process.argv.slice(2))
