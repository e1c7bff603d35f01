// A client's text in, one checked operation out, or the findings that refuse it. Limits come before validation, because
// validation itself costs; what passed is kept in a bounded cache under its text.

import { createHash } from 'node:crypto'

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
  type ValidationRule,
  visit,
} from 'graphql'

import { PROVENANCE } from '../../schema/compose/api-schema.ts'
import type { AnswerError } from '../../schema/context.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { refusal, toFinding } from './finding.ts'
import type { CheckedOperation, OperationLimits, OperationRequest } from './operation.ts'
import { parseWithin } from './parse-within.ts'
import { LIMIT_RULES } from './rules/rules.ts'

/** May this caller introspect? May it send what clients may not (our own trusted documents)? */
interface Trust {
  readonly introspection: boolean
  readonly trusted: boolean
}

type Checked =
  | { readonly operation: CheckedOperation; readonly findings?: undefined }
  | { readonly operation?: undefined; readonly findings: readonly AnswerError[] }

export type CheckOperation = (request: OperationRequest, trust: Trust) => Checked

export interface CheckOptions {
  readonly schema: GraphQLSchema
  /** Rules of ours, beside those of GraphQL. */
  readonly rules?: readonly ValidationRule[]
  readonly limits: OperationLimits
  /** Operations remembered. */
  readonly remembered: number
}

/** Longer texts are checked each time: the cache is bounded in bytes, too. */
const LONGEST = 32_768

export function buildCheckOperation(options: CheckOptions): CheckOperation {
  const known = new BoundedCache<string, CheckedOperation>(options.remembered)
  return (request, trust) => {
    const key = `${trust.introspection} ${trust.trusted} ${request.operationName ?? ''}\n${request.query}`
    const operation = known.get(key)
    if (operation !== undefined) return { operation }
    const checked = check(request, trust, options)
    if (checked.operation !== undefined && key.length <= LONGEST) known.set(key, checked.operation)
    return checked
  }
}

function check(request: OperationRequest, trust: Trust, options: CheckOptions): Checked {
  const { document, finding } = parseWithin(request.query, options.limits.tokens)
  if (document === undefined) return { findings: [finding] }
  const findings = trust.trusted ? [] : beyondLimits(document, options.limits)
  if (findings.length > 0) return { findings }
  const errors = invalid(document, trust, options)
  if (errors.length > 0) return { findings: errors.map((error) => toFinding(error)) }
  const operation = getOperationAST(document, request.operationName)
  if (operation !== null && operation !== undefined) {
    return { operation: toChecked(document, operation, request) }
  }
  const text = 'The document holds no operation of this name, or several and none is named.'
  return { findings: [refusal('OPERATION_INVALID', text)] }
}

function beyondLimits(document: DocumentNode, limits: OperationLimits): readonly AnswerError[] {
  for (const rule of LIMIT_RULES) {
    const { limit } = rule
    const asked = rule.measure(document)
    const most = limits[limit]
    if (asked <= most) continue
    const text = `The operation asks for too much: ${limit} ${asked}, allowed ${most}.`
    return [refusal('OPERATION_TOO_COSTLY', text, { limit, most })]
  }
  return []
}

function invalid(
  document: DocumentNode,
  trust: Trust,
  { schema, rules = [] }: CheckOptions,
): readonly GraphQLError[] {
  const all = [...specifiedRules, ...rules]
  if (!trust.introspection) all.push(NoSchemaIntrospectionCustomRule)
  return validate(schema, document, all, {
    maxErrors: 10,
    hideSuggestions: !trust.introspection,
  })
}

function toChecked(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  request: OperationRequest,
): CheckedOperation {
  const hash = createHash('sha256').update(`${request.operationName ?? ''}\n${request.query}`)
  const directives =
    operation.directives?.filter(({ name }) => name.value !== PROVENANCE.name) ?? []
  const own = { ...operation, directives }
  const fragments = usedBy(own, document)
  return {
    document: { kind: Kind.DOCUMENT, definitions: [own, ...fragments] },
    operation: own,
    fragments,
    hash: hash.digest('base64url'),
    provenance: directives.length !== (operation.directives?.length ?? 0),
  }
}

function usedBy(
  operation: OperationDefinitionNode,
  document: DocumentNode,
): readonly FragmentDefinitionNode[] {
  const used = new Map<string, FragmentDefinitionNode>()
  const open: (OperationDefinitionNode | FragmentDefinitionNode)[] = [operation]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const found = document.definitions.find(
          (one): one is FragmentDefinitionNode =>
            one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value,
        )
        if (found === undefined || used.has(name.value)) return
        used.set(name.value, found)
        open.push(found)
      },
    })
  }
  return [...used.values()]
}
