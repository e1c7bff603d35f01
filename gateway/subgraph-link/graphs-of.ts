// The subgraphs that a supergraph names, with their addresses (join spec v0.3 §join__graph).

import {
  type ConstDirectiveNode,
  type EnumTypeDefinitionNode,
  GraphQLError,
  Kind,
  parse,
} from 'graphql'

export interface Graph {
  readonly name: string
  readonly url: string
}

export interface Graphs {
  readonly graphs: readonly Graph[]
  /** All that is wrong, one clear line each. */
  readonly findings: readonly string[]
}

export function graphsOf(supergraph: string): Graphs {
  const definition = definitionIn(supergraph)
  if (typeof definition === 'string') return { graphs: [], findings: [definition] }
  const graphs: Graph[] = []
  const findings: string[] = []
  for (const value of definition.values ?? []) {
    const given = value.directives?.find((directive) => directive.name.value === 'join__graph')
    const name = (given && argument(given, 'name')) ?? value.name.value
    const url = (given && argument(given, 'url')) ?? ''
    if (url === '') findings.push(`subgraph "${name}" has no URL`)
    else if (!isAddress(url)) findings.push(`the URL of subgraph "${name}" is not http or https`)
    else graphs.push({ name, url })
  }
  return { graphs, findings }
}

/** The definition, or what is wrong. */
function definitionIn(supergraph: string): EnumTypeDefinitionNode | string {
  try {
    const { definitions } = parse(supergraph, { noLocation: true })
    const found = definitions.find(
      (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
    )
    if (found?.kind === Kind.ENUM_TYPE_DEFINITION) return found
    return 'not a supergraph: the enum join__Graph, which names its subgraphs, is missing'
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 }
    return `line ${line}, column ${column}: ${error.message}`
  }
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : undefined
}

function isAddress(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '')
}
