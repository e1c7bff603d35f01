// What of an operation is about a person, for the audit: which fields, by coordinate, and whom its arguments name. Personal is
// what stands on a type with `@subject` or needs a right, and all that is reached through it: whose car it is makes the plate
// personal, not the plate.

import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { linkedNames } from './linked-names.ts'
import { subjectArguments, type Subjects, subjectsOf } from './subjects.ts'

interface PersonalFields {
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
  const fields = new Set<string>()
  const naming = new Set<ArgumentNode>()
  const fragments = new Map<string, Definition>()
  const open: Part[] = []
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) open.push({ node, isWithin: false })
  }
  // A fragment is looked at once for where it is personal and once for where it is not, however often it is spread.
  const seen = new Set<string>()
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const { spreads, ...found } = findIn(part, knowing)
    for (const field of found.fields) fields.add(field)
    for (const argument of found.naming) naming.add(argument)
    for (const { name, isWithin } of spreads) {
      const node = fragments.get(name)
      if (node === undefined || seen.has(`${name} ${isWithin}`)) continue
      seen.add(`${name} ${isWithin}`)
      open.push({ node, isWithin })
    }
  }
  return {
    fields: [...fields].toSorted(),
    subjects: (variables) => namedIn([...naming], variables),
  }
}

type Definition = OperationDefinitionNode | FragmentDefinitionNode

interface Part {
  readonly node: Definition
  /** Is it reached through something personal? */
  readonly isWithin: boolean
}

interface FoundIn {
  readonly fields: string[]
  readonly naming: ArgumentNode[]
  readonly spreads: { readonly name: string; readonly isWithin: boolean }[]
}

function findIn({ node: part, isWithin }: Part, knowing: Knowing): FoundIn {
  const { supergraph, api, subjects } = knowing
  const types = new TypeInfo(api)
  const found: FoundIn = { fields: [], naming: [], spreads: [] }
  const personal: boolean[] = [isWithin]
  visit(
    part,
    visitWithTypeInfo(types, {
      Field: {
        enter: (node) => {
          const parent = types.getParentType()?.name ?? ''
          const name = node.name.value
          const type = types.getType()
          const isPersonal =
            personal.at(-1) === true ||
            isAbout(parent, name, knowing) ||
            (type != null && isAboutType(getNamedType(type).name, knowing))
          if (isPersonal && !name.startsWith('__')) found.fields.push(`${parent}.${name}`)
          personal.push(isPersonal)
          const named = subjectArguments(supergraph, subjects, parent, name)
          found.naming.push(
            ...(node.arguments ?? []).filter((one) => named.includes(one.name.value)),
          )
        },
        leave: () => {
          personal.pop()
        },
      },
      FragmentSpread: ({ name }) => {
        found.spreads.push({ name: name.value, isWithin: personal.at(-1) === true })
      },
    }),
  )
  return found
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
