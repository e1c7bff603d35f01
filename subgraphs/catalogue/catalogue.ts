// The services an agency offers, read from folders. In: the folder of service folders. Out: a public subgraph, and the
// services for whoever takes applications.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Finding, FindingsError } from '../../adapters/finding.ts'
import { CallerError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { type Resolvers, serveOwn } from '../own.ts'
import { loadService, type Service } from './load-service.ts'

export interface Catalogue extends Subgraph {
  /** By national service code, in its order. */
  readonly services: ReadonlyMap<string, Service>
}

export interface CatalogueOptions {
  /** Holds one folder per service. */
  readonly folder: string
  readonly log: Log
}

const MOST = 100

/** Throws FindingsError with everything that is wrong in any service folder. */
export async function loadCatalogue({ folder, log }: CatalogueOptions): Promise<Catalogue> {
  const services = await loadServices(folder)
  const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
  return {
    ...serveOwn({ name: 'catalogue', schema, resolvers: toResolvers(services), log }),
    services,
  }
}

async function loadServices(folder: string): Promise<ReadonlyMap<string, Service>> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const loaded = await Promise.all(names.toSorted().map((name) => loadService(join(folder, name))))
  const findings = loaded.flatMap((one) => one.findings)
  const services = new Map<string, Service>()
  for (const { service } of loaded) {
    if (!service) continue
    const other = services.get(service.code)
    if (other) findings.push(sameCode(service, other))
    services.set(service.code, service)
  }
  if (findings.length > 0) throw new FindingsError(findings)
  return new Map([...services].toSorted(([left], [right]) => left.localeCompare(right, 'en')))
}

function sameCode({ slug, code }: Service, other: Service): Finding {
  return { file: `${slug}/service.json`, message: `code ${code} is also that of ${other.slug}` }
}

function toResolvers(services: ReadonlyMap<string, Service>): Resolvers {
  const find = (code: unknown) => {
    const service = typeof code === 'string' ? services.get(code) : undefined
    return service && toPublicService(service)
  }
  return {
    Query: {
      service: (_source, { code }) => find(code),
      services: (_source, { domain, first, after }) =>
        page([...services.values()], { domain, first, after }),
    },
    PublicService: {
      __resolveReference: (reference) =>
        typeof reference === 'object' && reference !== null && 'code' in reference
          ? find(reference.code)
          : undefined,
    },
  }
}

interface PageArguments {
  readonly domain: unknown
  readonly first: unknown
  readonly after: unknown
}

function page(services: readonly Service[], { domain, first, after }: PageArguments) {
  if (typeof first !== 'number' || first < 1 || first > MOST) {
    throw new CallerError('INPUT_REJECTED', `first must be 1 to ${MOST}`, { fields: ['first'] })
  }
  const all = services.filter(
    ({ domain: { code } }) => typeof domain !== 'string' || domain === code,
  )
  const rest = all.filter(({ code }) => typeof after !== 'string' || code > after)
  const nodes = rest.slice(0, first)
  return {
    nodes: nodes.map(toPublicService),
    total: all.length,
    hasNextPage: rest.length > nodes.length,
    endCursor: nodes.at(-1)?.code,
  }
}

function toPublicService(service: Service) {
  const costs = service.costs.map((cost) => ({ ...cost, currency: 'IRR' }))
  return { ...service, form: service.form.schema, package: { ...service, costs } }
}
