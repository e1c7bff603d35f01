// Demands as the text of a supergraph, each directive under its own name, another one, or that of its specification before it.

import { type ConstDirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'

import type { Random } from '../fuzz/random.ts'
import type { Brought } from './bring.ts'
import type { Demand, Demands } from './demands.ts'

const ARGUMENT = { authenticated: '', requiresScopes: 'scopes', policy: 'policies' } as const
const ELEMENT = { authenticated: '', requiresScopes: 'Scope', policy: 'Policy' } as const
const HOUSE = {
  purpose: 'codes: [String!]!',
  assurance: 'acr: String!, maxAge: Int',
  subject: 'field: String!, others: String = "anyone"',
} as const
type Apollos = keyof typeof ARGUMENT
type Ours = keyof typeof HOUSE

interface Said {
  readonly demands: Demands
  readonly more?: Brought | undefined
}

interface Spoken {
  readonly name: string
  readonly definition: string
}

export function say(supergraph: string, { demands, more }: Said, random: Random): string {
  const apollos = {
    authenticated: speakApollos('authenticated', random),
    requiresScopes: speakApollos('requiresScopes', random),
    policy: speakApollos('policy', random),
  }
  const as = random.chance(0.3) ? 'house' : 'access'
  const ours = {
    purpose: speakOurs('purpose', as, random),
    assurance: speakOurs('assurance', as, random),
    subject: speakOurs('subject', as, random),
  }
  const imports = Object.values(ours).map((one) => one.imported)
  const link = `@link(url: "https://specs.panjareh.example/access/v0.1", as: "${as}", import: [${imports.join(' ')}])`
  const links = [...Object.values(apollos).map((one) => one.link), link, more?.link].join(' ')
  const spoken: Readonly<Record<Demand['kind'], Spoken>> = { ...apollos, ...ours }
  const saying = (at: string, directives: readonly ConstDirectiveNode[] = []) => [
    ...(demands.get(at) ?? []).flatMap((one) => directivesOf(write(one, spoken[one.kind].name))),
    ...directivesOf(more?.directives.get(at) ?? ''),
    ...directives,
  ]
  let above = ''
  const enter = <Node extends Named>(node: Node): Node => {
    above = node.name.value
    return { ...node, directives: saying(above, node.directives) }
  }
  const said: DocumentNode = visit(parse(supergraph, { noLocation: true }), {
    SchemaDefinition: (node) => ({
      ...node,
      directives: [...(node.directives ?? []), ...directivesOf(links)],
    }),
    ObjectTypeDefinition: { enter },
    InterfaceTypeDefinition: { enter },
    ScalarTypeDefinition: { enter },
    EnumTypeDefinition: { enter },
    FieldDefinition: (node) => ({
      ...node,
      directives: saying(`${above}.${node.name.value}`, node.directives),
    }),
  })
  const definitions = Object.values(spoken).map(({ definition }) => definition)
  return [print(said), ...definitions, more?.definition].join('\n')
}

interface Named {
  readonly name: { readonly value: string }
  readonly directives?: readonly ConstDirectiveNode[] | undefined
}

function speakApollos(kind: Apollos, random: Random): Spoken & { readonly link: string } {
  const way = random.pick(['plain', 'plain', 'as', 'import'] as const)
  const other = { authenticated: 'known', requiresScopes: 'holding', policy: 'only' }[kind]
  const name = way === 'plain' ? kind : other
  const said = {
    plain: '',
    as: `, as: "${other}"`,
    import: `, import: [{ name: "@${kind}", as: "@${other}" }]`,
  }[way]
  const link = `@link(url: "https://specs.apollo.dev/${kind}/v0.1"${said}, for: SECURITY)`
  const element = `${way === 'as' ? other : kind}__${ELEMENT[kind]}`
  const places = 'on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM'
  const definition =
    kind === 'authenticated'
      ? `directive @${name} ${places}`
      : `directive @${name}(${ARGUMENT[kind]}: [[${element}!]!]!) ${places}\nscalar ${element}`
  return { name, link, definition }
}

function speakOurs(kind: Ours, as: string, random: Random): Spoken & { readonly imported: string } {
  const places = 'repeatable on FIELD_DEFINITION | OBJECT | INTERFACE'
  const define = (name: string) => `directive @${name}(${HOUSE[kind]}) ${places}`
  const way = random.pick(['plain', 'import', 'prefix'] as const)
  if (way === 'plain') return { name: kind, imported: `"@${kind}"`, definition: define(kind) }
  const name = way === 'import' ? `${kind}Of` : `${as}__${kind}`
  const imported = way === 'import' ? `{ name: "@${kind}", as: "@${name}" }` : ''
  return { name, imported, definition: define(name) }
}

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [node] = parse(`scalar X ${text}`, { noLocation: true }).definitions
  return node?.kind === Kind.SCALAR_TYPE_DEFINITION ? (node.directives ?? []) : []
}

function write(demand: Demand, name: string): string {
  switch (demand.kind) {
    case 'authenticated':
      return `@${name}`
    case 'requiresScopes':
    case 'policy':
      return `@${name}(${ARGUMENT[demand.kind]}: ${JSON.stringify(demand.lists)})`
    case 'purpose':
      return `@${name}(codes: ${JSON.stringify(demand.codes)})`
    case 'assurance': {
      const age = demand.maxAge === null ? '' : `, maxAge: ${demand.maxAge}`
      return `@${name}(acr: "${demand.acr}"${age})`
    }
    case 'subject':
      return `@${name}(field: "${demand.field}", others: "${demand.others}")`
  }
}
