// Refuses an operation whose estimated cost is above the limit. Where no variable changes the cost it is weighed once,
// when the document is checked; otherwise for each request, with the variables it brings.

import { type ASTNode, BREAK, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql'

import type { AnswerError } from '../../../schema/context.ts'
import { refusal } from '../finding.ts'
import type { RefuseCost } from '../operation.ts'
import type { CostSchema, CostType } from './cost-schema.ts'
import { hasCountedArguments, weigh, type Weighed } from './weigh.ts'

export interface CostCheck {
  readonly schema: CostSchema
  /** Most that one operation may cost. */
  readonly most: number
}

/** Either the finding of any variables, or what has to be asked for each request, or neither. */
export function boundedCost(
  { schema, most }: CostCheck,
  document: Omit<Weighed, 'variables'>,
): { readonly finding?: AnswerError | undefined; readonly refuseCost?: RefuseCost | undefined } {
  const refuse: RefuseCost = (variables) =>
    toFinding(weigh(schema, { ...document, variables }), most)
  return dependsOnVariables(schema, document) ? { refuseCost: refuse } : { finding: refuse({}) }
}

function toFinding(cost: number, most: number): AnswerError | undefined {
  if (cost <= most) return undefined
  const estimate = Math.min(Math.round(cost), Number.MAX_SAFE_INTEGER)
  const text = `The operation asks for too much: estimated cost ${estimate}, allowed ${most}.`
  return refusal('OPERATION_TOO_COSTLY', text, { limit: 'cost', most, estimate })
}

function dependsOnVariables(
  schema: CostSchema,
  { operation, fragments }: Omit<Weighed, 'variables'>,
): boolean {
  if ((operation.variableDefinitions ?? []).length === 0) return false
  const { types } = schema
  const root = schema[operation.operation]
  if (root !== undefined && isCounted(operation.selectionSet, root, types)) return true
  return fragments.some(({ typeCondition, selectionSet }) => {
    const type = types.get(typeCondition.name.value)
    return type !== undefined && isCounted(selectionSet, type, types)
  })
}

/** Does a variable stand where its value changes the cost? Fragments are asked by themselves. */
function isCounted(set: SelectionSetNode, type: CostType, types: CostSchema['types']): boolean {
  return set.selections.some((node) => {
    if (node.kind === Kind.FIELD) return isCountedField(node, type, types)
    if (node.kind === Kind.FRAGMENT_SPREAD) return false
    const inner = types.get(node.typeCondition?.name.value ?? type.name) ?? type
    return isCounted(node.selectionSet, inner, types)
  })
}

function isCountedField(node: FieldNode, type: CostType, types: CostSchema['types']): boolean {
  const field = type.fields.get(node.name.value)
  if (field === undefined) return false
  if (hasCountedArguments(field) && (node.arguments ?? []).some(isVariable)) return true
  const inner = types.get(field.type ?? '')
  if (node.selectionSet === undefined || inner === undefined) return false
  return isCounted(node.selectionSet, inner, types)
}

function isVariable(node: ASTNode): boolean {
  let found = false
  visit(node, {
    Variable: () => {
      found = true
      return BREAK
    },
  })
  return found
}
