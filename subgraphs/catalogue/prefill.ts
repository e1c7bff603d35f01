// The one question a service asks of the registers before it asks the citizen. In: prefill.graphql and the form.
// Out: the document; findings where question and form do not fit each other.

import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

import type { Finding } from '../../adapters/finding.ts'
import type { Form } from './form.ts'

/** Variables a prefill may declare; `hasMobile` guards the use of `mobile`. */
const PREFILL_VARIABLES = ['mobile', 'hasMobile', 'nationalId'] as const

export interface Prefill {
  readonly document: string
  /** Declared variables, a subset of PREFILL_VARIABLES. */
  readonly variables: readonly string[]
}

export function readPrefill(
  file: string,
  document: string,
  form: Form | undefined,
): { prefill?: Prefill; findings: Finding[] } {
  const { operation, findings } = parseOperation(file, document)
  if (!operation) return { findings }
  const variables = (operation.variableDefinitions ?? []).map((entry) => entry.variable.name.value)
  for (const name of variables) {
    if (!PREFILL_VARIABLES.some((known) => known === name)) {
      findings.push({
        file,
        line: 1,
        message: `$${name} is not one of ${PREFILL_VARIABLES.join()}`,
      })
    }
  }
  const leaves = new Map<string, number>()
  collect(operation.selectionSet, [], leaves)
  if (form) findings.push(...compare(file, leaves, form))
  return { prefill: { document, variables }, findings }
}

function parseOperation(file: string, document: string) {
  const findings: Finding[] = []
  try {
    const { definitions } = parse(document)
    const [operation, ...more] = definitions
    if (operation?.kind === Kind.OPERATION_DEFINITION && more.length === 0) {
      if (operation.operation === OperationTypeNode.QUERY) return { operation, findings }
    }
    findings.push({ file, line: 1, message: 'holds exactly one query, without fragments' })
  } catch (error) {
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined
    const message = error instanceof GraphQLError ? error.message : 'cannot be read'
    findings.push({ file, line, message })
  }
  const operation: OperationDefinitionNode | undefined = undefined
  return { operation, findings }
}

function collect(
  set: SelectionSetNode,
  path: readonly string[],
  leaves: Map<string, number>,
): void {
  for (const selection of set.selections) {
    if (selection.kind !== Kind.FIELD) continue
    const here = [...path, (selection.alias ?? selection.name).value]
    if (selection.selectionSet) collect(selection.selectionSet, here, leaves)
    else leaves.set(here.join('.'), selection.loc?.startToken.line ?? 1)
  }
}

// Both ways: a field filled from nothing, and a value read from a register that no field shows.
function compare(file: string, leaves: ReadonlyMap<string, number>, form: Form): Finding[] {
  const used = new Set(form.fields.flatMap(({ prefill }) => pathsOf(prefill)))
  const missing = [...used]
    .filter((path) => !leaves.has(path))
    .map((path) => ({ file, message: `does not ask for ${path}, which the form is filled from` }))
  const idle = [...leaves]
    .filter(([path]) => !used.has(path))
    .map(([path, line]) => ({ file, line, message: `asks for ${path}, which no field shows` }))
  return [...missing, ...idle]
}

function pathsOf(prefill: Form['fields'][number]['prefill']): string[] {
  if (!prefill) return []
  if ('path' in prefill) return [prefill.path]
  return prefill.confirmedBy === undefined ? [] : [prefill.confirmedBy]
}
