// The bare federation gateway: a supergraph file in, a listening gateway before the subgraphs that the file names. No
// database, no simulated systems, no sign-on unless an issuer is named.

import { readFile } from 'node:fs/promises'

import { ANONYMOUS } from '../schema/caller.ts'
import type { Log } from '../schema/log.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { inFlags, readFlags } from './flags.ts'
import { openLog } from './observe/log.ts'
import { openGateway, type Running } from './open-gateway.ts'
import { SharedLinks } from './reload/shared-links.ts'
import { type Graph, graphsOf } from './subgraph-link/graphs-of.ts'
import { openRemoteLink } from './subgraph-link/remote.ts'

const FLAGS = {
  supergraph: 'PANJAREH_SUPERGRAPH',
  port: 'PANJAREH_PORT',
  host: 'PANJAREH_HOST',
}

const HELP = `npm run gateway -- --supergraph FILE [--port N] [--host ADDRESS]

A federation gateway before the subgraphs that FILE, a composed supergraph, names by URL.

  --supergraph FILE  the composed supergraph
  --port N           port to listen on; 0 takes a free one (4000)
  --host ADDRESS     address to listen on (127.0.0.1)
  --help             this text

Everything else is said by the environment: docs/gateway.md.
`

/** Throws ConfigError with all that is wrong, one clear line each. */
export async function startBare(config: Config, log: Log): Promise<Running> {
  const { supergraph, file } = await supergraphOf(config)
  const { remote: limits, shareReads } = config
  const shared = new SharedLinks(({ name, url }) =>
    openRemoteLink({ name, url, limits, shareReads, log }),
  )
  const openLinks = (sdl: string) => shared.acquire(remoteGraphs(sdl, file))
  const authenticate = config.issuerIsSet ? undefined : async () => ANONYMOUS
  return openGateway(config, { subgraphs: [], supergraph, openLinks, authenticate, log })
}

async function supergraphOf({ supergraph: file }: Config) {
  if (file === undefined) throw new ConfigError(['--supergraph FILE is missing'])
  try {
    return { supergraph: await readFile(file, 'utf8'), file }
  } catch {
    throw new ConfigError([`--supergraph: ${file} cannot be read`])
  }
}

function remoteGraphs(supergraph: string, file: string): readonly Graph[] {
  const { graphs, findings } = graphsOf(supergraph)
  if (findings.length > 0) throw new ConfigError(findings.map((finding) => `${file}: ${finding}`))
  return graphs
}

async function run(args: readonly string[]): Promise<void> {
  const told = readFlags(args, FLAGS)
  const config = read(told)
  const log = openLog(config.log)
  const running = await startBare(config, log)
  log.info({ url: `${running.url}/graphql` }, 'ready')
  const stop = (signal: string) => {
    log.info({ signal }, 'draining')
    void running.close()
  }
  process.on('SIGHUP', () => void running.reload())
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function read(told: Readonly<Record<string, string>>): Config {
  try {
    return readConfig(undefined, told)
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
