// What a plan asks in passing, keys and the type, stands in an object's data under its own name. An alias of that name
// would put another value in its place, and a subgraph would be asked for an object that nobody named.

import {
  type ConstDirectiveNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type ValidationRule,
  visit,
} from 'graphql'

/** The schema is built from the whole supergraph, syntax nodes included. */
export function refuseKeyAliases(supergraph: GraphQLSchema): ValidationRule {
  const reserved = reservedNames(supergraph)
  return (context) => ({
    Field: (node) => {
      const alias = node.alias?.value ?? node.name.value
      if (alias === node.name.value || !reserved.has(alias)) return
      const parent = supergraph.getType(context.getParentType()?.name ?? '')
      if (!hasField(supergraph, parent, alias)) return
      const text = `The alias "${alias}" is the name of a key of this object: choose another.`
      context.reportError(new GraphQLError(text, { nodes: node }))
    },
  })
}

function hasField(
  schema: GraphQLSchema,
  type: GraphQLNamedType | undefined,
  name: string,
): boolean {
  if (name === '__typename') return true
  const types = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type]
  return types.some(
    (one) => (isObjectType(one) || isInterfaceType(one)) && Object.hasOwn(one.getFields(), name),
  )
}

/** Field names in `@key` and `@requires` as the supergraph keeps them, with those of objects inside. */
function reservedNames(supergraph: GraphQLSchema): ReadonlySet<string> {
  const names = new Set(['__typename'])
  for (const type of Object.values(supergraph.getTypeMap())) {
    addNames(type.astNode?.directives, 'key', names)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      addNames(field.astNode?.directives, 'requires', names)
    }
  }
  return names
}

function addNames(
  directives: readonly ConstDirectiveNode[] = [],
  argument: 'key' | 'requires',
  into: Set<string>,
): void {
  for (const directive of directives) {
    if (!directive.name.value.startsWith('join__')) continue
    const value = directive.arguments?.find(({ name }) => name.value === argument)?.value
    if (value?.kind !== Kind.STRING) continue
    visit(parse(`{ ${value.value} }`), {
      Field: ({ name }) => {
        into.add(name.value)
      },
    })
  }
}
