// What is wrong with `@subject` on fields and with `others: "case"`, as a list. Whose an object is, is looked at where a
// subgraph is asked for it: one that gives people in answers of its own, together with what is for a case, leads past that.

import {
  type ConstDirectiveNode,
  getNamedType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql'

import { SUBJECT_OTHERS } from '../../schema/compose/access-directives.ts'
import { argumentOf, isOfCase, textsOf } from './directive-values.ts'
import { type LinkedNames, linkedNames } from './linked-names.ts'
import { keysOf } from './type-keys.ts'

/** The schema is built from the whole supergraph, syntax nodes included. */
export function checkCases(supergraph: GraphQLSchema): readonly string[] {
  const names = linkedNames(supergraph)
  return Object.values(supergraph.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return []
    const ofType = subjectsOn([type.astNode, ...type.extensionASTNodes], names)
    const fields = Object.values(type.getFields()).flatMap((field) =>
      subjectsOn([field.astNode], names).flatMap((one) =>
        checkOnField(one, `${type.name}.${field.name}`, ofType),
      ),
    )
    const wrong = [...ofType.flatMap((one) => checkOthers(one, type.name)), ...fields]
    return isObjectType(type) ? [...wrong, ...checkOwnAnswers(supergraph, type, names)] : wrong
  })
}

type Field = GraphQLField<unknown, unknown>

type Node = { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined

function subjectsOn(nodes: readonly Node[], names: LinkedNames): readonly ConstDirectiveNode[] {
  return nodes
    .flatMap((node) => node?.directives ?? [])
    .filter(({ name }) => names.get(name.value) === 'subject')
}

function checkOthers(directive: ConstDirectiveNode, at: string): readonly string[] {
  const others = argumentOf(directive, 'others')
  if (others === undefined || SUBJECT_OTHERS.some((one) => one === others)) return []
  const known = SUBJECT_OTHERS.map((one) => `"${one}"`).join(' or ')
  return [`${at}: others of @${directive.name.value} is ${known}`]
}

/** It adds to what the type says of the same person. */
function checkOnField(
  directive: ConstDirectiveNode,
  at: string,
  ofType: readonly ConstDirectiveNode[],
): readonly string[] {
  const wrong = checkOthers(directive, at)
  if (wrong.length > 0) return wrong
  const name = directive.name.value
  if (!isOfCase(directive)) return [`${at}: @${name} of a field says others: "case", or nothing`]
  const field = argumentOf(directive, 'field')
  const isSaid = ofType.some((one) => argumentOf(one, 'field') === field)
  return isSaid
    ? []
    : [`${at}: its type must say @${name}(field: "${textsOf(field).join(' ')}"), too`]
}

/** Fields by which a subgraph gives people of its own accord, with what is for a case about them. */
function checkOwnAnswers(
  supergraph: GraphQLSchema,
  type: GraphQLObjectType,
  names: LinkedNames,
): readonly string[] {
  const guarded = guardedFields(type, names)
  if (guarded.length === 0) return []
  const leads = Object.values(supergraph.getTypeMap()).flatMap((parent) => {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return []
    return Object.values(parent.getFields())
      .filter((field) => mayReturn(supergraph, field, type) && !mustName(field, type, names))
      .map((field) => ({ at: `${parent.name}.${field.name}`, graphs: graphsOf(parent, field) }))
  })
  return guarded.flatMap((field) => {
    const own = graphsOf(type, field)
    return leads
      .filter(({ graphs }) => graphs.some((graph) => own.includes(graph)))
      .map(
        ({ at }) =>
          `${type.name}.${field.name} is for cases; ${at} of the same subgraph must name whom it gives`,
      )
  })
}

/** Without keys: those are fetched by the gateway itself. */
function guardedFields(type: GraphQLObjectType, names: LinkedNames): readonly Field[] {
  const all = Object.values(type.getFields())
  const keys = new Set(keysOf(type.astNode?.directives ?? []).flatMap((key) => [...key]))
  if (subjectsOn([type.astNode, ...type.extensionASTNodes], names).some(isOfCase)) {
    return all.filter(({ name }) => !keys.has(name))
  }
  return all.filter(({ astNode }) => subjectsOn([astNode], names).some(isOfCase))
}

function mayReturn(supergraph: GraphQLSchema, field: Field, type: GraphQLObjectType): boolean {
  const returned = getNamedType(field.type)
  if (!isAbstractType(returned)) return returned === type
  return supergraph.getPossibleTypes(returned).includes(type)
}

function mustName({ args }: Field, type: GraphQLObjectType, names: LinkedNames): boolean {
  const subjects = subjectsOn([type.astNode, ...type.extensionASTNodes], names)
  const fields = new Set(subjects.flatMap((one) => textsOf(argumentOf(one, 'field'))))
  return args.some((one) => fields.has(one.name) && isNonNullType(one.type))
}

/** The subgraphs that may give the field in an answer (join spec v0.3 §join__field); all of its type where none is named. */
function graphsOf(parent: GraphQLObjectType | GraphQLInterfaceType, { astNode }: Field) {
  const joined = joins(astNode, 'join__field')
  const named = joined.map((one) => argumentOf(one, 'graph'))
  if (named.length > 0 && !named.includes(undefined)) return named
  return [parent, ...parent.getInterfaces()]
    .flatMap((type) => joins(type.astNode, 'join__type'))
    .map((one) => argumentOf(one, 'graph'))
}

function joins(node: Node, directive: string): readonly ConstDirectiveNode[] {
  return (node?.directives ?? []).filter(({ name }) => name.value === directive)
}
