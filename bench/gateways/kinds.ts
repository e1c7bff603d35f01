// What is compared: how each gateway is started, and what of its settings makes it another row.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

import { invariant } from '../../schema/errors.ts'

export interface Kind {
  readonly name: string
  readonly family: 'floor' | 'panjareh' | 'apollo' | 'hive' | 'other'
  /** What it shares between requests. */
  readonly shares: 'nothing' | 'subgraph calls' | 'client requests'
  /** Processors it may use, as taskset takes them. */
  readonly cores: string
  /** For a floor: the gateway whose calls it makes. */
  readonly callsOf?: string
  start(place: Place): Start
}

interface Place {
  /** The checkout whose gateway is ours. */
  readonly checkout: string
  /** File of the composed supergraph. */
  readonly supergraph: string
  readonly port: number
}

interface Start {
  readonly argv: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Where it answers; /graphql of the port unless said otherwise. */
  readonly url?: string
}

const HERE = import.meta.dirname
const GATEWAY_CORE = '0'

// --- Ours

/** The words of `npm run gateway`, started without npm, which would be one more process to count. */
function command(checkout: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8'))
  const script: unknown = scripts?.gateway
  invariant(typeof script === 'string', 'package.json has a script gateway')
  const [program, file = '', ...flags] = script.split(' ')
  invariant(program === 'node', 'the script gateway runs node')
  return [process.execPath, path.join(checkout, file), ...flags]
}

interface OurSettings {
  readonly planner: 'hive' | 'apollo'
  readonly shares: Kind['shares']
  readonly workers?: number
  readonly cores?: string
}

function ours({ planner, shares, workers = 1, cores = GATEWAY_CORE }: OurSettings): Kind {
  const words = [
    `Panjareh, ${planner === 'hive' ? "Hive's" : "Apollo's"} plan`,
    shares === 'nothing' ? undefined : `${shares} shared`,
    cores === GATEWAY_CORE ? undefined : `${workers} worker${workers > 1 ? 's' : ''} on both cores`,
  ]
  return {
    name: words.filter((word) => word !== undefined).join(', '),
    family: 'panjareh',
    shares,
    cores,
    start: ({ supergraph, port, checkout }) => ({
      argv: [
        ...command(checkout),
        '--supergraph',
        supergraph,
        '--port',
        String(port),
        ...(workers > 1 ? ['--workers', String(workers)] : []),
      ],
      environment: {
        PANJAREH_PLANNER: planner,
        PANJAREH_SHARE_SUBGRAPH_READS: shares === 'nothing' ? 'off' : 'on',
        PANJAREH_SHARE_QUERIES: shares === 'client requests' ? 'on' : 'off',
      },
    }),
  }
}

// --- Floors

function floor(calls: Kind, transport: 'undici' | 'sockets'): Kind {
  const whose = calls.name.replace('Panjareh, ', '')
  return {
    name: `floor, calls of ${whose}, ${transport}`,
    family: 'floor',
    shares: 'nothing',
    cores: GATEWAY_CORE,
    callsOf: calls.name,
    start: ({ port }) => ({
      argv: [process.execPath, path.join(HERE, 'floor.ts'), String(port), transport],
    }),
  }
}

// --- Peers

export const STOCK: Kind = {
  name: 'Apollo Server + Gateway',
  family: 'apollo',
  shares: 'nothing',
  cores: GATEWAY_CORE,
  start: ({ supergraph, port }) => ({
    argv: [process.execPath, path.join(HERE, 'peers', 'apollo.js'), supergraph, String(port)],
  }),
}

interface HiveSettings {
  readonly planner: 'JS' | 'Rust'
  readonly shares: 'subgraph calls' | 'client requests'
}

/** It shares identical subgraph calls in flight by itself. */
function hive({ planner, shares }: HiveSettings): Kind {
  const config = shares === 'client requests' ? 'hive-sharing.config.js' : 'hive.config.js'
  return {
    name: `Hive Gateway, ${planner} planner${shares === 'client requests' ? ', client requests shared' : ''}`,
    family: 'hive',
    shares,
    cores: GATEWAY_CORE,
    start: ({ supergraph, port }) => ({
      argv: [
        process.execPath,
        hiveCommand(),
        'supergraph',
        supergraph,
        '--host=127.0.0.1',
        `--port=${port}`,
        '--fork=1',
        `--config-path=${path.join(HERE, 'peers', config)}`,
        planner === 'Rust' ? '--hive-router-runtime' : '--jit',
      ],
    }),
  }
}

function hiveCommand(): string {
  const manifest = createRequire(import.meta.url).resolve('@graphql-hive/gateway/package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  return path.join(path.dirname(manifest), bin['hive-gateway'])
}

/**
 * A gateway that npm does not offer: `name | url | command`, in which {supergraph} and {port} are filled in. The command is
 * given to a shell and must stay in the foreground.
 */
export function otherKind(text: string): Kind {
  const [name, url, shell] = text.split('|').map((part) => part.trim())
  invariant(name && url && shell, 'a gateway is given as: name | url | command')
  return {
    name,
    family: 'other',
    shares: 'nothing',
    cores: GATEWAY_CORE,
    start: ({ supergraph, port }) => {
      const fill = (part: string) =>
        part.replaceAll('{supergraph}', supergraph).replaceAll('{port}', String(port))
      return { argv: ['/bin/sh', '-c', `exec ${fill(shell)}`], url: fill(url) }
    },
  }
}

// --- The rows

const ON_APOLLO = ours({ planner: 'apollo', shares: 'nothing' })

export const OURS = ours({ planner: 'hive', shares: 'nothing' })
export const OURS_SHARING_CALLS = ours({ planner: 'hive', shares: 'subgraph calls' })
export const OURS_SHARING_REQUESTS = ours({ planner: 'hive', shares: 'client requests' })
/** The floor that goals are measured by. */
export const FLOOR = floor(OURS, 'undici')
export const HIVE = hive({ planner: 'Rust', shares: 'subgraph calls' })
export const HIVE_SHARING_REQUESTS = hive({ planner: 'Rust', shares: 'client requests' })

const HIVE_JS = hive({ planner: 'JS', shares: 'subgraph calls' })

/** The same objects stand in both lists: each is started once. */
export const KINDS: readonly Kind[] = [
  FLOOR,
  floor(ON_APOLLO, 'undici'),
  floor(OURS, 'sockets'),
  floor(ON_APOLLO, 'sockets'),
  OURS,
  ON_APOLLO,
  OURS_SHARING_CALLS,
  ours({ planner: 'apollo', shares: 'subgraph calls' }),
  OURS_SHARING_REQUESTS,
  HIVE,
  HIVE_SHARING_REQUESTS,
  HIVE_JS,
  hive({ planner: 'JS', shares: 'client requests' }),
  STOCK,
]

/** Where sharing finds nothing, or is not the question; Hive shares subgraph calls in any case. */
export const UNSHARED: readonly Kind[] = [FLOOR, OURS, ON_APOLLO, HIVE, HIVE_JS, STOCK]

const BOTH_CORES = '0,1'

/** For the question what a second worker brings; they share both cores with the load. */
export const WORKERS: readonly Kind[] = [1, 2].map((workers) =>
  ours({ planner: 'hive', shares: 'nothing', workers, cores: BOTH_CORES }),
)
