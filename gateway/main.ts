// Composition root: the only file of the gateway that knows subgraphs and adapters. Loads everything, listens, drains.
// `node gateway/main.ts` runs it alone, `--check` loads everything and ends.

import { readFile } from 'node:fs/promises'

import { FindingsError } from '../adapters/finding.ts'
import { ServiceError } from '../schema/errors.ts'
import type { Log } from '../schema/log.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { openApplications } from '../subgraphs/applications/applications.ts'
import { loadCatalogue } from '../subgraphs/catalogue/catalogue.ts'
import { loadSystems } from '../subgraphs/load.ts'
import { loadPerson } from '../subgraphs/person/person.ts'
import { type Config, ConfigError, readConfig, secretsOf } from './config.ts'
import { openLog } from './observe/log.ts'
import { openGateway, type Portal, type Running } from './open-gateway.ts'

export type { Portal, Running } from './open-gateway.ts'

export interface Surroundings {
  /** Reads the address or secret of a system by the name of its variable; undefined if it is not set. */
  readonly secret: (variable: string) => string | undefined
  readonly log: Log
  readonly portal?: Portal | undefined
}

/** Throws ConfigError or FindingsError with all that is wrong, one clear line each. */
export async function start(config: Config, surroundings: Surroundings): Promise<Running> {
  const { log, portal } = surroundings
  const subgraphs = await loadSubgraphs(config, surroundings)
  const supergraph =
    config.supergraph === undefined ? undefined : await readFile(config.supergraph, 'utf8')
  try {
    return await openGateway(config, { subgraphs, supergraph, log, portal })
  } catch (error) {
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
    throw error
  }
}

async function loadSubgraphs(
  config: Config,
  { log, secret }: Surroundings,
): Promise<readonly Subgraph[]> {
  const loaded: Subgraph[] = []
  try {
    loaded.push(...(await loadSystems(config.subgraphs, { log, secret: required(secret) })))
    const catalogue = await loadCatalogue({ folder: config.services, log })
    loaded.push(catalogue, await loadPerson({ log }))
    const { databaseUrl } = config
    if (databaseUrl === undefined) log.warn({}, 'no database is set: applications are not offered')
    else loaded.push(await reachable(openApplications({ databaseUrl, catalogue, log })))
    return loaded
  } catch (error) {
    await Promise.all(loaded.map((subgraph) => subgraph.close()))
    throw error
  }
}

/** What the driver says of a connection may hold the address with its password; its code does not. */
async function reachable(opening: Promise<Subgraph>): Promise<Subgraph> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof ServiceError || error instanceof FindingsError) throw error
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    throw new ConfigError([`PANJAREH_DATABASE_URL: the database cannot be used (${String(code)})`])
  }
}

function required(secret: Surroundings['secret']): (variable: string) => string {
  return (variable) => {
    const value = secret(variable)
    if (value !== undefined && value !== '') return value
    throw new FindingsError([{ file: 'environment', message: `${variable} is not set` }])
  }
}

/** Ends with exit code 1 and one clear line for each thing that is wrong. */
async function run(check: boolean): Promise<void> {
  const config = readConfig()
  const log = openLog(config.log)
  const running = await start(check ? { ...config, port: 0 } : config, { secret: secretsOf(), log })
  if (check) return running.close()
  log.info({ url: `${running.url}/graphql`, systems: running.health().systems.length }, 'ready')
  const stop = (signal: string) => {
    log.info({ signal }, 'draining')
    void running.close()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return undefined
}

/** Lines for a person at the console; a bug keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FindingsError) return error.message
  if (error instanceof ServiceError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

if (import.meta.main) {
  try {
    await run(process.argv.includes('--check'))
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exitCode = 1
  }
}
