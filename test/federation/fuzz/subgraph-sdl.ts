// What each subgraph of a universe says of itself.

import {
  ARGUMENTS,
  type FieldSpec,
  type ObjectSpec,
  type Path,
  printType,
  type Universe,
} from './universe.ts'

const COMMON = `
enum Colour { RED GREEN BLUE }
input Filter { least: Int! = 1, words: [String!], colour: Colour }
scalar Json`

/** Undefined if the subgraph has nothing to say. */
export function subgraphSdl(universe: Universe, subgraph: number): string | undefined {
  const view = new View(universe, subgraph)
  return view.types.size === 0 ? undefined : view.print()
}

class View {
  readonly types = new Set<string>()
  readonly #universe: Universe
  readonly #subgraph: number
  /** Is this the subgraph with the facade? */
  readonly #facade: boolean
  /** The interface that it stands for. */
  readonly #face: string | undefined
  readonly #external: ReadonlySet<string>

  constructor(universe: Universe, subgraph: number) {
    this.#subgraph = subgraph
    const facade = universe.objects.find(({ kind }) => kind === 'facade')
    this.#face = facade?.name
    this.#facade = facade !== undefined && subgraph === universe.subgraphs - 1
    const objects = universe.objects.filter((one) => this.#facade || one !== facade)
    this.#universe = { ...universe, objects }
    this.#external = this.#findExternal()
    for (const object of objects) {
      if (object.kind !== 'value' && object.fields.some((field) => this.#declares(object, field))) {
        this.#need(object.name)
      }
    }
  }

  print(): string {
    const { objects, abstracts } = this.#universe
    const printed = objects
      .filter(({ name }) => this.types.has(name))
      .map((object) => this.#printObject(object))
    for (const { kind, name, members } of this.#facade ? [] : abstracts) {
      if (!this.types.has(name)) continue
      const known = members.filter((member) => this.types.has(member))
      if (kind === 'union') printed.push(`union ${name} = ${known.join(' | ')}`)
      else {
        // An interface with a key must know all its types.
        const key =
          name === this.#face && known.length === members.length ? ' @key(fields: "id")' : ''
        printed.push(`interface ${name}${key} {\n${this.#interfaceFields(name).join('\n')}\n}`)
      }
    }
    const withOrg = printed.some((type) => type.includes('org: Org!'))
    return [COMMON, ...(withOrg ? ['type Org { no: Int! @shareable }'] : []), ...printed].join('\n')
  }

  #need(name: string): void {
    if (this.types.has(name)) return
    const object = this.#universe.objects.find((one) => one.name === name)
    if (object === undefined) return
    this.types.add(name)
    for (const field of object.fields) {
      if (!this.#declares(object, field) && !this.#isExternal(object, field)) continue
      this.#need(field.type.base)
      for (const member of this.#facade ? [] : field.yields) this.#need(member)
      if (field.yields.length > 0) this.types.add(field.type.base)
    }
  }

  #declares(object: ObjectSpec, { owners, overridden }: FieldSpec): boolean {
    if (owners === undefined) return object.kind === 'value'
    return owners.includes(this.#subgraph) || overridden === this.#subgraph
  }

  #isExternal({ name }: ObjectSpec, field: FieldSpec): boolean {
    return this.#external.has(`${name}.${field.name}`)
  }

  /** What this subgraph's fields require or provide and another one answers. */
  #findExternal(): ReadonlySet<string> {
    const found = new Set<string>()
    const { objects } = this.#universe
    for (const object of objects) {
      for (const field of object.fields) {
        if (field.owners?.includes(this.#subgraph) !== true) continue
        const target = objects.find(({ name }) => name === field.type.base)
        for (const path of field.requires) this.#pass(path, object, found)
        for (const path of field.provides) this.#pass(path, target, found)
      }
    }
    return found
  }

  #pass(path: Path, from: ObjectSpec | undefined, found: Set<string>): void {
    let at = from
    for (const step of path) {
      const field = at?.fields.find(({ name }) => name === step)
      if (at === undefined || field === undefined) return
      if (!this.#declares(at, field)) found.add(`${at.name}.${step}`)
      at = this.#universe.objects.find(({ name }) => name === field.type.base)
    }
  }

  #printObject(object: ObjectSpec): string {
    const lines: string[] = []
    if (object.kind === 'entity') lines.push(...this.#keyFields(object))
    if (object.kind === 'facade') lines.push('  id: ID!')
    for (const field of object.fields) {
      if (this.#declares(object, field)) lines.push(this.#printField(object, field))
      else if (this.#isExternal(object, field)) {
        lines.push(`  ${field.name}${args(field)}: ${printType(field.type)} @external`)
      }
    }
    return `type ${object.name}${this.#implemented(object)}${this.#keys(object)} {\n${lines.join('\n')}\n}`
  }

  #keys({ kind, keys, unresolvable, fields, name }: ObjectSpec): string {
    if (kind === 'facade') return ' @key(fields: "id") @interfaceObject'
    if (kind !== 'entity') return ''
    const adds = fields.some(({ owners }) => owners?.includes(this.#subgraph))
    const isProvided = fields.some((field) => this.#external.has(`${name}.${field.name}`))
    const closed = unresolvable[this.#subgraph] === true && !adds && !isProvided
    return (keys[this.#subgraph] ?? [])
      .map((key) => ` @key(fields: "${key}"${closed ? ', resolvable: false' : ''})`)
      .join('')
  }

  #keyFields({ keys }: ObjectSpec): readonly string[] {
    const types: Record<string, readonly string[]> = {
      id: ['  id: ID!'],
      code: ['  code: String!'],
      'ka kb': ['  ka: Int!', '  kb: String!'],
      'org { no }': ['  org: Org!'],
    }
    return (keys[this.#subgraph] ?? []).flatMap((key) => types[key] ?? [])
  }

  #implemented({ name }: ObjectSpec): string {
    const faces = this.#universe.abstracts.filter(
      (one) => one.kind === 'interface' && one.members.includes(name) && this.types.has(one.name),
    )
    return faces.length === 0 ? '' : ` implements ${faces.map((one) => one.name).join(' & ')}`
  }

  /** Those that all members known here have here, as little strict as any has them. */
  #interfaceFields(name: string): readonly string[] {
    const { abstracts, objects } = this.#universe
    const face = abstracts.find((one) => one.name === name)
    const members = objects.filter(
      (one) => face?.members.includes(one.name) === true && this.types.has(one.name),
    )
    return (face?.fields ?? []).flatMap((field) => {
      if (field === 'id') return ['  id: ID!']
      const found = members.map((member) => {
        const own = member.fields.find((one) => one.name === field)
        return own !== undefined && this.#declares(member, own) ? own : undefined
      })
      const [first] = found
      if (first === undefined || found.includes(undefined)) return []
      return [`  ${field}: ${printType({ ...first.type, nonNull: [false] })}`]
    })
  }

  #printField(object: ObjectSpec, field: FieldSpec): string {
    const { name, type, owners } = field
    const isOwner = owners === undefined || owners.includes(this.#subgraph)
    const isShared = object.kind === 'value' || (owners?.length ?? 0) > 1
    const marks = [...(isShared ? ['@shareable'] : []), ...(isOwner ? marksOf(field) : [])]
    return `  ${name}${args(field)}: ${printType(type)} ${marks.join(' ')}`.trimEnd()
  }
}

function marksOf({ overridden, inaccessible, requires, provides }: FieldSpec): readonly string[] {
  return [
    ...(overridden === undefined ? [] : [`@override(from: "s${overridden}")`]),
    ...(inaccessible ? ['@inaccessible'] : []),
    ...(requires.length === 0 ? [] : [`@requires(fields: "${printPaths(requires)}")`]),
    ...(provides.length === 0 ? [] : [`@provides(fields: "${printPaths(provides)}")`]),
  ]
}

function args(field: FieldSpec): string {
  const printed = field.args.map((name) => `${name}: ${ARGUMENTS[name]}`)
  return printed.length === 0 ? '' : `(${printed.join(', ')})`
}

function printPaths(paths: readonly Path[]): string {
  const heads = [...new Set(paths.map(([head]) => head ?? ''))]
  return heads
    .map((head) => {
      const below = paths.filter((path) => path[0] === head && path.length > 1)
      const rest = below.map((path) => path.slice(1))
      return rest.length === 0 ? head : `${head} { ${printPaths(rest)} }`
    })
    .join(' ')
}
