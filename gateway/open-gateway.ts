// Subgraphs and a configuration in, a listening gateway out. Knows no subgraph by name and loads none: main.ts does.

import type { FindCase } from '../schema/case.ts'
import type { Log } from '../schema/log.ts'
import type { FindMandate, NoteAct } from '../schema/mandate.ts'
import type { Subgraph } from '../schema/subgraph.ts'
import { buildActFor } from './auth/acting.ts'
import type { Authenticate } from './auth/authenticate.ts'
import type { EndingsChannel } from './auth/token/endings/ended-sessions.ts'
import type { Tokens } from './auth/token/open-tokens.ts'
import type { IsFirstUse } from './auth/token/proof/used-once.ts'
import { closeAll } from './close-all.ts'
import { type Config, ConfigError } from './config.ts'
import type { Engine } from './engine.ts'
import { buildDoor } from './http/graphql-door.ts'
import type { Health } from './http/health.ts'
import { listen } from './http/server.ts'
import { buildSignOutDoor } from './http/sign-out-door.ts'
import { continueTrace } from './http/traceparent.ts'
import { auditToMandates } from './observe/audit.ts'
import type { Snapshot } from './observe/metric.ts'
import { type MetricsServer, openMetricsServer } from './observe/metrics-server.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Tracing } from './observe/tracing.ts'
import { readDocuments } from './read-documents.ts'
import type { Outcome, Prepared, SupergraphState } from './reload/reload.ts'
import type { Acquired } from './reload/shared-links.ts'
import { serve, type Serving, systemsOf } from './serving.ts'
import type { RemoteLink } from './subgraph-link/remote.ts'
import { tlsOf, tokensOf } from './tokens-of.ts'

export interface GatewayParts {
  /** Those in this process. */
  readonly subgraphs: readonly Subgraph[]
  /** Opens the ways to the supergraph's other subgraphs; closed with the gateway. */
  readonly openLinks?: ((supergraph: string) => Acquired<RemoteLink>) | undefined
  /** A composed supergraph; composed from the subgraphs if absent. */
  readonly supergraph?: string | undefined
  readonly log: Log
  /** By the configuration's issuer if absent. */
  readonly authenticate?: Authenticate | undefined
  /** By which other copies and processes learn whose tokens have ended, and we from them. */
  readonly endings?: readonly EndingsChannel[] | undefined
  /** By which a proof of possession is used once at all of them; absent: each knows its own. */
  readonly isFirstUse?: IsFirstUse | undefined
  /** By what right one may act for another; absent: nobody may. */
  readonly mandates?: { readonly find: FindMandate; readonly note: NoteAct } | undefined
  /** Whose case a request names; absent: no case is known here. */
  readonly findCase?: FindCase | undefined
  /** Is the whole service up, as far as it is not this gateway? */
  readonly isReady?: (() => boolean) | undefined
  /** Closed with the gateway. */
  readonly tracing?: Tracing | undefined
  /** What the subgraphs stand on: closed after them. */
  readonly below?: readonly { readonly name: string; close(): Promise<void> }[] | undefined
}

export interface Running {
  /** Without a slash at the end. */
  readonly url: string
  /** Undefined where no metrics are shown. */
  readonly metricsUrl: string | undefined
  /** The one that answers now. */
  readonly engine: Engine
  health(): Health
  metrics(): readonly Snapshot[]
  /** Reads the supergraph file again and switches to it if it is good. Never rejects. */
  reload(): Promise<Outcome>
  /** For whoever decides for several processes. Never rejects. */
  prepare(supergraph: string): Promise<Prepared>
  /** Lets open requests finish, then closes the subgraphs. Can be called twice. */
  close(): Promise<void>
}

/** The requests that used up the drain time are those whose traces are wanted most. */
const LAST_TRACES_MS = 500

/** Throws ConfigError for schemas that do not compose, and if the port is taken. */
export async function openGateway(config: Config, parts: GatewayParts): Promise<Running> {
  const { subgraphs, log, tracing } = parts
  const known = await readDocuments(config)
  const supergraph = parts.supergraph ?? (await composed(subgraphs))
  const { mandates } = parts
  const auditTo = mandates && [auditToMandates(mandates.note)]
  const serving = serve(config, { ...parts, supergraph, auditTo }, known)
  const { current, observer, metrics, reloading } = serving
  let ready = false
  const health = (): Health => ({
    ready: ready && parts.isReady?.() !== false,
    live: true,
    systems: systemsOf(subgraphs),
    supergraph: supergraphHealth(reloading.state()),
  })
  const { authenticate } = parts
  const tokens: Verifying = authenticate === undefined ? tokensOf(config, parts) : { authenticate }
  const door = doorFor(config, tokens, { current, observer, metrics, tracing, mandates })
  const { host, port, deadlineMs, drainMs } = config
  const scraped = await scrapedAt(config, metrics, health)
  const server = await listening({
    host,
    port,
    door,
    health: () => publicHealth(health(), config),
    signOut: tokens.signOut && buildSignOutDoor(tokens.signOut),
    tls: await tlsOf(config),
    portal: config.portal,
    arrivalMs: deadlineMs,
  })
  await current.engine.ready
  ready = true
  let closing: Promise<void> | undefined
  const close = async () => {
    ready = false
    reloading.close()
    const until = performance.now() + drainMs
    await server.close(drainMs)
    await current.close()
    await closeAll(subgraphs, log)
    await closeAll(parts.below ?? [], log)
    metrics.close()
    await scraped?.close()
    await tracing?.close(Math.max(until - performance.now(), LAST_TRACES_MS))
  }
  return {
    url: server.url,
    metricsUrl: scraped && `${scraped.url}/metrics`,
    get engine() {
      return current.engine
    },
    health,
    metrics: () => metrics.snapshots(),
    reload: () => reloading.reload(),
    prepare: (sdl) => reloading.prepare(sdl),
    close: () => (closing ??= close()),
  }
}

type Verifying = Pick<Tokens, 'authenticate'> & Partial<Tokens>

type Answering = Pick<Serving, 'current' | 'observer' | 'metrics'> &
  Pick<GatewayParts, 'tracing' | 'mandates'>

function doorFor(config: Config, { authenticate, ended }: Verifying, answering: Answering) {
  const { current, observer, metrics, tracing, mandates } = answering
  return buildDoor({
    run: current.run,
    join: current.join,
    ask: current.ask,
    purposes: () => current.engine.purposes,
    authenticate,
    actFor: buildActFor({ find: mandates?.find, levels: config.assuranceLevels }),
    ended,
    bodyLimit: config.bodyLimit,
    answerLimit: config.answerLimit,
    mostSubscriptions: config.subscriptions,
    forward: config.forward,
    deadlineMs: config.deadlineMs,
    beginTrace: (parent, method) => {
      metrics.begin()
      return tracing === undefined ? continueTrace(parent) : tracing.begin(parent, method)
    },
    report: observer.report,
  })
}

function supergraphHealth(state: SupergraphState): NonNullable<Health['supergraph']> {
  const ageSeconds = Math.round((Date.now() - Date.parse(state.loadedAt)) / 1000)
  return { ...state, ageSeconds }
}

/**
 * How often a system is asked is for the port of the metrics. Findings name fields and clients: where not everybody may see
 * the schema, they are not told here either.
 */
function publicHealth(whole: Health, { introspection }: Config): Health {
  const systems = whole.systems.map((system) => ({ ...system, calls: undefined }))
  const health = { ...whole, systems }
  const { supergraph } = health
  if (introspection === 'everyone' || supergraph?.refused === undefined) return health
  const refused = { ...supergraph.refused, findings: [SEE_THE_LOG] }
  return { ...health, supergraph: { ...supergraph, refused } }
}

const SEE_THE_LOG = { message: 'The log and the port of the metrics tell what it breaks.' }

async function scrapedAt(
  { metrics: at }: Config,
  metrics: Metrics,
  health: () => Health,
): Promise<MetricsServer | undefined> {
  if (at === undefined) return undefined
  try {
    return await openMetricsServer({ ...at, read: () => metrics.snapshots(), health })
  } catch (error) {
    throw portError('PANJAREH_METRICS_PORT', at, error)
  }
}

/** Composition is loaded only where something is to be composed: it is a fourth of all that a bare gateway would load. */
async function composed(subgraphs: readonly Subgraph[]): Promise<string> {
  const { compose } = await import('../schema/compose/compose.ts')
  const { supergraph, findings } = compose(subgraphs)
  if (supergraph !== undefined) return supergraph
  throw new ConfigError(
    findings.map(({ subgraph, message }) => `${subgraph ?? 'supergraph'}: ${message}`),
  )
}

async function listening(options: Parameters<typeof listen>[0]) {
  try {
    return await listen(options)
  } catch (error) {
    throw portError('PANJAREH_PORT', options, error)
  }
}

interface Place {
  readonly host: string
  readonly port: number
}

function portError(variable: string, { host, port }: Place, error: unknown): ConfigError {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const reason =
    code === 'EADDRINUSE'
      ? 'is taken by another process'
      : `cannot be listened on (${String(code)})`
  return new ConfigError([`${variable}: ${host}:${port} ${reason}`])
}
