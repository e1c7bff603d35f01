// A first system.json. In: the contract's name and planned operations. Out: settings that load, and for every guess and
// blank in them a question to a person.

import type { SystemSettings } from '../../adapters/settings.ts'
import { toVariable } from './names.ts'
import type { PlannedOperation } from './plan-operation.ts'

export interface SettingsSource {
  readonly system: string
  readonly protocol: 'soap' | 'rest'
  /** Relative to the folder. */
  readonly contract: string
  /** Path of the JSON Schema from the folder. */
  readonly schema: string
  readonly port: string | undefined
  readonly title: string
  readonly operations: readonly PlannedOperation[]
  /** What else a person should know. */
  readonly notes: readonly string[]
}

type OpenQuestion = NonNullable<SystemSettings['open']>[number]

export function proposeSettings(source: SettingsSource): SystemSettings {
  const { system, operations, port } = source
  return {
    $schema: source.schema,
    name: { fa: '', en: source.title },
    agency: { code: '', fa: '', en: '' },
    protocol: source.protocol,
    contract: source.contract,
    ...(port === undefined ? {} : { port }),
    address: toVariable(system, 'URL'),
    auth: credentials(source),
    quirks: {},
    limits: { timeout: '5s', concurrency: 4, queue: 50, reply: '1MB' },
    breaker: { failures: 8, halfOpenAfter: '10s' },
    retries: 1,
    maintenance: [],
    open: questions(source),
    operations: Object.fromEntries(
      operations.map(({ name, kind, contract }) => [
        name,
        { ...(contract.name === name ? {} : { operation: contract.name }), kind },
      ]),
    ),
  }
}

/** Only where every operation takes them at the same place: a credential goes into each call. */
function credentials({ system, operations }: SettingsSource): SystemSettings['auth'] {
  const [first, ...others] = operations
  const common = (first?.credentials ?? []).filter(({ path }) =>
    others.every((each) => each.credentials.some((other) => other.path === path)),
  )
  if (common.length === 0) return []
  const values = common.map(({ path, credential }) => [path, toVariable(system, credential)])
  return [{ scheme: 'input', values: Object.fromEntries(values) }]
}

function questions(source: SettingsSource): OpenQuestion[] {
  const { operations } = source
  const uneven = operations.filter(({ credentials: each }) => each.length > 0).length
  const auth = credentials(source)
  return [
    { at: '/name/fa', ask: 'The name in Persian.' },
    { at: '/agency', ask: 'Code and names of the agency that answers.' },
    {
      at: '/auth',
      ask:
        auth.length > 0
          ? 'The body carries these credentials; does the system want others beside them?'
          : uneven > 0
            ? 'Some operations take a user and password in the body, at different places: keep one kind in this folder.'
            : 'How do we sign in? basic, api-key, username-token, oauth2, login … (docs/onboarding.md).',
    },
    {
      at: '/limits',
      ask: 'What does the system bear? timeout, calls at a time, size of an answer.',
    },
    {
      at: '/maintenance',
      ask: 'Is it closed at night? Write the window, and the words of its page in maintenanceNotices.',
    },
    ...operations.map(({ name, kind }) => ({
      at: `/operations/${name}/kind`,
      ask: `"${kind}" is a guess by the name. A query is asked again when it fails, a mutation never.`,
    })),
    {
      at: '/operations',
      ask: 'How does it say "not found" and "refused" inside an answer? Write outcomes.',
    },
    { at: 'schema.graphql', ask: 'Names, types, policies and Persian descriptions are proposals.' },
    ...source.notes.map((ask) => ({ at: 'schema.graphql', ask })),
  ]
}
