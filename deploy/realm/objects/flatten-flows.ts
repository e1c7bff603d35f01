// A realm lists flows, the flows within them and the settings of their steps side by side; here they are one tree for each
// flow that stands by itself.
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'
import type { Item } from './kinds.ts'
import { withoutSecrets } from './secret-places.ts'

interface Step {
  /** Either what does it, or the flow that is run. */
  readonly authenticator?: string
  readonly flow?: string
  readonly provider?: string
  readonly description?: string
  readonly requirement: string
  readonly config?: Fields
  readonly configAlias?: string
  readonly steps?: Readonly<Record<string, Step>>
}

export function flowsOf(realm: Fields): readonly Item[] {
  const flows = listOf(realm['authenticationFlows'])
  const configs = listOf(realm['authenticatorConfig'])
  return flows
    .filter((flow) => flow['topLevel'] === true)
    .map((flow) => {
      const { description, providerId } = flow
      const steps = stepsOf(flow, flows, configs)
      const value = { description, providerId, steps: withoutSecrets(steps) }
      const body = { ...flow, steps }
      return { kind: 'flow', key: textOf(flow['alias']), value, body, id: textOf(flow['id']) }
    })
}

/** By number, for their order matters: `/steps/2/requirement` is a place that a reader finds. */
function stepsOf(
  flow: Fields,
  flows: readonly Fields[],
  configs: readonly Fields[],
): Readonly<Record<string, Step>> {
  const executions = listOf(flow['authenticationExecutions'])
  const inOrder = executions.toSorted((a, b) => Number(a['priority']) - Number(b['priority']))
  return Object.fromEntries(
    inOrder.map((execution, index) => [String(index + 1), stepOf(execution, flows, configs)]),
  )
}

function stepOf(execution: Fields, flows: readonly Fields[], configs: readonly Fields[]): Step {
  const requirement = textOf(execution['requirement'])
  const alias = textOf(execution['flowAlias'])
  if (alias === '') {
    const configAlias = textOf(execution['authenticatorConfig'])
    const config = configs.find((each) => each['alias'] === configAlias)
    return {
      authenticator: textOf(execution['authenticator']),
      requirement,
      ...(config === undefined ? {} : { configAlias, config: fieldsOf(config['config']) }),
    }
  }
  const inner = flows.find((each) => each['alias'] === alias) ?? {}
  return {
    flow: alias,
    provider: textOf(inner['providerId']),
    description: textOf(inner['description']),
    requirement,
    steps: stepsOf(inner, flows, configs),
  }
}
