// What would stop this gateway from serving a supergraph, as a list, before anything is built from it.

import { GraphQLError, Kind, parse } from 'graphql'

import { isAccessFeature, SUPERGRAPH_FEATURES } from './features.ts'
import { featuresOf } from './linked-features.ts'

/** All that is wrong with a supergraph, one clear line each. */
export class SupergraphError extends Error {
  readonly findings: readonly string[]

  constructor(findings: readonly string[]) {
    super(findings.join('\n'))
    this.name = 'SupergraphError'
    this.findings = findings
  }
}

/** Fields of these beginnings are the gateway's own in what it plans (gateway/plan: plan-name, required-arguments). */
const RESERVED = ['_p_', '_q_']

/** Throws SupergraphError. */
export function refuseUnservable(supergraph: string): void {
  const findings = checkSupergraph(supergraph)
  if (findings.length > 0) throw new SupergraphError(findings)
}

export function checkSupergraph(supergraph: string): readonly string[] {
  try {
    const document = parse(supergraph, { noLocation: true })
    const unknown = featuresOf(document)
      .filter(({ url, purpose }) => purpose !== undefined || isAccessFeature(url))
      .filter(({ url }) => !SUPERGRAPH_FEATURES.has(url))
      .map(
        ({ url, purpose = 'SECURITY' }) => `the feature ${url} (for ${purpose}) is not known here`,
      )
    const reserved = document.definitions.flatMap((node) => {
      if (
        node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        node.kind !== Kind.INTERFACE_TYPE_DEFINITION
      ) {
        return []
      }
      return (node.fields ?? []).flatMap(({ name }) =>
        RESERVED.filter((beginning) => name.value.startsWith(beginning)).map(
          (beginning) => `${node.name.value}.${name.value}: no field may begin with ${beginning}`,
        ),
      )
    })
    return [...unknown, ...reserved]
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const line = error.locations?.[0]?.line
    return [`${error.message}${line === undefined ? '' : ` (line ${line})`}`]
  }
}
