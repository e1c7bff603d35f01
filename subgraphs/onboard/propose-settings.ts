// A first system.json. In: the contract's name and planned operations. Out: settings that load, and for every guess and
// blank in them a question to a person.

import type { SystemSettings } from '../../adapters/settings.ts'
import { toVariable } from './names.ts'
import type { PlannedOperation } from './plan-operation.ts'
import type { RestHints } from './rest-hints.ts'

export interface SettingsSource {
  readonly system: string
  readonly protocol: 'soap' | 'rest' | 'table'
  /** Relative to the folder. */
  readonly contract: string
  /** Path of the JSON Schema from the folder. */
  readonly schema: string
  readonly port: string | undefined
  readonly title: string
  /** What an OpenAPI description says beside shapes. */
  readonly hints?: Pick<RestHints, 'auth' | 'unsaid'> | undefined
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
    auth: [...(source.hints?.auth ?? []), ...credentials(source)],
    quirks: {},
    limits: { timeout: '5s', concurrency: 4, queue: 50, reply: '1MB' },
    breaker: { failures: 8, halfOpenAfter: '10s' },
    retries: 1,
    maintenance: [],
    open: questions(source),
    operations: Object.fromEntries(
      operations.map(({ name, kind, contract, outcomes, paging }) => [
        name,
        {
          ...(contract.name === name ? {} : { operation: contract.name }),
          kind,
          ...(outcomes.length === 0 ? {} : { outcomes }),
          ...(paging === undefined ? {} : { paging }),
        },
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
  return [
    { at: '/name/fa', ask: 'The name in Persian.' },
    {
      at: '/agency',
      ask: 'Code (short, in capitals, such as NOCR) and names of the agency that answers.',
    },
    { at: '/auth', ask: askAuth(source) },
    {
      at: '/limits',
      ask: 'What does the system bear? timeout, calls at a time, size of an answer.',
    },
    {
      at: '/maintenance',
      ask: 'Is it closed at night? Write the window, and the words of its page in maintenanceNotices.',
    },
    ...kinds(source),
    { at: '/operations', ask: askOutcomes(source) },
    ...source.operations.flatMap(({ name, paging }) =>
      paging === undefined
        ? []
        : [
            {
              at: `/operations/${name}/paging`,
              ask: `Proposed by names. Is the first page 1 (else write "first"), and may a page have ${paging.size} items?`,
            },
          ],
    ),
    { at: 'schema.graphql', ask: 'Names, types, policies and Persian descriptions are proposals.' },
    ...source.notes.map((ask) => ({ at: 'schema.graphql', ask })),
  ]
}

function askAuth(source: SettingsSource): string {
  const { operations, hints } = source
  const said = hints?.auth.map(({ scheme }) => scheme) ?? []
  if (said.length > 0) return `The contract says ${said.join(', ')}; is that all?`
  if (credentials(source).length > 0) {
    return 'The body carries these credentials; does the system want others beside them?'
  }
  if (operations.some(({ credentials: each }) => each.length > 0)) {
    return 'Some operations take a user and password in the body, at different places: keep one kind in this folder.'
  }
  const unsaid = hints?.unsaid ?? []
  const named = unsaid.length === 0 ? '' : ` The contract names ${unsaid.join(', ')}.`
  return `How do we sign in?${named} Schemes and their members are in docs/onboarding.md; [] for an open system.`
}

/** One question for all whose name is all that is known. */
function kinds({ operations }: SettingsSource): OpenQuestion[] {
  return (['query', 'mutation'] as const).flatMap((kind) => {
    const guessed = operations.filter((each) => each.kind === kind && !each.isSure)
    const [only] = guessed
    if (only === undefined) return []
    const names = guessed.map(({ name }) => name).join(', ')
    const at = guessed.length === 1 ? `/operations/${only.name}/kind` : '/operations'
    const which = guessed.length === 1 ? '' : ` of ${names}`
    return [
      {
        at,
        ask: `"${kind}"${which} is a guess by the name. A query is asked again when it fails, a mutation never.`,
      },
    ]
  })
}

function askOutcomes({ operations }: SettingsSource): string {
  const codes = new Set(
    operations.flatMap(({ outcomes }) => outcomes.flatMap(({ code = [] }) => code)),
  )
  const some = operations.some(({ outcomes }) => outcomes.length > 0)
  if (!some)
    return 'How does it say "not found" and "refused" inside an answer? Write outcomes (docs/onboarding.md).'
  const which = codes.size === 0 ? '' : ` Which ${[...codes].join(', ')} is it?`
  return `"refused" is proposed; write a row before it for "no such record".${which}`
}
