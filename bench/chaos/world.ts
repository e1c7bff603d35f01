// The whole world of a chaos run: issuer, estate, a relay before each system, and a gateway that knows only the relays.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type Estate, startEstate } from '../../deploy/embedded/estate.ts'
import type { Persona } from '../../test/estate/personas.ts'
import { freePort } from '../../test/support/free-port.ts'
import { type GatewayProcess, startGateway } from '../gateway-process.ts'
import { type Issuer, openIssuer } from '../issuer.ts'
import { openSwitches, type Switches } from '../switches.ts'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'

export interface Gateway extends GatewayProcess {
  /** Sums over systems of what its layers counted, by kind. */
  counts(): Promise<Readonly<Record<string, number>>>
}

export interface World {
  readonly systems: readonly string[]
  readonly supergraph: string
  /** By national id: citizens with every purpose, so that no system is out of their reach. */
  readonly tokens: ReadonlyMap<string, string>
  readonly switches: Switches
  readonly proxies: ReadonlyMap<string, FaultProxy>
  /** The folder of the systems, and what is changed in each system.json. */
  openGateway(change?: Change): Promise<Gateway>
  close(): Promise<void>
}

export type Change = (settings: Record<string, unknown>) => Record<string, unknown>

const ROOT = path.join(import.meta.dirname, '..', '..')
const SUBGRAPHS = path.join(ROOT, 'subgraphs')

export async function openWorld(personas: readonly Persona[]): Promise<World> {
  const rooms = new AsyncDisposableStack()
  const issuer = await openIssuer()
  rooms.defer(() => issuer.close())
  const estate = await startEstate()
  rooms.defer(() => estate.close())
  const proxies = await openProxies(estate)
  for (const proxy of proxies.values()) rooms.defer(() => proxy.close())
  const tokens = new Map<string, string>()
  const supergraph = await readFile(path.join(ROOT, 'schema/supergraph.graphql'), 'utf8')
  const roles = ['citizen', ...purposesOf(supergraph)]
  for (const { nationalId } of personas) {
    tokens.set(nationalId, await issuer.tokenOf(nationalId, roles))
  }
  return {
    systems: [...proxies.keys()],
    supergraph,
    tokens,
    switches: openSwitches(estate.control),
    proxies,
    openGateway: (change) => openOne({ estate, proxies, issuer, change, tokens }),
    close: () => rooms.disposeAsync(),
  }
}

async function openProxies({ systems }: Estate): Promise<Map<string, FaultProxy>> {
  const folders = await readdir(SUBGRAPHS)
  const proxies = new Map<string, FaultProxy>()
  for (const { id, url } of systems) {
    if (folders.includes(id)) proxies.set(id, await openFaultProxy(url))
  }
  return proxies
}

interface Opening {
  readonly estate: Estate
  readonly proxies: ReadonlyMap<string, FaultProxy>
  readonly issuer: Issuer
  readonly change: Change | undefined
  readonly tokens: ReadonlyMap<string, string>
}

async function openOne({ estate, proxies, issuer, change, tokens }: Opening): Promise<Gateway> {
  const addresses = [...proxies].map(([id, { url }]) => [addressOf(id), url])
  const folder = change === undefined ? undefined : await changedFolder(change)
  const metrics = await freePort()
  const environment = {
    ...estate.environment,
    ...Object.fromEntries(addresses),
    PANJAREH_ISSUER: issuer.issuer,
    PANJAREH_METRICS_PORT: `${metrics}`,
    ...(folder === undefined ? {} : { PANJAREH_SUBGRAPHS: folder }),
  }
  const [token = ''] = tokens.values()
  const gateway = await startGateway(environment, token)
  return {
    ...gateway,
    counts: async () => {
      const reply = await fetch(`http://127.0.0.1:${metrics}/metrics`)
      return sumsOf(await reply.text())
    },
    async close() {
      await gateway.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Roles that policies name. */
function purposesOf(supergraph: string): readonly string[] {
  return [...new Set(supergraph.match(/inquiry:[a-z-]+/g))]
}

function addressOf(id: string): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_URL`
}

/** A copy below a folder of its own name, so that findings and paths are as ever. */
async function changedFolder(change: Change): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'panjareh-chaos-'))
  await cp(SUBGRAPHS, folder, { recursive: true })
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name, 'system.json')
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) await writeFile(file, JSON.stringify(change(JSON.parse(text))))
  }
  return folder
}

function sumsOf(text: string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [, kind = '', value] of text.matchAll(
    /^panjareh_system_calls_total\{[^}]*kind="([a-z_]+)"[^}]*\} (\S+)$/gm,
  )) {
    sums[kind] = (sums[kind] ?? 0) + Number(value)
  }
  return sums
}
