// Why a whole request was refused before anything was asked of a subgraph: a closed list, so that refusals can be counted
// by reason without a caller's text ever becoming the name of a counter. A code says what a client can do about it, a
// reason says what we look for in the figures; errors of single fields are not refusals.

/** The HTTP door's, then those of the operation and the access stage. */
const REFUSAL_REASONS = [
  'method',
  'media-type',
  'not-acceptable',
  'cross-site',
  'body-too-large',
  'body-malformed',
  'parameters',
  'batch',
  'token-invalid',
  'overloaded',
  'deadline',
  'syntax',
  'tokens',
  'selections',
  'depth',
  'aliases',
  'root-fields',
  'directives',
  'comparisons',
  'values',
  'cost',
  'introspection',
  'invalid',
  'operation-name',
  'variable-values',
  'mutation-over-get',
  'subscription',
  'document-unknown',
  'document-required',
  'access',
] as const

export type RefusalReason = (typeof REFUSAL_REASONS)[number]
