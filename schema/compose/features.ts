// The supergraph features that this gateway honours. One it does not know must stop the start, not be overlooked:
// an access directive that nobody reads would be an open door.

import { ACCESS_SPEC, ACCESS_URL } from './access-directives.ts'

export const SUPERGRAPH_FEATURES: ReadonlySet<string> = new Set([
  // How the supergraph itself is written: the planners read it.
  'https://specs.apollo.dev/core/v0.1',
  'https://specs.apollo.dev/core/v0.2',
  'https://specs.apollo.dev/join/v0.1',
  'https://specs.apollo.dev/join/v0.2',
  'https://specs.apollo.dev/join/v0.3',
  'https://specs.apollo.dev/join/v0.4',
  'https://specs.apollo.dev/join/v0.5',
  'https://specs.apollo.dev/tag/v0.1',
  'https://specs.apollo.dev/tag/v0.2',
  'https://specs.apollo.dev/tag/v0.3',
  // What calls are told of the objects above theirs: gateway/execute/context.ts.
  'https://specs.apollo.dev/context/v0.1',
  // What clients see: api-schema.ts.
  'https://specs.apollo.dev/inaccessible/v0.1',
  'https://specs.apollo.dev/inaccessible/v0.2',
  // Who may see it: gateway/auth.
  'https://specs.apollo.dev/authenticated/v0.1',
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/policy/v0.1',
  ACCESS_URL,
  // How much an operation may ask: gateway/operation.
  'https://specs.apollo.dev/cost/v0.1',
])

/** Specifications of access directives, whatever their version and whatever a supergraph says they are for. */
const ACCESS = [
  'https://specs.apollo.dev/authenticated',
  'https://specs.apollo.dev/requiresScopes',
  'https://specs.apollo.dev/policy',
  ACCESS_SPEC,
]

export function isAccessFeature(url: string): boolean {
  return ACCESS.some((spec) => url === spec || url.startsWith(`${spec}/`))
}
