// Composition root: the only file of the gateway that knows subgraphs and adapters. Loads everything, listens, drains.
// `node gateway/main.ts` runs it alone, `--check` loads everything and ends.

import { readFile } from 'node:fs/promises'

import { FindingsError } from '../adapters/finding.ts'
import type { SharedStore } from '../adapters/resilience/shared/shared-state.ts'
import type { FindCase } from '../schema/case.ts'
import { ServiceError } from '../schema/errors.ts'
import type { Log } from '../schema/log.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { type Catalogue, loadCatalogue } from '../subgraphs/catalogue/catalogue.ts'
import { loadEntries } from '../subgraphs/entries/entries.ts'
import type { ObserveCalls } from '../subgraphs/folder/layers.ts'
import { loadSystems } from '../subgraphs/load.ts'
import type { Mandates } from '../subgraphs/mandates/mandates.ts'
import type { Sms } from '../subgraphs/mandates/sms.ts'
import { loadPerson } from '../subgraphs/person/person.ts'
import { type Ended, EndNews } from '../subgraphs/sign-on/end-news.ts'
import { channelOver } from './auth/token/endings/endings-channel.ts'
import { closeAll } from './close-all.ts'
import { type Config, ConfigError, readConfig, secretsOf } from './config.ts'
import { openLog } from './observe/log.ts'
import type { Tracing } from './observe/tracing.ts'
import { openGateway, type Running } from './open-gateway.ts'
import { tracingOf } from './tracing-of.ts'

export { openLog } from './observe/log.ts'
export type { Running } from './open-gateway.ts'

export interface Surroundings {
  /** Reads the address or secret of a system by the name of its variable; undefined if it is not set. */
  readonly secret: (variable: string) => string | undefined
  readonly log: Log
}

/** Throws ConfigError or FindingsError with all that is wrong, one clear line each. */
export async function start(config: Config, surroundings: Surroundings): Promise<Running> {
  const { log } = surroundings
  const tracing = await tracingOf(config, log)
  const shared = await sharedStoreOf(config, log)
  const below = shared === undefined ? [] : [{ name: 'valkey', close: () => shared.close() }]
  const news = new EndNews()
  const { subgraphs, mandates, findCase } = await loadSubgraphs(config, surroundings, {
    tracing,
    shared,
    news,
  }).catch(async (error: unknown) => {
    await closeAll(below, log)
    throw error
  })
  try {
    const supergraph = await supergraphOf(config)
    const endings = [news, ...endingsOf(config, shared)]
    return await openGateway(config, {
      endings,
      isFirstUse: shared && (({ id, keptMs }) => shared.isFirstUse('proof', id, keptMs)),
      subgraphs,
      mandates,
      findCase,
      supergraph,
      log,
      tracing,
      below,
    })
  } catch (error) {
    await closeAll([...subgraphs, ...below], log)
    throw error
  }
}

/** Its client is loaded only where there is one: it takes a seventh of a second. */
async function sharedStoreOf({ valkey }: Config, log: Log): Promise<SharedStore | undefined> {
  if (valkey === undefined) return undefined
  const { openValkey } = await import('../adapters/resilience/shared/valkey-store.ts')
  return openValkey({ ...valkey, log })
}

/** Whatever ends at one copy ends at all. */
function endingsOf({ longestTokenMs }: Config, shared: SharedStore | undefined) {
  return shared === undefined ? [] : [channelOver(shared.notices('endings', longestTokenMs))]
}

async function supergraphOf({ supergraph }: Config): Promise<string | undefined> {
  if (supergraph === undefined) return undefined
  try {
    return await readFile(supergraph, 'utf8')
  } catch {
    throw new ConfigError([`PANJAREH_SUPERGRAPH: ${supergraph} cannot be read`])
  }
}

interface Loaded {
  readonly subgraphs: readonly Subgraph[]
  readonly mandates: Mandates | undefined
  readonly findCase: FindCase | undefined
}

interface Beneath {
  readonly tracing: Tracing | undefined
  readonly shared: SharedStore | undefined
  /** Of what the administration ended. */
  readonly news: EndNews
}

async function loadSubgraphs(
  config: Config,
  { log, secret }: Surroundings,
  { tracing, shared, news }: Beneath,
): Promise<Loaded> {
  const loaded: Subgraph[] = []
  const observeCalls: ObserveCalls | undefined =
    tracing && ((system, adapter) => tracing.adapter(system, adapter))
  try {
    const options = { log, secret: required(secret), observeCalls, shared }
    loaded.push(...(await loadSystems(config.subgraphs, options)))
    const catalogue = await loadCatalogue({ folder: config.services, log })
    loaded.push(catalogue, await loadPerson({ log }), await loadEntries({ log }))
    const { databaseUrl, signOnAdministration: administration } = config
    if (databaseUrl === undefined) {
      log.warn({}, 'no database is set: applications are not offered')
      return { subgraphs: loaded, mandates: undefined, findCase: undefined }
    }
    // What needs a database is loaded only where there is one.
    const { openApplications } = await import('../subgraphs/applications/applications.ts')
    const applications = await reachable(openApplications({ databaseUrl, catalogue, log }))
    loaded.push(applications)
    const { findCase } = applications
    if (administration !== undefined) {
      const { openSignOn } = await import('../subgraphs/sign-on/sign-on.ts')
      const ended = (one: Ended) => news.publish(one)
      loaded.push(await reachable(openSignOn({ administration, databaseUrl, log, ended })))
    }
    const mandates = await reachable(
      mandatesOf(config, { catalogue, databaseUrl, log, secret, shared }),
    )
    return { subgraphs: [...loaded, mandates], mandates, findCase }
  } catch (error) {
    await closeAll(loaded, log)
    throw error
  }
}

/** Longer than a mandate is remembered, however the copies' clocks differ. */
const MANDATE_NEWS_MS = 10_000

interface ForMandates extends Pick<Surroundings, 'secret' | 'log'>, Pick<Beneath, 'shared'> {
  readonly catalogue: Catalogue
  readonly databaseUrl: string
}

/** Without an SMS centre no code can be sent; children and companies need none. */
async function mandatesOf(
  { mandateSecret, guardians }: Config,
  { catalogue, databaseUrl, log, secret, shared }: ForMandates,
): Promise<Mandates> {
  const { openMandates } = await import('../subgraphs/mandates/mandates.ts')
  let sms: Sms | undefined
  if (secret('SMS_CENTRE_URL')) {
    const { openSms } = await import('../subgraphs/mandates/sms.ts')
    sms = await openSms({ secret: required(secret), log })
  }
  try {
    const news = shared?.notices('mandates', MANDATE_NEWS_MS)
    const options = { databaseUrl, catalogue, log, sms, guardians, news }
    return await openMandates({ ...options, secret: mandateSecret })
  } catch (error) {
    await sms?.close()
    throw error
  }
}

/** What the driver says of a connection may hold the address with its password; its code does not. */
async function reachable<Opened>(opening: Promise<Opened>): Promise<Opened> {
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
  const surroundings = { secret: secretsOf(), log }
  const running = await start(check ? { ...config, port: 0 } : config, surroundings)
  if (check) return running.close()
  log.info({ url: `${running.url}/graphql`, systems: running.health().systems.length }, 'ready')
  const stop = (signal: string) => {
    log.info({ signal }, 'draining')
    void running.close()
  }
  process.on('SIGHUP', () => void running.reload())
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return undefined
}

/** Clear lines for a person at the console; a bug keeps its stack. */
export function explain(error: unknown): readonly string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(explain)
  if (error instanceof ConfigError || error instanceof FindingsError) {
    return error.message.split('\n')
  }
  if (error instanceof ServiceError) return [`${error.code}: ${error.message}`]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

if (import.meta.main) {
  try {
    await run(process.argv.includes('--check'))
  } catch (error) {
    for (const line of explain(error)) process.stderr.write(`${line}\n`)
    process.exitCode = 1
  }
}
