// What a system's system.json may say. One schema gives the type, the check and the editor's JSON Schema.
// Behaviour only: places and secrets stand here by the name of their variable.

import { type Static, Type } from 'typebox'

import { PagingSettings } from './paging-settings.ts'
import { LimitSettings, OPERATION_LIMITS } from './resilience-settings.ts'
import { AuthSettings, Duration, HeaderSettings, Variable } from './sign-in/auth-settings.ts'

const closed = { additionalProperties: false } as const
const Bilingual = Type.Object({ fa: Type.String(), en: Type.String() }, closed)
const Text = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

const Outcome = Type.Object(
  {
    path: Type.String(),
    is: Type.Optional(Type.Array(Type.Union([Text, Type.Null()]))),
    not: Type.Optional(Type.Array(Type.Union([Text, Type.Null()]))),
    below: Type.Optional(Type.Number()),
    starts: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Beginnings of the text; for systems whose words after a code change.',
      }),
    ),
    means: Type.Union(
      [
        Type.Literal('notFound'),
        Type.Literal('refused'),
        Type.Literal('unavailable'),
        Type.Literal('busy'),
        Type.Literal('ambiguous'),
      ],
      {
        description:
          'notFound: an answer without a record. ambiguous: "wrong number or site unavailable", retryable because nobody can tell.',
      },
    ),
    code: Type.Optional(Type.String({ description: 'Path of a fault code that may be shown.' })),
  },
  {
    ...closed,
    description: 'A fault that looks like an answer (HTTP 200, sentinel values). First match wins.',
  },
)

const Unpack = Type.Object(
  {
    path: Type.String({ description: 'Path of the packed string in the reply.' }),
    separator: Type.String({ minLength: 1 }),
    assign: Type.Optional(
      Type.String({ minLength: 1, description: 'key<assign>value; absent: fields by position.' }),
    ),
    fields: Type.Array(
      Type.String({
        description: 'All names expected; an unknown or a missing one is drift, not data.',
      }),
      { minItems: 1, uniqueItems: true },
    ),
  },
  {
    ...closed,
    description: 'One string holding a record. The unpacked record replaces the reply.',
  },
)

const Operation = Type.Object(
  {
    operation: Type.Optional(
      Type.String({ description: "The contract's name, where it differs." }),
    ),
    kind: Type.Union([Type.Literal('query'), Type.Literal('mutation')]),
    constants: Type.Optional(Type.Record(Type.String(), Text)),
    generated: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.Literal('uuid'), Type.Literal('time')], {
          description: 'uuid: RFC 9562 v4. time: ISO 8601 in UTC, to the second.',
        }),
        {
          description:
            'Input path to a value made anew for every call that is sent, a retry included (a request id that must not repeat).',
        },
      ),
    ),
    unpack: Type.Optional(Unpack),
    outcomes: Type.Optional(Type.Array(Outcome)),
    paging: Type.Optional(PagingSettings),
    ...OPERATION_LIMITS,
  },
  closed,
)

const QuirkNote = Type.Object(
  {
    wire: Type.String({ description: 'What stands on the wire, and when.' }),
    handled: Type.String({ description: 'What answers it.' }),
    shown: Type.String({ description: 'Samples and tests that fail when either side loses it.' }),
  },
  closed,
)

export const SystemSettings = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Bilingual,
    agency: Type.Object({ code: Type.String(), fa: Type.String(), en: Type.String() }, closed),
    protocol: Type.Union([Type.Literal('soap'), Type.Literal('rest'), Type.Literal('table')]),
    contract: Type.String({
      description: 'WSDL, OpenAPI or table description, relative to the folder.',
    }),
    port: Type.Optional(Type.String({ description: 'WSDL port, where the contract has several.' })),
    address: Variable,
    auth: Type.Array(AuthSettings),
    headers: Type.Optional(
      Type.Array(HeaderSettings, {
        description: 'Headers of every request that are no credentials: ids, protocol versions.',
      }),
    ),
    attachments: Type.Optional(
      Type.Union([Type.Literal('mtom'), Type.Literal('swa')], {
        description: 'How binary values of requests travel. Absent: as base64 text in their place.',
      }),
    ),
    compression: Type.Optional(
      Type.Boolean({ description: 'Ask for gzip, deflate or br answers. Absent: not asked for.' }),
    ),
    charset: Type.Optional(
      Type.String({ description: 'Only where the system neither declares nor means UTF-8.' }),
    ),
    quirks: Type.Record(Type.String({ pattern: '^Q[0-9]+$' }), QuirkNote, {
      description: 'What the system does to clean data, by quirk code.',
    }),
    limits: LimitSettings,
    breaker: Type.Object(
      { failures: Type.Integer({ minimum: 1 }), halfOpenAfter: Duration },
      closed,
    ),
    cost: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'What one call counts in the estimated cost of an operation; an object of our own counts 1. Absent: 50.',
      }),
    ),
    retries: Type.Integer({ minimum: 0, maximum: 3, description: 'Of queries only.' }),
    maintenance: Type.Array(
      Type.Object(
        {
          from: Type.String({ pattern: '^[0-2][0-9]:[0-5][0-9]$' }),
          to: Type.String({ pattern: '^[0-2][0-9]:[0-5][0-9]$' }),
          zone: Type.String(),
        },
        {
          ...closed,
          description:
            'A window in which failures are expected. Calls are still tried: a window that ends early costs nobody an answer.',
        },
      ),
    ),
    maintenanceNotices: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          'Words of the HTML page by which the system says that it is closed, whatever the hour.',
      }),
    ),
    open: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: Type.String({ description: 'Place in this file or the schema.' }),
            ask: Type.String({ description: 'What a person has to decide there.' }),
          },
          closed,
        ),
        {
          description: 'What `npm run onboard` could not know. Take a line out when it is settled.',
        },
      ),
    ),
    operations: Type.Record(Type.String(), Operation),
  },
  closed,
)

export type SystemSettings = Static<typeof SystemSettings>
export type OperationSettings = Static<typeof Operation>
export type { AuthSettings } from './sign-in/auth-settings.ts'
export type OutcomeRule = Static<typeof Outcome>
