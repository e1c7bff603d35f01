// Under which names a supergraph uses the access directives: a `@link` may rename them (`as`, `import`), and a renamed
// directive that is not recognised would be an open door (GHSA-g8jh-vg5j-4h3f).

import { type GraphQLSchema, Kind } from 'graphql'

import { ACCESS_DIRECTIVES, ACCESS_SPEC } from '../../schema/compose/access-directives.ts'
import { type Feature, featuresOf } from '../../schema/compose/linked-features.ts'

const APOLLO = ['authenticated', 'requiresScopes', 'policy'] as const

type AccessDirective = (typeof APOLLO)[number] | (typeof ACCESS_DIRECTIVES)[number]

/** Name in this supergraph → what it is. A directive may have several names: whatever could be it is it. */
export type LinkedNames = ReadonlyMap<string, AccessDirective>

/** Apollo's own are known by their names even where nothing links them. */
export function linkedNames(supergraph: GraphQLSchema): LinkedNames {
  const names = new Map<string, AccessDirective>()
  for (const feature of featuresIn(supergraph)) {
    const spec = feature.url.split('/').slice(0, -1).join('/')
    for (const directive of APOLLO) {
      if (isApollos(spec, directive)) add(names, feature, directive, true)
      else if (isApollos(spec, 'federation')) add(names, feature, directive, false)
    }
    if (spec !== ACCESS_SPEC) continue
    for (const directive of ACCESS_DIRECTIVES) add(names, feature, directive, false)
  }
  const found = new Set(names.values())
  for (const directive of APOLLO) if (!found.has(directive)) names.set(directive, directive)
  return names
}

/** The schema is built with its syntax nodes. */
export function featuresIn({ astNode, extensionASTNodes }: GraphQLSchema): readonly Feature[] {
  const definitions = [astNode, ...extensionASTNodes].filter((node) => node != null)
  return featuresOf({ kind: Kind.DOCUMENT, definitions })
}

function isApollos(spec: string, name: string): boolean {
  return spec.endsWith(`specs.apollo.dev/${name}`)
}

/** https://specs.apollo.dev/link/v1.0: what is not imported has its specification's name before its own. */
function add(
  names: Map<string, AccessDirective>,
  { name, imports }: Feature,
  directive: AccessDirective,
  isMain: boolean,
): void {
  const imported = imports.get(`@${directive}`)
  if (imported !== undefined) names.set(imported.replace(/^@/, ''), directive)
  if (isMain && imported === undefined) names.set(name, directive)
  names.set(`${name}__${directive}`, directive)
}
