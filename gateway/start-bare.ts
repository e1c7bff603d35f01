// The bare federation gateway: a supergraph file in, a listening gateway before the subgraphs that the file names. No
// database, no simulated systems, no sign-on unless an issuer is named.

import { readFile } from 'node:fs/promises'

import { buildSchema, GraphQLError, validateSchema } from 'graphql'

import { ANONYMOUS } from '../schema/caller.ts'
import type { Log } from '../schema/log.ts'
import type { EndingsChannel } from './auth/token/endings/ended-sessions.ts'
import type { IsFirstUse } from './auth/token/proof/used-once.ts'
import { type Config, ConfigError } from './config.ts'
import { openGateway, type Running } from './open-gateway.ts'
import { SharedLinks } from './reload/shared-links.ts'
import { type Graph, graphsOf } from './subgraph-link/graphs-of.ts'
import { openRemoteLink } from './subgraph-link/remote.ts'
import { tracingOf } from './tracing-of.ts'

export interface BareParts {
  readonly log: Log
  /** Is the whole service up, as far as it is not this process? */
  readonly isReady?: (() => boolean) | undefined
  /** By which other processes of the same service learn what ends here. */
  readonly endings?: EndingsChannel | undefined
  /** By which a proof of possession is used once at all of them. */
  readonly isFirstUse?: IsFirstUse | undefined
  /** What others of the same service answer with, whatever the file says by now. */
  readonly supergraph?: string | undefined
}

/** Throws ConfigError with all that is wrong, one clear line each. */
export async function startBare(config: Config, bare: BareParts): Promise<Running> {
  const { log, isReady, isFirstUse } = bare
  const { supergraph, file } = await supergraphOf(config, bare.supergraph)
  const { remote: limits, shareReads } = config
  const shared = new SharedLinks(({ name, url }) =>
    openRemoteLink({ name, url, limits, shareReads, log }),
  )
  const openLinks = (sdl: string) => shared.acquire(graphsIn(sdl, file))
  // Whoever did not say whose tokens count gets no tokens checked: they are the subgraphs' own, where passed on.
  const authenticate = config.issuerIsSet ? undefined : async () => ANONYMOUS
  const tracing = await tracingOf(config, log)
  const endings = bare.endings && [bare.endings]
  const parts = {
    endings,
    isFirstUse,
    subgraphs: [],
    supergraph,
    openLinks,
    authenticate,
    tracing,
    isReady,
    log,
  }
  try {
    return await openGateway(config, parts)
  } catch (error) {
    await tracing?.close(0)
    if (error instanceof ConfigError) throw error
    const faults = error instanceof GraphQLError ? linesOf(error) : faultsOf(supergraph)
    if (faults.length === 0) throw error
    throw new ConfigError(faults.map((fault) => `${file}: ${fault}`))
  }
}

async function supergraphOf({ supergraph: file }: Config, given: string | undefined) {
  if (file === undefined) throw new ConfigError(['--supergraph FILE is missing'])
  if (given !== undefined) return { supergraph: given, file }
  try {
    return { supergraph: await readFile(file, 'utf8'), file }
  } catch {
    throw new ConfigError([`--supergraph: ${file} cannot be read`])
  }
}

function graphsIn(supergraph: string, file: string): readonly Graph[] {
  const { graphs, findings } = graphsOf(supergraph)
  if (findings.length > 0) throw new ConfigError(findings.map((finding) => `${file}: ${finding}`))
  return graphs
}

/** Whether the file is to blame; looked at only when it could not be used. */
function faultsOf(supergraph: string): readonly string[] {
  try {
    return validateSchema(buildSchema(supergraph)).flatMap(linesOf)
  } catch (error) {
    return error instanceof Error ? linesOf(error) : []
  }
}

/** One for each thing that is wrong, as graphql-js joins them. */
function linesOf({ message }: Error): readonly string[] {
  return message.split('\n\n').map((one) => one.replaceAll(/\s*\n\s*/g, ' '))
}
