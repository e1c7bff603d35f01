// The documents of a front end: every named operation of its sources with the fragments that it uses, checked against
// the schema that clients see. In: texts with their places. Out: a manifest's operations, or all that is wrong at once.

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type Source,
  validate,
  visit,
} from 'graphql'

import { hashOf, type ManifestOperation } from '../../schema/document-manifest.ts'
import { type Finding, toFinding } from './source-text.ts'

export interface Extracted {
  readonly operations: readonly ManifestOperation[]
  readonly findings: readonly Finding[]
}

export interface ExtractOptions {
  readonly schema: GraphQLSchema
  /** Stands beside each operation. */
  readonly client?: string | undefined
}

/** The order of the texts changes nothing but the order of findings. */
export function extractDocuments(
  sources: readonly Source[],
  { schema, client }: ExtractOptions,
): Extracted {
  const errors: GraphQLError[] = []
  const { operations, fragments } = collect(sources, errors)
  const extracted: ManifestOperation[] = []
  for (const [name, operation] of operations) {
    const document = withFragments(operation, fragments)
    errors.push(...validate(schema, document))
    const body = print(document)
    extracted.push({
      id: hashOf(body),
      name,
      type: operation.operation,
      body,
      ...(client === undefined ? {} : { clientName: client }),
    })
  }
  return { operations: extracted, findings: distinct(errors.map(toFinding)) }
}

interface Definitions {
  readonly operations: Map<string, OperationDefinitionNode>
  readonly fragments: Map<string, FragmentDefinitionNode>
}

/** Types, as a front end may keep a copy of the schema beside its documents, are passed by. */
function collect(sources: readonly Source[], errors: GraphQLError[]): Definitions {
  const found: Definitions = { operations: new Map(), fragments: new Map() }
  for (const source of sources) {
    for (const node of definitionsOf(source, errors)) {
      if (node.kind === Kind.OPERATION_DEFINITION) addNamed(node, found.operations, errors)
      if (node.kind === Kind.FRAGMENT_DEFINITION) addNamed(node, found.fragments, errors)
    }
  }
  return found
}

function definitionsOf(source: Source, errors: GraphQLError[]): DocumentNode['definitions'] {
  // A template may hold nothing but an expression.
  if (source.body.trim() === '') return []
  try {
    return parse(source).definitions
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    errors.push(error)
    return []
  }
}

type Named = OperationDefinitionNode | FragmentDefinitionNode

function addNamed<Node extends Named>(
  node: Node,
  into: Map<string, Node>,
  errors: GraphQLError[],
): void {
  const name = node.name?.value
  if (name === undefined) {
    errors.push(new GraphQLError('An operation needs a name.', { nodes: node }))
    return
  }
  const before = into.get(name)?.loc
  if (before === undefined) into.set(name, node)
  else {
    const { name: file, locationOffset } = before.source
    const line = locationOffset.line + before.startToken.line - 1
    const text = `The name ${name} is taken by ${file}:${line}.`
    errors.push(new GraphQLError(text, { nodes: node }))
  }
}

/** Those it uses, by name; one that is nowhere is for validation to name. */
function withFragments(
  operation: OperationDefinitionNode,
  fragments: Definitions['fragments'],
): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>()
  const open: Named[] = [operation]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (fragment === undefined || used.has(name.value)) return
        used.set(name.value, fragment)
        open.push(fragment)
      },
    })
  }
  const sorted = [...used.keys()].toSorted().flatMap((name) => used.get(name) ?? [])
  return { kind: Kind.DOCUMENT, definitions: [operation, ...sorted] }
}

/** A fragment is validated with each operation that uses it. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(
    findings.map((one) => [`${one.file} ${one.line} ${one.column} ${one.message}`, one]),
  )
  return [...seen.values()]
}
