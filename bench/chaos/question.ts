// What a citizen can ask of each system, found in the supergraph: the ways from the root to fields that only this system
// fills. So that a system that is added tomorrow is in the run tomorrow.

import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type TypeNode,
} from 'graphql'

import type { KnownValues } from './known-values.ts'

interface Variable {
  /** That of the argument, whose value is looked up by it. */
  readonly name: string
  readonly type: string
}

export interface SystemQuestion {
  readonly system: string
  /** Whoever fills a field on the way, or one that is asked. */
  readonly touches: readonly string[]
  /** `me`, which questions of several systems share, or the whole head of a root field of its own. */
  readonly root: string
  readonly selection: string
  readonly variables: readonly Variable[]
}

const ENTRY = 'me'
/** Fields from the root to what is asked. */
const LONGEST_WAY = 5
const MOST_WAYS = 12
const MOST_FIELDS = 10

interface Step {
  readonly field: FieldDefinitionNode
  readonly owners: readonly string[]
}

interface Way {
  readonly steps: readonly Step[]
  readonly type: ObjectTypeDefinitionNode
  readonly seen: readonly string[]
}

/** For each system the ways to it, shortest first; a system without any has an empty list. */
export function findQuestions(
  supergraph: string,
  systems: readonly string[],
  values: KnownValues,
): ReadonlyMap<string, readonly SystemQuestion[]> {
  return new Finder(supergraph, values).find(systems)
}

class Finder {
  readonly #types = new Map<string, ObjectTypeDefinitionNode>()
  /** Of the enum value to the subgraph's name. */
  readonly #graphs = new Map<string, string>()
  readonly #values: KnownValues

  constructor(supergraph: string, values: KnownValues) {
    this.#values = values
    for (const node of parse(supergraph).definitions) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) this.#types.set(node.name.value, node)
      if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue
      for (const { name, directives = [] } of node.values ?? []) {
        const [graph] = textsOf(directives, 'join__graph', 'name')
        if (graph !== undefined) this.#graphs.set(name.value, graph)
      }
    }
  }

  find(systems: readonly string[]): ReadonlyMap<string, readonly SystemQuestion[]> {
    const found = new Map(systems.map((system): [string, SystemQuestion[]] => [system, []]))
    const query = this.#types.get('Query')
    if (query === undefined) return found
    let ways: readonly Way[] = [{ steps: [], type: query, seen: ['Query'] }]
    for (let length = 0; length <= LONGEST_WAY; length += 1) {
      for (const [system, questions] of found) {
        const more = ways.flatMap((way) => this.#ask(system, way) ?? [])
        questions.push(...more.slice(0, MOST_WAYS - questions.length))
      }
      ways = ways.flatMap((way) => this.#longer(way))
    }
    return found
  }

  #longer({ steps, type, seen }: Way): readonly Way[] {
    return (type.fields ?? []).flatMap((field) => {
      const to = this.#types.get(nameOf(field.type))
      if (to === undefined || seen.includes(to.name.value) || !this.#isAskable(field)) return []
      const step = { field, owners: this.#ownersOf(field, type) }
      return [{ steps: [...steps, step], type: to, seen: [...seen, to.name.value] }]
    })
  }

  /** Undefined where the system has nothing of its own to say. */
  #ask(system: string, { steps, type }: Way): SystemQuestion | undefined {
    const [first, ...rest] = steps
    const own = first === undefined ? [] : this.#selectionOf(system, type, 0)
    if (first === undefined || own.length === 0) return undefined
    const given = [...steps.map(({ field }) => field), ...own.flatMap(({ asked }) => asked)]
    let selection = own.map(({ text }) => text).join(' ')
    for (const { field } of rest.toReversed()) selection = `${headOf(field)} { ${selection} }`
    const isMe = first.field.name.value === ENTRY
    const owners = steps.flatMap((step) => (step.owners.length === 1 ? step.owners : []))
    return {
      system,
      touches: [...new Set([system, ...owners])],
      root: isMe ? ENTRY : `${aliasOf(system)}: ${headOf(first.field)}`,
      selection,
      variables: given.flatMap(variablesOf),
    }
  }

  #selectionOf(system: string, type: ObjectTypeDefinitionNode, depth: number): readonly Selected[] {
    const own = (type.fields ?? []).filter((field) => {
      const owners = this.#ownersOf(field, type)
      return owners.includes(system) && (depth > 0 || owners.length === 1) && this.#isAskable(field)
    })
    return own
      .flatMap((field): Selected[] => {
        const to = this.#types.get(nameOf(field.type))
        if (to === undefined) return [{ text: headOf(field), asked: [field] }]
        const inner = depth < 2 && !isEntity(to) ? this.#selectionOf(system, to, depth + 1) : []
        if (inner.length === 0) return []
        const text = `${headOf(field)} { ${inner.map((each) => each.text).join(' ')} }`
        return [{ text, asked: [field, ...inner.flatMap(({ asked }) => asked)] }]
      })
      .slice(0, MOST_FIELDS)
  }

  #ownersOf(
    { directives = [] }: FieldDefinitionNode,
    type: ObjectTypeDefinitionNode,
  ): readonly string[] {
    const joined = directives.filter(({ name }) => name.value === 'join__field')
    const from = joined.length > 0 ? joined : (type.directives ?? [])
    const name = joined.length > 0 ? 'join__field' : 'join__type'
    return textsOf(from, name, 'graph').map((graph) => this.#graphs.get(graph) ?? graph)
  }

  #isAskable(field: FieldDefinitionNode): boolean {
    return neededBy(field).every(({ name }) => this.#values.has(name.value))
  }
}

interface Selected {
  readonly text: string
  readonly asked: readonly FieldDefinitionNode[]
}

/** The questions as one document and what it needs. */
export function documentOf(questions: readonly SystemQuestion[]): string {
  const variables = new Map(
    questions.flatMap((each) => each.variables.map((one) => [one.name, one])),
  )
  const declared = Array.from(variables.values(), ({ name, type }) => `$${name}: ${type}`)
  const roots = new Map<string, string[]>()
  for (const { root, selection } of questions) {
    roots.set(root, [...(roots.get(root) ?? []), selection])
  }
  const text = Array.from(roots, ([root, parts]) => `${root} { ${parts.join(' ')} }`).join(' ')
  return `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${text} }`
}

function headOf(field: FieldDefinitionNode): string {
  const given = neededBy(field).map(({ name: { value } }) => `${value}: $${value}`)
  return `${field.name.value}${given.length > 0 ? `(${given.join(', ')})` : ''}`
}

function variablesOf(field: FieldDefinitionNode): readonly Variable[] {
  return neededBy(field).map(({ name, type }) => ({ name: name.value, type: print(type) }))
}

function neededBy({ arguments: all = [] }: FieldDefinitionNode) {
  return all.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
  )
}

function isEntity({ directives = [] }: ObjectTypeDefinitionNode): boolean {
  return textsOf(directives, 'join__type', 'key').length > 0
}

/** Strings and enum values of an argument of all directives of that name. */
function textsOf(
  directives: readonly ConstDirectiveNode[],
  directive: string,
  argument: string,
): readonly string[] {
  return directives
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: given = [] }) => given)
    .flatMap(({ name, value }) =>
      name.value === argument && (value.kind === Kind.STRING || value.kind === Kind.ENUM)
        ? [value.value]
        : [],
    )
}

function aliasOf(system: string): string {
  return system.replaceAll('-', '_')
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}
