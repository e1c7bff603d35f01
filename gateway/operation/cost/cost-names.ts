// Under which names a supergraph uses `@cost` and `@listSize`: composition keeps both as subgraphs wrote them and says
// in its `@link` how they are called there.

import { type ConstDirectiveNode, type GraphQLSchema, valueFromASTUntyped } from 'graphql'

export interface CostNames {
  readonly cost: string
  readonly listSize: string
}

const FEATURE = /specs\.apollo\.dev\/cost\/v0\./

/** Undefined where the supergraph does not use the feature. */
export function costNames(supergraph: GraphQLSchema): CostNames | undefined {
  const nodes = [supergraph.astNode, ...supergraph.extensionASTNodes]
  for (const directive of nodes.flatMap((node) => node?.directives ?? [])) {
    const { url, as, import: imports } = argumentsOf(directive)
    if (directive.name.value !== 'link' || typeof url !== 'string' || !FEATURE.test(url)) continue
    const prefix = typeof as === 'string' ? as : 'cost'
    return {
      cost: importedAs(imports, '@cost') ?? prefix,
      listSize: importedAs(imports, '@listSize') ?? `${prefix}__listSize`,
    }
  }
  return undefined
}

/** The values of a directive of a schema, by name. */
export function argumentsOf(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const { name, value } of directive.arguments ?? []) {
    values[name.value] = valueFromASTUntyped(value)
  }
  return values
}

function importedAs(imports: unknown, name: string): string | undefined {
  for (const one of Array.isArray(imports) ? imports : []) {
    if (one === name) return name.slice(1)
    if (typeof one !== 'object' || one === null || Reflect.get(one, 'name') !== name) continue
    const as: unknown = Reflect.get(one, 'as')
    return (typeof as === 'string' ? as : name).replace(/^@/, '')
  }
  return undefined
}
