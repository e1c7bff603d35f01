// What answers, all that watches it, and what may replace it: an engine in its place, and how one is made.

import type { Caller } from '../schema/caller.ts'
import type { FindCase } from '../schema/case.ts'
import { toApiSchema } from '../schema/compose/api-schema.ts'
import { SupergraphError } from '../schema/compose/check-supergraph.ts'
import { toFullSchema } from '../schema/compose/full-schema.ts'
import type { Log } from '../schema/log.ts'
import type { FindMandate } from '../schema/mandate.ts'
import type { Pseudonyms } from '../schema/pseudonym.ts'
import type { Subgraph, SystemHealth } from '../schema/subgraph.ts'
import { closeAll } from './close-all.ts'
import { type Config, ConfigError } from './config.ts'
import { buildEngine, type Engine, type Schemas } from './engine.ts'
import { type AuditSink, auditToLog, buildAudit } from './observe/audit.ts'
import { Metrics } from './observe/metrics.ts'
import { Observer } from './observe/observer.ts'
import type { Tracing } from './observe/tracing.ts'
import type { Work } from './pipeline.ts'
import { type KnownDocuments, readDocuments } from './read-documents.ts'
import { CurrentEngine } from './reload/current-engine.ts'
import { KnownOperations } from './reload/known-operations.ts'
import { openReload, type OpenReload } from './reload/open-reload.ts'
import type { Acquired } from './reload/shared-links.ts'
import { breathe } from './reload/slices.ts'
import type { RemoteLink } from './subgraph-link/remote.ts'
import { pseudonymsOf } from './tokens-of.ts'

export interface ServingParts {
  /** Those in this process. */
  readonly subgraphs: readonly Subgraph[]
  readonly supergraph: string
  /** Opens the ways to a supergraph's other subgraphs. */
  readonly openLinks?: ((supergraph: string) => Acquired<RemoteLink>) | undefined
  readonly log: Log
  readonly tracing?: Tracing | undefined
  /** Whose case a request names; absent: no case is known here. */
  readonly findCase?: FindCase | undefined
  /** By what right one acts for another; absent: nobody does. */
  readonly mandates?: { readonly find: FindMandate } | undefined
  /** Where rows of the audit go beside the log. */
  readonly auditTo?: readonly AuditSink[] | undefined
}

export interface Serving {
  readonly current: CurrentEngine
  readonly observer: Observer<Work>
  readonly metrics: Metrics
  readonly reloading: OpenReload
}

/** Throws ConfigError for a supergraph that cannot be served. */
export function serve(config: Config, parts: ServingParts, documents: KnownDocuments): Serving {
  const { subgraphs, supergraph, log, tracing } = parts
  const known = new KnownOperations()
  const metrics = new Metrics({
    systems: () => systemsOf(subgraphs),
    supergraph: () => reloading.state(),
    knownOperations: () => known.size,
    openStreams: () => current.openStreams,
  })
  const saw = (work: Work, client: string | undefined) => known.saw(work, client)
  let pseudonyms: Pseudonyms | undefined
  const audit = buildAudit<Work>({
    // With the first row: a gateway before nobody's data needs none.
    pseudonyms: (sector, subject) => (pseudonyms ??= pseudonymsOf(config, log))(sector, subject),
    personalOf: ({ operation }) => operation && current.engine.personalFields(operation.document),
    sinks: [auditToLog(log), ...(parts.auditTo ?? [])],
  })
  const observer = new Observer<Work>({ log, metrics, tracing, saw, audit })
  const making = { config, parts, observer }
  // Documents are read again, too: they come and go together with the fields that they ask.
  const build = async (sdl: string) => {
    const schemas = await readInSteps(sdl)
    const engine = engineFor(sdl, { ...making, schemas, documents: await readDocuments(config) })
    await engine.ready
    return engine
  }
  const first = engineFor(supergraph, { ...making, documents })
  const current = new CurrentEngine(first, { graceMs: config.drainMs })
  const reloading = openReload({
    file: config.supergraph,
    everyMs: config.reloadMs,
    supergraph,
    current,
    build,
    known,
    breaking: config.reloadBreaking,
    log,
    told: (outcome) => metrics.reloaded(outcome),
  })
  return { current, observer, metrics, reloading }
}

/** A schema of forty subgraphs takes some fifty milliseconds, in which nobody is answered. */
async function readInSteps(supergraph: string): Promise<Schemas> {
  const api = toApiSchema(supergraph)
  await breathe()
  const full = toFullSchema(supergraph)
  await breathe()
  return { api, full }
}

interface Making {
  readonly config: Config
  readonly parts: ServingParts
  readonly documents: KnownDocuments
  readonly schemas?: Schemas
  readonly observer: Observer<Work>
}

/** Throws ConfigError for a supergraph with subgraphs to which there is no way. */
function engineFor(supergraph: string, making: Making): Engine {
  const { config, parts, documents, schemas, observer } = making
  const { subgraphs, log, openLinks } = parts
  const acquired = openLinks?.(supergraph)
  const released = async () => {
    if (acquired === undefined) return
    await closeAll([{ name: 'links', close: () => acquired.release() }], log)
  }
  try {
    const engine = buildEngine({
      supergraph,
      schemas,
      subgraphs,
      links: acquired?.links ?? [],
      limits: config.limits,
      ...documents,
      shareQueries: config.shareQueries,
      rejects: config.unauthorized === 'reject',
      findCase: parts.findCase,
      findMandate: parts.mandates?.find,
      levels: config.assuranceLevels,
      planner: config.planner,
      overrides: config.overrides,
      log,
      mayIntrospect: (caller) => mayIntrospect(config, caller),
      observe: (stage) => observer.stage(stage),
      observeLink: (link) => observer.link(link),
      released,
    })
    const [name] = engine.unlinked
    if (name !== undefined) throw new ConfigError([`there is no way to the subgraph "${name}"`])
    return engine
  } catch (error) {
    void released()
    throw error instanceof SupergraphError ? new ConfigError(error.findings) : error
  }
}

function mayIntrospect({ introspection }: Config, { kind }: Caller): boolean {
  return introspection === 'everyone' || (introspection === 'staff' && kind === 'staff')
}

export function systemsOf(subgraphs: readonly Subgraph[]): readonly SystemHealth[] {
  return subgraphs.map((subgraph) => subgraph.health()).filter((health) => health !== undefined)
}
