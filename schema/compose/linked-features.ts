// The specifications that a supergraph says it is written in (https://specs.apollo.dev/link/v1.0), and what they define
// in it: `@name`, everything that begins with `name__`, and what is imported by name.

import {
  type DirectiveNode,
  type ValueNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
} from 'graphql'

export interface Feature {
  /** With its version. */
  readonly url: string
  /** Before `__` in the names of what it defines. */
  readonly name: string
  /** A supergraph with a purpose is misread by whoever does not know the feature. */
  readonly purpose: string | undefined
  /** Name of an imported element, directives with `@`, → its name in this supergraph. */
  readonly imports: ReadonlyMap<string, string>
}

export function featuresOf({ definitions }: DocumentNode): readonly Feature[] {
  return definitions
    .filter(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => ('directives' in node ? (node.directives ?? []) : []))
    .map(toFeature)
    .filter((feature) => feature !== undefined)
}

/** Is this type or directive defined by one of the features? */
export function isOfFeature(definition: DefinitionNode, features: readonly Feature[]): boolean {
  if (!('name' in definition) || definition.name === undefined) return false
  const { kind, name } = definition
  const written = kind === Kind.DIRECTIVE_DEFINITION ? `@${name.value}` : name.value
  return features.some(
    (feature) =>
      written === `@${feature.name}` ||
      name.value.startsWith(`${feature.name}__`) ||
      [...feature.imports.values()].includes(written),
  )
}

/** The name, without `@`, of a specification's main directive; undefined if it is not linked. */
export function directiveOf(spec: string, features: readonly Feature[]): string | undefined {
  const feature = features.find(({ url }) => url.startsWith(`${spec}/`))
  return feature && (feature.imports.get(`@${nameIn(feature.url)}`)?.slice(1) ?? feature.name)
}

/** Whatever the directive is called: the first specification that a supergraph links is that of linking. */
function toFeature({ arguments: given = [] }: DirectiveNode): Feature | undefined {
  const values = new Map(given.map(({ name, value }) => [name.value, value]))
  const url = textOf(values.get('url') ?? values.get('feature'))
  if (url === undefined) return undefined
  const purpose = values.get('for')
  return {
    url,
    name: textOf(values.get('as')) ?? nameIn(url),
    purpose: purpose?.kind === Kind.ENUM ? purpose.value : undefined,
    imports: importsOf(values.get('import')),
  }
}

/** `https://specs.apollo.dev/join/v0.5` → `join` */
function nameIn(url: string): string {
  return url.split('/').at(-2) ?? url
}

function importsOf(value: ValueNode | undefined): ReadonlyMap<string, string> {
  const imports = new Map<string, string>()
  for (const one of value?.kind === Kind.LIST ? value.values : []) {
    if (one.kind === Kind.STRING) imports.set(one.value, one.value)
    if (one.kind !== Kind.OBJECT) continue
    const fields = new Map(one.fields.map((field) => [field.name.value, textOf(field.value)]))
    const name = fields.get('name')
    if (name !== undefined) imports.set(name, fields.get('as') ?? name)
  }
  return imports
}

function textOf(value: ValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined
}
