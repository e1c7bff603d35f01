// The supergraph features that this gateway honours. One it does not know must stop the start, not be overlooked:
// an access directive that nobody reads would be an open door.

import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals'

/** Join, tag and inaccessible, and the access directives that gateway/auth reads. */
export const SUPERGRAPH_FEATURES: Set<string> = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/authenticated/v0.1',
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/policy/v0.1',
])
