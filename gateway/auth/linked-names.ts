// Under which names a supergraph uses the access directives: a `@link` may rename them (`as`, `import`), and a renamed
// directive that is not recognised would be an open door.

import { type ConstDirectiveNode, type GraphQLSchema, valueFromASTUntyped } from 'graphql'

const FEATURES = ['authenticated', 'requiresScopes', 'policy'] as const

export type AccessDirective = (typeof FEATURES)[number]

export function linkedNames(supergraph: GraphQLSchema): Readonly<Record<AccessDirective, string>> {
  const names = {
    authenticated: 'authenticated',
    requiresScopes: 'requiresScopes',
    policy: 'policy',
  }
  for (const directive of linksOf(supergraph)) {
    const { url, as, imports } = read(directive)
    const feature = FEATURES.find((name) => url.includes(`specs.apollo.dev/${name}/`))
    if (feature === undefined) continue
    names[feature] = imports.get(`@${feature}`) ?? as ?? feature
  }
  return names
}

function linksOf(supergraph: GraphQLSchema): readonly ConstDirectiveNode[] {
  const nodes = [supergraph.astNode, ...supergraph.extensionASTNodes]
  return nodes.flatMap((node) => node?.directives ?? []).filter(({ name }) => name.value === 'link')
}

function read(link: ConstDirectiveNode) {
  const values: Record<string, unknown> = {}
  for (const { name, value } of link.arguments ?? [])
    values[name.value] = valueFromASTUntyped(value)
  const imports = new Map<string, string>()
  const listed: unknown = values['import']
  for (const one of Array.isArray(listed) ? listed : []) addRenamed(one, imports)
  return {
    url: typeof values['url'] === 'string' ? values['url'] : '',
    as: typeof values['as'] === 'string' ? values['as'] : undefined,
    imports,
  }
}

function addRenamed(one: unknown, into: Map<string, string>): void {
  if (typeof one !== 'object' || one === null) return
  const name: unknown = Reflect.get(one, 'name')
  const as: unknown = Reflect.get(one, 'as')
  if (typeof name === 'string' && typeof as === 'string') into.set(name, as.replace(/^@/, ''))
}
