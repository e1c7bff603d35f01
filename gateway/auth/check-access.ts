// What is wrong with the access directives of a supergraph, as a list: a demand that nobody can read must stop the start,
// because whoever overlooks it opens a door.

import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql'

import { ACCESS_DIRECTIVES } from '../../schema/compose/access-directives.ts'
import type { AssuranceLevels } from './assurance.ts'
import { checkCases } from './check-cases.ts'
import { argumentOf, textsOf } from './directive-values.ts'
import { featuresIn, type LinkedNames, linkedNames } from './linked-names.ts'
import { subjectsOf } from './subjects.ts'
import { keysOf } from './type-keys.ts'

/** The schema is built from the whole supergraph, syntax nodes included. */
export function checkAccess(supergraph: GraphQLSchema, levels: AssuranceLevels): readonly string[] {
  const names = linkedNames(supergraph)
  const rules: Rules = { names, foreign: foreignNames(supergraph), levels }
  return [
    ...checkDefinitions(supergraph, names),
    ...Object.values(supergraph.getTypeMap()).flatMap((type) => checkType(type, rules)),
    ...checkSubjects(supergraph),
    ...checkCases(supergraph),
  ]
}

/** Of a directive that is not repeatable, composition keeps one demand and drops those of other subgraphs. */
function checkDefinitions(supergraph: GraphQLSchema, names: LinkedNames): readonly string[] {
  const own = new Set<string>(ACCESS_DIRECTIVES)
  return [...names].flatMap(([name, directive]) => {
    const isLossy = own.has(directive) && supergraph.getDirective(name)?.isRepeatable === false
    return isLossy
      ? [`@${name} must be defined repeatable: demands of other subgraphs are lost`]
      : []
  })
}

interface Rules {
  readonly names: LinkedNames
  /** Directives that another specification defines. */
  readonly foreign: ReadonlySet<string>
  readonly levels: AssuranceLevels
}

function foreignNames(supergraph: GraphQLSchema): ReadonlySet<string> {
  const imported = featuresIn(supergraph).flatMap(({ imports }) => [...imports.values()])
  return new Set(imported.map((name) => name.replace(/^@/, '')))
}

function checkType(type: GraphQLNamedType, rules: Rules): readonly string[] {
  const ofType = [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? [])
  const findings = ofType.flatMap((one) => check(one, type.name, rules))
  if (!isObjectType(type) && !isInterfaceType(type)) return findings
  const ofFields = Object.values(type.getFields()).flatMap(({ name, astNode }) =>
    (astNode?.directives ?? []).flatMap((one) => check(one, `${type.name}.${name}`, rules)),
  )
  return [...findings, ...ofFields]
}

function check(
  directive: ConstDirectiveNode,
  at: string,
  { names, foreign, levels }: Rules,
): readonly string[] {
  const name = directive.name.value
  const kind = names.get(name)
  if (kind === 'purpose') {
    return textsOf(argumentOf(directive, 'codes')).length > 0 ? [] : [`${at}: @${name} names none`]
  }
  if (kind === undefined && isOwnName(name) && !foreign.has(name)) {
    return [`${at}: no @link says whose @${name} is`]
  }
  return kind === 'assurance' ? checkAssurance(directive, at, levels) : []
}

function isOwnName(name: string): boolean {
  return ACCESS_DIRECTIVES.some((own) => own === name)
}

function checkAssurance(
  directive: ConstDirectiveNode,
  at: string,
  levels: AssuranceLevels,
): readonly string[] {
  const name = directive.name.value
  const acr = textsOf(argumentOf(directive, 'acr')).join(' ')
  const maxAge = argumentOf(directive, 'maxAge') ?? 0
  const findings: string[] = []
  if (!levels.includes(acr)) {
    const known = levels.join(', ')
    findings.push(
      `${at}: @${name} names the level "${acr}"; PANJAREH_ASSURANCE_LEVELS has ${known}`,
    )
  }
  if (typeof maxAge !== 'number' || !Number.isSafeInteger(maxAge) || maxAge < 0) {
    findings.push(`${at}: maxAge of @${name} is a number of seconds`)
  }
  return findings
}

function checkSubjects(supergraph: GraphQLSchema): readonly string[] {
  const findings = [...subjectsOf(supergraph)].flatMap(([name, fields]) => {
    const type = supergraph.getType(name)
    return isObjectType(type) ? [...fields].flatMap((field) => checkSubject(type, field)) : []
  })
  return [...new Set(findings)]
}

/** A subgraph is asked for an object by any of its keys: one that does not name the person would lead past the check. */
function checkSubject(type: GraphQLObjectType, field: string): readonly string[] {
  const { name, astNode } = type
  if (!Object.hasOwn(type.getFields(), field)) {
    return [`${name}: @subject names "${field}", which is no field of it`]
  }
  return keysOf(astNode?.directives ?? [])
    .filter((key) => !key.has(field))
    .map(
      (key) =>
        `${name}: the key "${[...key].join(' ')}" must name "${field}", whom @subject is about`,
    )
}
