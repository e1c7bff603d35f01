// What of an operation is about a person, for the audit: which fields, by coordinate, and whom its arguments name. Personal is
// what stands on a type with `@subject` or needs a right, and all that is reached through it: whose car it is makes the plate
// personal, not the plate.

import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { linkedNames } from './linked-names.ts'
import { subjectArguments, type Subjects, subjectsOf } from './subjects.ts'

export interface PersonalFields {
  /** Coordinates, sorted: `Person.firstName`. Never values. */
  readonly fields: readonly string[]
  /** National ids of those whom arguments name; at most as many as an audit row tells. */
  subjects(variables: Readonly<Record<string, unknown>>): readonly string[]
}

export type FindPersonalFields = (document: DocumentNode) => PersonalFields

const MOST_SUBJECTS = 20

/** `supergraph` is built with its syntax nodes. Remembered by document. */
export function buildPersonalFields(
  supergraph: GraphQLSchema,
  api: GraphQLSchema,
): FindPersonalFields {
  const known = new WeakMap<DocumentNode, PersonalFields>()
  const subjects = subjectsOf(supergraph)
  const guarded = guardedFields(supergraph)
  return (document) => {
    const found = known.get(document) ?? find(document, { supergraph, api, subjects, guarded })
    known.set(document, found)
    return found
  }
}

interface Knowing {
  readonly supergraph: GraphQLSchema
  readonly api: GraphQLSchema
  readonly subjects: Subjects
  /** By type, or by coordinate of a field. */
  readonly guarded: ReadonlySet<string>
}

function find(document: DocumentNode, knowing: Knowing): PersonalFields {
  const { supergraph, api, subjects } = knowing
  const types = new TypeInfo(api)
  const fields = new Set<string>()
  const naming: ArgumentNode[] = []
  const personal = new WeakMap<FieldNode, boolean>()
  let within = 0
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter: (node) => {
          const parent = types.getParentType()?.name ?? ''
          const name = node.name.value
          const type = types.getType()
          const isPersonal =
            within > 0 ||
            isAbout(parent, name, knowing) ||
            (type != null && isAboutType(getNamedType(type).name, knowing))
          if (isPersonal && !name.startsWith('__')) fields.add(`${parent}.${name}`)
          if (isPersonal) within += 1
          personal.set(node, isPersonal)
          const named = subjectArguments(supergraph, subjects, parent, name)
          naming.push(...(node.arguments ?? []).filter((one) => named.includes(one.name.value)))
        },
        leave: (node) => {
          if (personal.get(node) === true) within -= 1
        },
      },
    }),
  )
  return {
    fields: [...fields].toSorted(),
    subjects: (variables) => namedIn(naming, variables),
  }
}

function isAbout(parent: string, name: string, knowing: Knowing): boolean {
  return isAboutType(parent, knowing) || knowing.guarded.has(`${parent}.${name}`)
}

function isAboutType(name: string, { supergraph, subjects, guarded }: Knowing): boolean {
  if (subjects.has(name) || guarded.has(name)) return true
  const type = supergraph.getType(name)
  if (!isAbstractType(type)) return false
  return supergraph.getPossibleTypes(type).some((one) => subjects.has(one.name))
}

function guardedFields(supergraph: GraphQLSchema): ReadonlySet<string> {
  const names = linkedNames(supergraph)
  const isGuarded = (directives: readonly ConstDirectiveNode[] = []): boolean =>
    directives.some(({ name }) => names.has(name.value))
  const found = new Set<string>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    if (isGuarded(type.astNode?.directives)) found.add(type.name)
    for (const field of Object.values(type.getFields())) {
      if (isGuarded(field.astNode?.directives)) found.add(`${type.name}.${field.name}`)
    }
  }
  return found
}

function namedIn(
  naming: readonly ArgumentNode[],
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  const found = new Set<string>()
  for (const { value } of naming) {
    const named: unknown = valueFromASTUntyped(value, variables)
    for (const one of Array.isArray(named) ? named : [named]) {
      if (typeof one === 'string' && found.size < MOST_SUBJECTS) found.add(one)
    }
  }
  return [...found]
}
