// Everything a gateway can be told by its environment: meaning, form and default in one place.

import { type Static, Type } from 'typebox'

// Field names (RFC 9110 §5.6.2), less those that are of one connection or body, or that the gateway writes itself.
const NOT_FORWARDED =
  'accept|accept-encoding|connection|content-[a-z-]+|expect|host|keep-alive|proxy-[a-z-]+|te|traceparent|trailer|transfer-encoding|upgrade|x-request-id'
const HEADER_NAME = `(?!(?:${NOT_FORWARDED})(?:,|$))[a-z0-9!#$%&'*+.^_|~\x60-]+`
const HEADER_NAMES = `^${HEADER_NAME}(?:,${HEADER_NAME})*$`

/** Environment variable → meaning, form and default. Without a default it may be absent. */
export const VARIABLES = {
  PANJAREH_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on; 0.0.0.0 in a container.',
  }),
  PANJAREH_PORT: Type.String({
    pattern: '^[0-9]{1,5}$',
    default: '4000',
    description: 'Port to listen on; 0 takes a free one.',
  }),
  PANJAREH_WORKERS: count('1', 'Processes of the bare gateway behind its port.'),
  PANJAREH_ISSUER: Type.String({
    pattern: '^https?://',
    default: 'http://127.0.0.1:4001/realms/gov',
    description: 'OpenID issuer whose tokens are accepted, exactly as in their `iss`.',
  }),
  PANJAREH_AUDIENCE: Type.String({
    default: 'gateway',
    description:
      'Value that `aud` must contain. `*` (usual for the bare gateway): not checked, and every client of the issuer can read as whoever signs in there.',
  }),
  PANJAREH_KEYS_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: "The issuer's key set. Absent: where Keycloak has it under the issuer.",
    }),
  ),
  PANJAREH_TOKEN_LIFETIME: duration(
    '720m',
    'Longest time that a token may still live. Sessions that have ended are remembered so long.',
  ),
  PANJAREH_NOT_BEFORE: Type.Optional(
    Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
      description: 'Tokens issued before this moment (UTC) do not count. Absent: none is too old.',
    }),
  ),
  PANJAREH_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+$',
      description:
        'Under which clients know this gateway, without a path: DPoP proofs name it. Absent: only its own address on loopback.',
    }),
  ),
  PANJAREH_DPOP_NONCE: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'off',
    description: 'Must DPoP proofs hold a nonce of this gateway?',
  }),
  PANJAREH_PSEUDONYM_SECRET: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description:
        'Secret of all copies by which persons are called in logs and audit rows, and DPoP nonces are made: 32 random bytes. Absent: another one at each start.',
    }),
  ),
  PANJAREH_TLS_CERT: Type.Optional(
    Type.String({
      description:
        'PEM file of the own certificate, with its chain. Absent: HTTP in clear, behind whatever ends TLS.',
    }),
  ),
  PANJAREH_TLS_KEY: Type.Optional(Type.String({ description: 'PEM file of its key.' })),
  PANJAREH_CLIENT_CA: Type.Optional(
    Type.String({
      description:
        'PEM file of those who sign client certificates. Absent: a certificate counts if a token names it.',
    }),
  ),
  PANJAREH_PROXY_ADDRESS: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F.:]+$',
      description:
        'Address of the proxy that may say in `Client-Cert` (RFC 9440) which client certificate it saw. Absent: nobody may.',
    }),
  ),
  PANJAREH_PROXY_SECRET: Type.Optional(
    Type.String({
      pattern: '^[!-~]{32,256}$',
      description: 'What that proxy sends with each request as `Panjareh-Proxy-Secret`.',
    }),
  ),
  PANJAREH_SUBGRAPHS: Type.Optional(
    Type.String({ description: 'Folder of the system folders. Absent: the one of this checkout.' }),
  ),
  PANJAREH_SERVICES: Type.Optional(
    Type.String({
      description:
        'Folder of the service folders. Absent: catalogue/services of PANJAREH_SUBGRAPHS.',
    }),
  ),
  PANJAREH_PORTAL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]',
      description:
        'Address of the portal, to which a browser that opens the gateway is led. Absent: nowhere.',
    }),
  ),
  PANJAREH_SUPERGRAPH: Type.Optional(
    Type.String({ description: 'Composed supergraph to use. Absent: composed at start.' }),
  ),
  PANJAREH_DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL for applications; DATABASE_URL is read where this is absent.',
    }),
  ),
  PANJAREH_SIGN_ON_ADMIN_CLIENT: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description:
        'Client whose service account administers the sign-on. Absent: its administration is not offered.',
    }),
  ),
  PANJAREH_SIGN_ON_ADMIN_SECRET: Type.Optional(
    Type.String({
      minLength: 8,
      pattern: '^[\\x21-\\x7e]{8,}$',
      description: 'Secret of PANJAREH_SIGN_ON_ADMIN_CLIENT.',
    }),
  ),
  PANJAREH_SIGN_ON_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^?#]+$',
      description:
        'Where the admin REST API is reached, without /admin. Absent: what stands before /realms/ in PANJAREH_ISSUER.',
    }),
  ),
  PANJAREH_VALKEY_URL: Type.Optional(
    Type.String({
      pattern: '^(valkey|redis)s?://[^/]',
      description:
        "Valkey or Redis in which copies share kept answers, systems' rates, what they know of systems in trouble, whose sessions and mandates have ended and which DPoP proofs were used. Absent: each copy is alone.",
    }),
  ),
  PANJAREH_VALKEY_SECRET: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description:
        'Secret of all copies by which what they put there is sealed: 32 random bytes (`openssl rand -hex 32`).',
    }),
  ),
  PANJAREH_MANDATE_SECRET: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description:
        'Secret of all copies by which one-time codes of mandates are kept: 32 random bytes (`openssl rand -hex 32`). Absent: a random one, so that a code is good at the copy that made it only.',
    }),
  ),
  PANJAREH_GUARDIANS: Type.Union([Type.Literal('father'), Type.Literal('parents')], {
    default: 'father',
    description:
      'Whom the civil registry makes the guardian of a child (Civil Code, articles 1180 and 1181).',
  }),
  PANJAREH_OTLP: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]',
      description:
        'OTLP/HTTP collector for traces, without the `/v1/traces` that is added. Absent: none.',
    }),
  ),
  PANJAREH_METRICS_PORT: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,5}$',
      description: 'Port of `/metrics` for Prometheus; 0 takes a free one. Absent: none.',
    }),
  ),
  PANJAREH_METRICS_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address of `/metrics`. It names systems and subgraphs: not for the public.',
  }),
  PANJAREH_RELOAD: Type.String({
    pattern: '^(off|[1-9][0-9]*(ms|s|m))$',
    default: 'off',
    description:
      'How often PANJAREH_SUPERGRAPH is looked at for a new supergraph. SIGHUP looks at once.',
  }),
  PANJAREH_RELOAD_BREAKING: Type.Union([Type.Literal('refuse'), Type.Literal('allow')], {
    default: 'refuse',
    description: 'What becomes of a new supergraph that breaks operations which clients send.',
  }),
  PANJAREH_LOG: Type.Union(
    [
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info', description: 'Least level that is logged.' },
  ),
  PANJAREH_INTROSPECTION: Type.Union(
    [Type.Literal('everyone'), Type.Literal('staff'), Type.Literal('nobody')],
    { default: 'staff', description: 'Who may ask for the schema and sees name suggestions.' },
  ),
  PANJAREH_UNAUTHORIZED: Type.Union([Type.Literal('filter'), Type.Literal('reject')], {
    default: 'filter',
    description:
      'What becomes of fields that the caller may not read: they are null with an error, or the whole operation is refused.',
  }),
  PANJAREH_ASSURANCE_LEVELS: Type.String({
    pattern: '^[\\w:./-]{1,64}(,[\\w:./-]{1,64})*$',
    default: 'low,substantial,high',
    description:
      'Values of `acr` that `@assurance` may name, lowest first; a sign-in with any other is below all.',
  }),
  PANJAREH_PLANNER: Type.Union([Type.Literal('hive'), Type.Literal('apollo')], {
    default: 'hive',
    description: 'Engine that is asked for plans first; the other plans what it cannot.',
  }),
  PANJAREH_OVERRIDES: Type.Optional(
    Type.String({
      pattern: '^[^,\\s]+(,[^,\\s]+)*$',
      description:
        'Labels of `@override(label:)` that are followed, with commas between. `percent(x)` is followed by itself. Absent: none.',
    }),
  ),
  PANJAREH_DEADLINE: duration('15s', 'Longest time one request may take.'),
  PANJAREH_DRAIN: duration('10s', 'How long open requests are waited for at the end.'),
  PANJAREH_BODY: size('256KB', 'Largest request body.'),
  PANJAREH_ANSWER: size(
    '8MB',
    'Largest answer, deferred parts included; of a subscription each event.',
  ),
  PANJAREH_SUBSCRIPTIONS: count('1000', 'Open subscriptions at once.'),
  PANJAREH_SHARE_QUERIES: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description: 'Equal queries of the same caller that are under way at once are answered once.',
  }),
  PANJAREH_SUBGRAPH_TIMEOUT: duration(
    '10s',
    'How long a subgraph behind a network may take for one answer, waiting for a connection included.',
  ),
  PANJAREH_SUBGRAPH_BODY: size('16MB', 'Largest answer of a subgraph behind a network.'),
  PANJAREH_SUBGRAPH_CONNECTIONS: count(
    '1024',
    'Calls of one subgraph behind a network that are under way at once: connections, or streams of HTTP/2.',
  ),
  PANJAREH_SUBGRAPH_QUEUE: count(
    '4096',
    'Calls that wait for a connection to one subgraph; further ones are refused as SYSTEM_BUSY.',
  ),
  PANJAREH_SHARE_SUBGRAPH_READS: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description:
      'Do equal reads of a subgraph behind a network, from requests at the same time, become one call?',
  }),
  PANJAREH_FORWARD: Type.Optional(
    Type.String({
      pattern: HEADER_NAMES,
      description:
        'Headers of the client that subgraphs behind a network get, by name with commas between. Absent: none.',
    }),
  ),
  PANJAREH_TOKENS: count('2000', 'Tokens of a document.'),
  PANJAREH_DEPTH: count('12', 'Fields within fields.'),
  PANJAREH_ALIASES: count('15', 'Aliased fields.'),
  PANJAREH_ROOT_FIELDS: count('10', 'Fields at the root of an operation.'),
  PANJAREH_DIRECTIVES: count('10', 'Directives of an operation.'),
  PANJAREH_SELECTIONS: count('5000', 'Selections after fragments are written out.'),
  PANJAREH_COMPARISONS: count(
    '10000',
    'Pairs of fields of one name in one place, and pairs of fragments, that validation has to compare.',
  ),
  PANJAREH_VALUES: count('10000', 'Values in the variables of an operation.'),
  PANJAREH_COST: count(
    '10000',
    'Estimated cost of an operation: objects and calls, as often as lists are long (docs/limits.md).',
  ),
  PANJAREH_LIST_SIZE: count('5', 'Assumed length of a list that has no @listSize.'),
  PANJAREH_DOCUMENTS: Type.Optional(
    Type.String({
      description:
        'Manifest of documents that clients may name by their hash (docs/trusted-documents.md). Absent: none.',
    }),
  ),
  PANJAREH_TRUSTED_ONLY: Type.Optional(
    Type.String({
      pattern: '^[^,\\s]+(,[^,\\s]+)*$',
      description:
        'OpenID clients (azp) that may send only such documents, with commas between; * is everybody. Absent: nobody.',
    }),
  ),
} as const

export const ConfigVariables = Type.Object(VARIABLES, { additionalProperties: false })

export type ConfigVariables = Static<typeof ConfigVariables>

function duration(standard: string, description: string) {
  return Type.String({ pattern: '^[0-9]+(ms|s|m)$', default: standard, description })
}

function size(standard: string, description: string) {
  return Type.String({ pattern: '^[0-9]+(KB|MB)$', default: standard, description })
}

function count(standard: string, description: string) {
  return Type.String({ pattern: '^[1-9][0-9]{0,8}$', default: standard, description })
}
