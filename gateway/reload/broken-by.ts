// Would an operation that works today still work, and give its client what it expects? In: the operation and the API
// before and after. Out: what breaks, by field. GraphQL's own validation tells what is gone; types that changed under a
// field, and input that comes in variables, it does not see.

import {
  type DocumentNode,
  getNamedType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type NamedTypeNode,
  specifiedRules,
  TypeInfo,
  type TypeNode,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { toFinding } from '../operation/finding.ts'

export interface Breakage {
  /** `Type.field`, an input type with its field, or undefined if it is about no field. */
  readonly field: string | undefined
  readonly message: string
}

export interface Apis {
  readonly before: GraphQLSchema
  readonly after: GraphQLSchema
}

const MOST = 5

/** Empty if nothing breaks; at most a handful, because the first ones tell what happened. */
export function brokenBy(document: DocumentNode, { before, after }: Apis): readonly Breakage[] {
  const invalid = validate(after, document, specifiedRules, {
    maxErrors: MOST,
    hideSuggestions: true,
  })
  const places = invalid.length > 0 ? placesOf(document, before) : new Map<object, string>()
  const gone = invalid.map((error): Breakage => {
    const [node] = error.nodes ?? []
    return { field: node && places.get(node), message: toFinding(error).message }
  })
  const changed = [...outputs(document, { before, after }), ...inputs(document, { before, after })]
  return [...gone, ...changed].slice(0, MOST)
}

/** The field in or at which each node stands. */
function placesOf(document: DocumentNode, schema: GraphQLSchema): ReadonlyMap<object, string> {
  const places = new Map<object, string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      enter: (node) => {
        const parent = info.getParentType()
        const field = info.getFieldDef()
        if (parent && field) places.set(node, `${parent.name}.${field.name}`)
      },
    }),
  )
  return places
}

function outputs(document: DocumentNode, { before, after }: Apis): readonly Breakage[] {
  const changed = new Map<string, Breakage>()
  const info = new TypeInfo(before)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: () => {
        const parent = info.getParentType()
        const field = info.getFieldDef()
        if (!parent || !field) return
        const now = fieldOf(after.getType(parent.name), field.name)
        if (now === undefined || isKept(field.type, now)) return
        const place = `${parent.name}.${field.name}`
        const message = `The type of ${place} changes from ${String(field.type)} to ${String(now)}.`
        changed.set(place, { field: place, message })
      },
    }),
  )
  return [...changed.values()]
}

function fieldOf(type: GraphQLNamedType | undefined, name: string): GraphQLOutputType | undefined {
  return type !== undefined && 'getFields' in type && !isInputObjectType(type)
    ? type.getFields()[name]?.type
    : undefined
}

/** The same, or with fewer nulls. */
function isKept(before: GraphQLType, after: GraphQLType): boolean {
  if (isNonNullType(after)) {
    return isKept(isNonNullType(before) ? before.ofType : before, after.ofType)
  }
  if (isNonNullType(before)) return false
  if (isListType(before)) return isListType(after) && isKept(before.ofType, after.ofType)
  return !isListType(after) && String(before) === String(after)
}

/** What clients send in variables: a value that was good stays good. */
function inputs(document: DocumentNode, { before, after }: Apis): readonly Breakage[] {
  const breakages: Breakage[] = []
  const seen = new Set<string>()
  visit(document, {
    VariableDefinition: ({ type }) => {
      const named = typeFromAST(before, namedOf(type))
      if (named) compareInput(getNamedType(named), { after, seen, breakages })
      return false
    },
  })
  return breakages
}

function namedOf(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedOf(type.type)
}

interface Comparing {
  readonly after: GraphQLSchema
  readonly seen: Set<string>
  readonly breakages: Breakage[]
}

function compareInput(type: GraphQLNamedType, comparing: Comparing): void {
  const { after, seen, breakages } = comparing
  if (seen.has(type.name)) return
  seen.add(type.name)
  const now = after.getType(type.name)
  if (isEnumType(type) && isEnumType(now)) breakages.push(...compareValues(type, now))
  if (!isInputObjectType(type) || !isInputObjectType(now)) return
  breakages.push(...compareFields(type, now))
  for (const field of Object.values(type.getFields())) {
    compareInput(getNamedType(field.type), comparing)
  }
}

function compareValues(type: GraphQLEnumType, now: GraphQLEnumType): readonly Breakage[] {
  return type
    .getValues()
    .filter(({ name }) => now.getValue(name) === undefined)
    .map(({ name }) => ({
      field: `${type.name}.${name}`,
      message: `The value ${name} of ${type.name} goes.`,
    }))
}

function compareFields(
  type: GraphQLInputObjectType,
  now: GraphQLInputObjectType,
): readonly Breakage[] {
  const known = type.getFields()
  const fields = now.getFields()
  const added = Object.values(fields)
    .filter((field) => known[field.name] === undefined && isRequiredInputField(field))
    .map(({ name }) => ({
      field: `${type.name}.${name}`,
      message: `${type.name} gets the required field ${name}.`,
    }))
  const kept = Object.values(known).flatMap(({ name, type: before }) => {
    const next = fields[name]?.type
    const field = `${type.name}.${name}`
    if (next === undefined) return [{ field, message: `The field ${name} of ${type.name} goes.` }]
    // What a client may send today must be allowed tomorrow.
    if (isKept(next, before)) return []
    return [{ field, message: `The type of ${field} changes to ${String(next)}.` }]
  })
  return [...added, ...kept]
}
