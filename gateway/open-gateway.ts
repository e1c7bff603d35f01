// Subgraphs and a configuration in, a listening gateway out. Knows no subgraph by name and loads none: main.ts does.

import type { Caller } from '../schema/caller.ts'
import { compose } from '../schema/compose/compose.ts'
import { framesOf, type Log } from '../schema/log.ts'
import type { Subgraph, SystemHealth } from '../schema/subgraph.ts'
import { type Authenticate, buildAuthenticate } from './auth/authenticate.ts'
import { closeAll } from './close-all.ts'
import { type Config, ConfigError } from './config.ts'
import { buildEngine, type Engine } from './engine.ts'
import { buildDoor, type Finished } from './http/graphql-door.ts'
import type { Health } from './http/health.ts'
import { loadPages, type Pages } from './http/pages.ts'
import { listen } from './http/server.ts'
import { toLine } from './observe/request-line.ts'
import { StageTimes } from './observe/stage-times.ts'
import type { Tracing } from './observe/tracing.ts'
import type { Stage, Work } from './pipeline.ts'
import type { RemoteLink } from './subgraph-link/remote.ts'

export interface GatewayParts {
  /** Those in this process. */
  readonly subgraphs: readonly Subgraph[]
  /** Opens the ways to the supergraph's other subgraphs; closed with the gateway. */
  readonly openLinks?: ((supergraph: string) => readonly RemoteLink[]) | undefined
  /** A composed supergraph; composed from the subgraphs if absent. */
  readonly supergraph?: string | undefined
  readonly log: Log
  readonly portal?: Portal | undefined
  /** By the configuration's issuer if absent. */
  readonly authenticate?: Authenticate | undefined
  /** Closed with the gateway. */
  readonly tracing?: Tracing | undefined
}

export interface Portal {
  /** Folder of the files that a browser gets. */
  readonly directory: string
  /** The OpenID client that its pages are. */
  readonly clientId: string
}

export interface Running {
  /** Without a slash at the end. */
  readonly url: string
  readonly engine: Engine
  health(): Health
  /** Lets open requests finish, then closes the subgraphs. Can be called twice. */
  close(): Promise<void>
}

/** The requests that used up the drain time are those whose traces are wanted most. */
const LAST_TRACES_MS = 500

/** Throws ConfigError for schemas that do not compose, and if the port is taken. */
export async function openGateway(config: Config, parts: GatewayParts): Promise<Running> {
  const { subgraphs, log, tracing } = parts
  const times = new StageTimes<Work>()
  const supergraph = parts.supergraph ?? composed(subgraphs)
  const links = parts.openLinks?.(supergraph) ?? []
  const engine = buildEngine({
    supergraph,
    subgraphs,
    links,
    limits: config.limits,
    log,
    mayIntrospect: (caller) => mayIntrospect(config, caller),
    observe: (stage) => times.wrap(traced(stage, tracing)),
    observeLink: tracing && ((link) => tracing.link(link)),
  })
  let ready = true
  const health = (): Health => ({ ready, live: true, systems: systemsOf(subgraphs) })
  const door = buildDoor({
    run: (request, context, readOnly) => engine.run(request, context, readOnly),
    ask: engine.ask,
    authenticate: parts.authenticate ?? buildAuthenticate(config),
    bodyLimit: config.bodyLimit,
    deadlineMs: config.deadlineMs,
    beginTrace: tracing && ((parent, method) => tracing.begin(parent, method)),
    report: (finished) => {
      tracing?.finish(finished)
      report(finished, times, log)
    },
  })
  const { host, port, deadlineMs, drainMs } = config
  const pages = await pagesOf(parts.portal, config)
  const server = await listening({ host, port, door, health, pages, arrivalMs: deadlineMs })
  let closing: Promise<void> | undefined
  const close = async () => {
    ready = false
    const until = performance.now() + drainMs
    await server.close(drainMs)
    await closeAll([...subgraphs, ...links], log)
    await tracing?.close(Math.max(until - performance.now(), LAST_TRACES_MS))
  }
  return { url: server.url, engine, health, close: () => (closing ??= close()) }
}

function traced(stage: Stage, tracing: Tracing | undefined): Stage {
  return tracing === undefined ? stage : tracing.stage(stage)
}

function composed(subgraphs: readonly Subgraph[]): string {
  const { supergraph, findings } = compose(subgraphs)
  if (supergraph !== undefined) return supergraph
  throw new ConfigError(
    findings.map(({ subgraph, message }) => `${subgraph ?? 'supergraph'}: ${message}`),
  )
}

function mayIntrospect({ introspection }: Config, { kind }: Caller): boolean {
  return introspection === 'everyone' || (introspection === 'staff' && kind === 'staff')
}

function systemsOf(subgraphs: readonly Subgraph[]): readonly SystemHealth[] {
  return subgraphs.map((subgraph) => subgraph.health()).filter((health) => health !== undefined)
}

async function pagesOf(portal: Portal | undefined, { issuer }: Config): Promise<Pages | undefined> {
  if (portal === undefined) return undefined
  const { directory, clientId } = portal
  try {
    return await loadPages({ directory, settings: { issuer, clientId, graphql: '/graphql' } })
  } catch {
    throw new ConfigError([`PANJAREH_PORTAL: the folder ${directory} cannot be read`])
  }
}

async function listening(options: Parameters<typeof listen>[0]) {
  try {
    return await listen(options)
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    const place = `${options.host}:${options.port}`
    const reason =
      code === 'EADDRINUSE'
        ? 'is taken by another process'
        : `cannot be listened on (${String(code)})`
    throw new ConfigError([`PANJAREH_PORT: ${place} ${reason}`])
  }
}

/** One line per request; a bug of ours also with its stack, because nothing else tells where it is. */
function report(finished: Finished, times: StageTimes<Work>, log: Log): void {
  const { work, error, requestId } = finished
  const line = toLine(finished, work === undefined ? {} : times.of(work))
  if (error === undefined) return log.info(line, 'request')
  return log.error(
    { ...line, requestId, bug: nameOf(error), stack: framesOf(error) },
    'request failed by a bug',
  )
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
