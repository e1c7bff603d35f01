// The only reader of the environment. In: variables. Out: a checked configuration, or all that is wrong with it at once.
// Secrets do not stand in it: they are read by the name of their variable.

import path from 'node:path'

import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

import { ConfigVariables, VARIABLES } from './config-variables.ts'
import { nearest } from './nearest.ts'

export { VARIABLES } from './config-variables.ts'

export interface Config {
  readonly host: string
  readonly port: number
  /** Processes. */
  readonly workers: number
  readonly issuer: string
  /** Was it named, not only assumed? */
  readonly issuerIsSet: boolean
  readonly audience: string | undefined
  readonly keysUrl: string
  /** The longest time that a token may still live. */
  readonly longestTokenMs: number
  /** Tokens issued before do not count, milliseconds since 1970. */
  readonly notBeforeMs: number | undefined
  /** Without a slash at the end; undefined: only the own loopback address. */
  readonly publicUrl: string | undefined
  /** Must DPoP proofs hold a nonce? */
  readonly dpopNonce: boolean
  /** By which persons are called in logs; undefined: one of the process. */
  readonly pseudonymSecret: Uint8Array | undefined
  /** Files in PEM; undefined: HTTP in clear. */
  readonly tls:
    | {
        readonly certificate: string
        readonly key: string
        readonly clientAuthorities: string | undefined
      }
    | undefined
  /** Who may say which client certificate it saw. */
  readonly proxy: { readonly address: string; readonly secret: string } | undefined
  /** Absolute. */
  readonly subgraphs: string
  /** Absolute. */
  readonly services: string
  /** Address for browsers. */
  readonly portal: string | undefined
  /** Absolute path of a composed supergraph; undefined: composed at start. */
  readonly supergraph: string | undefined
  readonly databaseUrl: string | undefined
  /** How the sign-on is administered; undefined: not from here. */
  readonly signOnAdministration:
    | {
        readonly url: string
        readonly realm: string
        readonly clientId: string
        readonly secret: string
      }
    | undefined
  /** Undefined: each copy is alone. */
  readonly valkey: { readonly url: string; readonly secret: Uint8Array } | undefined
  /** Of one-time codes; undefined: each copy has its own. */
  readonly mandateSecret: Uint8Array | undefined
  /** Whom the civil registry makes the guardian of a child. */
  readonly guardians: 'father' | 'parents'
  /** Base URL of an OTLP/HTTP collector; undefined: no traces. */
  readonly otlp: string | undefined
  /** Undefined: no metrics are shown. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  /** How often the supergraph file is looked at; undefined: only when told. */
  readonly reloadMs: number | undefined
  readonly reloadBreaking: 'refuse' | 'allow'
  readonly log: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly introspection: 'everyone' | 'staff' | 'nobody'
  /** What becomes of fields that the caller may not read. */
  readonly unauthorized: 'filter' | 'reject'
  /** Values of `acr`, lowest first. */
  readonly assuranceLevels: readonly string[]
  /** The engine that is asked for plans first. */
  readonly planner: 'hive' | 'apollo'
  /** Labels of progressive overrides that are followed, beside shares of all requests. */
  readonly overrides: readonly string[]
  readonly deadlineMs: number
  readonly drainMs: number
  readonly bodyLimit: number
  readonly answerLimit: number
  /** Open ones at once. */
  readonly subscriptions: number
  /** Are equal queries in flight answered once? */
  readonly shareQueries: boolean
  /** Of each subgraph behind a network. */
  readonly remote: {
    readonly timeoutMs: number
    readonly replyBytes: number
    readonly connections: number
    readonly queue: number
  }
  /** Do equal reads of several requests at the same time become one call of such a subgraph? */
  readonly shareReads: boolean
  /** Headers of the client that such subgraphs get, in lower case. */
  readonly forward: readonly string[]
  /** Absolute path of the list of documents that clients may name by their hash; undefined: none. */
  readonly documents: string | undefined
  /** OpenID clients that may send only those; `*` is everybody. */
  readonly trustedOnly: readonly string[]
  readonly limits: {
    readonly tokens: number
    readonly depth: number
    readonly aliases: number
    readonly rootFields: number
    readonly directives: number
    readonly selections: number
    readonly comparisons: number
    readonly values: number
    readonly cost: number
    readonly listSize: number
  }
}

const ROOT = path.join(import.meta.dirname, '..')

/** All that is wrong with a configuration, one clear line each. */
export class ConfigError extends Error {
  readonly findings: readonly string[]

  constructor(findings: readonly string[]) {
    super(findings.join('\n'))
    this.name = 'ConfigError'
    this.findings = findings
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What a command was told stands above the environment, what is usual for it below. Throws ConfigError with all findings. An unknown PANJAREH_
 * variable is refused: it is a misspelt one.
 */
export function readConfig(
  surroundings: Environment = process.env,
  told?: Environment,
  usual?: Environment,
): Config {
  const environment = { ...usual, ...surroundings, ...told }
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('PANJAREH_') && value !== undefined && value !== '') given[name] = value
  }
  const findings = findingsOf(given)
  if (findings.length > 0) throw new ConfigError(findings)
  return toConfig(Value.Parse(ConfigVariables, Value.Default(ConfigVariables, given)), environment)
}

/** Reads a place or secret by the name of its variable. */
export function secretsOf(
  environment: Environment = process.env,
): (variable: string) => string | undefined {
  return (variable) => environment[variable]
}

function findingsOf(given: Readonly<Record<string, string>>): readonly string[] {
  const findings: string[] = []
  const schemas = new Map<string, TSchema>(Object.entries(VARIABLES))
  for (const [name, value] of Object.entries(given)) {
    const schema = schemas.get(name)
    if (schema === undefined) {
      const near = nearest(name, [...schemas.keys()])
      findings.push(
        `${name} is not a setting${near === undefined ? '' : `; did you mean ${near}?`}`,
      )
    } else if (!Value.Check(schema, value)) findings.push(`${name} is not valid: ${formOf(schema)}`)
  }
  for (const name of ['PANJAREH_PORT', 'PANJAREH_METRICS_PORT']) {
    if (Number(given[name] ?? 0) > 65_535) findings.push(`${name} is above 65535`)
  }
  for (const [name, other, why] of TOGETHER) {
    if (name in given && !(other in given)) findings.push(`${other} is not set: ${why}`)
  }
  return findings
}

/** The first one needs the other. */
const TOGETHER = [
  ['PANJAREH_VALKEY_URL', 'PANJAREH_VALKEY_SECRET', 'what goes to PANJAREH_VALKEY_URL is sealed'],
  [
    'PANJAREH_SIGN_ON_ADMIN_CLIENT',
    'PANJAREH_SIGN_ON_ADMIN_SECRET',
    'the client signs in by a secret',
  ],
  [
    'PANJAREH_SIGN_ON_ADMIN_SECRET',
    'PANJAREH_SIGN_ON_ADMIN_CLIENT',
    'a secret is of use with its client only',
  ],
  ['PANJAREH_TLS_CERT', 'PANJAREH_TLS_KEY', 'a certificate is of use with its key only'],
  ['PANJAREH_TLS_KEY', 'PANJAREH_TLS_CERT', 'a key is of use with its certificate only'],
  ['PANJAREH_CLIENT_CA', 'PANJAREH_TLS_CERT', 'client certificates are shown over TLS only'],
  ['PANJAREH_PROXY_ADDRESS', 'PANJAREH_PROXY_SECRET', 'an address alone proves nothing'],
  ['PANJAREH_PROXY_SECRET', 'PANJAREH_PROXY_ADDRESS', 'a secret alone may have leaked'],
] as const

/** What is expected, in words; the value itself may be a secret in the wrong place. */
function formOf(schema: TSchema): string {
  const pattern: unknown = Reflect.get(schema, 'pattern')
  const choices: unknown = Reflect.get(schema, 'anyOf')
  const form = Array.isArray(choices)
    ? choices.map((choice: object) => String(Reflect.get(choice, 'const'))).join(' | ')
    : String(pattern)
  return `${String(Reflect.get(schema, 'description'))} Expected ${form}`
}

function toConfig(variables: ConfigVariables, environment: Environment): Config {
  const issuer = variables.PANJAREH_ISSUER.replace(/\/$/, '')
  return {
    ...foldersOf(variables),
    host: variables.PANJAREH_HOST,
    port: Number(variables.PANJAREH_PORT),
    workers: Number(variables.PANJAREH_WORKERS),
    issuer,
    issuerIsSet: Boolean(environment['PANJAREH_ISSUER']),
    audience: variables.PANJAREH_AUDIENCE === '*' ? undefined : variables.PANJAREH_AUDIENCE,
    keysUrl: variables.PANJAREH_KEYS_URL ?? `${issuer}/protocol/openid-connect/certs`,
    ...tokensOf(variables),
    supergraph: resolved(variables.PANJAREH_SUPERGRAPH),
    databaseUrl: variables.PANJAREH_DATABASE_URL ?? (environment['DATABASE_URL'] || undefined),
    signOnAdministration: signOnAdministrationOf(variables, issuer),
    valkey: valkeyOf(variables),
    mandateSecret: bytesOf(variables.PANJAREH_MANDATE_SECRET),
    guardians: variables.PANJAREH_GUARDIANS,
    otlp: variables.PANJAREH_OTLP,
    metrics: metricsOf(variables),
    reloadMs: intervalOf(variables.PANJAREH_RELOAD),
    reloadBreaking: variables.PANJAREH_RELOAD_BREAKING,
    log: variables.PANJAREH_LOG,
    introspection: variables.PANJAREH_INTROSPECTION,
    unauthorized: variables.PANJAREH_UNAUTHORIZED,
    assuranceLevels: variables.PANJAREH_ASSURANCE_LEVELS.split(','),
    planner: variables.PANJAREH_PLANNER,
    overrides: variables.PANJAREH_OVERRIDES?.split(',') ?? [],
    deadlineMs: toMilliseconds(variables.PANJAREH_DEADLINE),
    drainMs: toMilliseconds(variables.PANJAREH_DRAIN),
    bodyLimit: toBytes(variables.PANJAREH_BODY),
    answerLimit: toBytes(variables.PANJAREH_ANSWER),
    subscriptions: Number(variables.PANJAREH_SUBSCRIPTIONS),
    shareQueries: variables.PANJAREH_SHARE_QUERIES === 'on',
    remote: {
      timeoutMs: toMilliseconds(variables.PANJAREH_SUBGRAPH_TIMEOUT),
      replyBytes: toBytes(variables.PANJAREH_SUBGRAPH_BODY),
      connections: Number(variables.PANJAREH_SUBGRAPH_CONNECTIONS),
      queue: Number(variables.PANJAREH_SUBGRAPH_QUEUE),
    },
    shareReads: variables.PANJAREH_SHARE_SUBGRAPH_READS === 'on',
    forward: variables.PANJAREH_FORWARD?.split(',') ?? [],
    portal: variables.PANJAREH_PORTAL,
    documents: resolved(variables.PANJAREH_DOCUMENTS),
    trustedOnly: variables.PANJAREH_TRUSTED_ONLY?.split(',') ?? [],
    limits: limitsOf(variables),
  }
}

function foldersOf(variables: ConfigVariables): Pick<Config, 'subgraphs' | 'services'> {
  const { PANJAREH_SUBGRAPHS, PANJAREH_SERVICES } = variables
  const subgraphs = path.resolve(PANJAREH_SUBGRAPHS ?? path.join(ROOT, 'subgraphs'))
  return {
    subgraphs,
    services: path.resolve(PANJAREH_SERVICES ?? path.join(subgraphs, 'catalogue/services')),
  }
}

type TokenSettings = Pick<
  Config,
  'longestTokenMs' | 'notBeforeMs' | 'publicUrl' | 'dpopNonce' | 'pseudonymSecret' | 'tls' | 'proxy'
>

function tokensOf(variables: ConfigVariables): TokenSettings {
  const {
    PANJAREH_NOT_BEFORE: notBefore,
    PANJAREH_PSEUDONYM_SECRET: pseudonymSecret,
    PANJAREH_TLS_CERT: certificate,
    PANJAREH_TLS_KEY: key,
    PANJAREH_PROXY_ADDRESS: address,
    PANJAREH_PROXY_SECRET: secret,
  } = variables
  const clientAuthorities = resolved(variables.PANJAREH_CLIENT_CA)
  const hasTls = certificate !== undefined && key !== undefined
  return {
    longestTokenMs: toMilliseconds(variables.PANJAREH_TOKEN_LIFETIME),
    notBeforeMs: notBefore === undefined ? undefined : Date.parse(notBefore),
    publicUrl: variables.PANJAREH_PUBLIC_URL,
    dpopNonce: variables.PANJAREH_DPOP_NONCE === 'on',
    pseudonymSecret:
      pseudonymSecret === undefined ? undefined : Uint8Array.fromHex(pseudonymSecret),
    tls: hasTls
      ? { certificate: path.resolve(certificate), key: path.resolve(key), clientAuthorities }
      : undefined,
    proxy: address === undefined || secret === undefined ? undefined : { address, secret },
  }
}

function metricsOf(variables: ConfigVariables): Config['metrics'] {
  const { PANJAREH_METRICS_PORT: port, PANJAREH_METRICS_HOST: host } = variables
  return port === undefined ? undefined : { host, port: Number(port) }
}

function signOnAdministrationOf(
  variables: ConfigVariables,
  issuer: string,
): Config['signOnAdministration'] {
  const { PANJAREH_SIGN_ON_ADMIN_CLIENT: clientId, PANJAREH_SIGN_ON_ADMIN_SECRET: secret } =
    variables
  if (clientId === undefined || secret === undefined) return undefined
  // An issuer is <server>/realms/<realm>, as Keycloak has them.
  const { server, realm } = /^(?<server>.+)\/realms\/(?<realm>[^/]+)$/.exec(issuer)?.groups ?? {}
  if (server !== undefined && realm !== undefined) {
    const url = variables.PANJAREH_SIGN_ON_URL?.replace(/\/$/, '') ?? server
    return { url, realm, clientId, secret }
  }
  throw new ConfigError(['PANJAREH_ISSUER is no realm (…/realms/…): it cannot be administered'])
}

function valkeyOf(variables: ConfigVariables): Config['valkey'] {
  const { PANJAREH_VALKEY_URL: url, PANJAREH_VALKEY_SECRET: secret } = variables
  if (url === undefined || secret === undefined) return undefined
  return { url, secret: Uint8Array.fromHex(secret) }
}

function bytesOf(hex: string | undefined): Uint8Array | undefined {
  return hex === undefined ? undefined : Uint8Array.fromHex(hex)
}

function resolved(place: string | undefined): string | undefined {
  return place === undefined ? undefined : path.resolve(place)
}

function limitsOf(variables: ConfigVariables): Config['limits'] {
  return {
    tokens: Number(variables.PANJAREH_TOKENS),
    depth: Number(variables.PANJAREH_DEPTH),
    aliases: Number(variables.PANJAREH_ALIASES),
    rootFields: Number(variables.PANJAREH_ROOT_FIELDS),
    directives: Number(variables.PANJAREH_DIRECTIVES),
    selections: Number(variables.PANJAREH_SELECTIONS),
    comparisons: Number(variables.PANJAREH_COMPARISONS),
    values: Number(variables.PANJAREH_VALUES),
    cost: Number(variables.PANJAREH_COST),
    listSize: Number(variables.PANJAREH_LIST_SIZE),
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }
const BYTES: Readonly<Record<string, number>> = { KB: 1024, MB: 1_048_576 }

function intervalOf(duration: string): number | undefined {
  return duration === 'off' ? undefined : toMilliseconds(duration)
}

function toMilliseconds(duration: string): number {
  return Number.parseInt(duration, 10) * (MILLISECONDS[duration.replace(/^[0-9]+/, '')] ?? 1)
}

function toBytes(size: string): number {
  return Number.parseInt(size, 10) * (BYTES[size.replace(/^[0-9]+/, '')] ?? 1)
}
