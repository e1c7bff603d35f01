// The labels of a supergraph's progressive overrides, in both their forms (Apollo Federation, "Progressive @override").

import { Kind, parse, visit } from 'graphql'

const PERCENT = /^percent\((?<share>[0-9.]+)\)$/

/** Undefined: the label is not a share of all requests but a name. */
export function percentageOf(label: string): number | undefined {
  const share = PERCENT.exec(label)?.groups?.['share']
  return share === undefined ? undefined : Number(share)
}

export function labelsOf(supergraph: string): readonly string[] {
  if (!supergraph.includes('overrideLabel: "')) return []
  const labels = new Set<string>()
  visit(parse(supergraph, { noLocation: true }), {
    Argument: ({ name, value }) => {
      if (name.value === 'overrideLabel' && value.kind === Kind.STRING) labels.add(value.value)
    },
  })
  return [...labels]
}
