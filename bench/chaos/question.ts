// What a citizen can ask of each system, read from the system folders: whatever hangs on `me`, directly or through an entity
// that another system gives. So that a system that is added tomorrow is in the run tomorrow.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import {
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql'

import type { Persona } from '../../test/estate/personas.ts'

export interface SystemQuestion {
  readonly system: string
  /** Systems that answer it: its own, and those by whose entities it is reached. */
  readonly touches: readonly string[]
  /** Selection on `me`. */
  of(persona: Persona): string
}

interface Folder {
  readonly system: string
  readonly types: ReadonlyMap<string, ObjectTypeDefinitionNode>
}

const PERSON = 'Person'
const DEPTH = 3

/** Systems that a citizen cannot reach by this are left out. */
export async function readQuestions(root: string): Promise<readonly SystemQuestion[]> {
  const folders = await readFolders(root)
  return folders.flatMap((folder) => {
    const { system } = folder
    const own = onPerson(folder)
    const through = folders.map((other) => ({
      other: other.system,
      parts: own.length > 0 ? [] : throughEntity(folder, other),
    }))
    const by = through.filter(({ parts }) => parts.length > 0)
    const text = [...own, ...by.flatMap(({ parts }) => parts)].join(' ')
    if (text === '') return []
    const touches = [system, ...by.map(({ other }) => other)]
    return [{ system, touches, of: (persona) => fill(text, persona) }]
  })
}

async function readFolders(root: string): Promise<readonly Folder[]> {
  const names = (await readdir(root, { withFileTypes: true })).map(({ name }) => name)
  const folders: Folder[] = []
  for (const system of names.toSorted()) {
    const files = await readdir(path.join(root, system)).catch((): string[] => [])
    if (!files.includes('system.json')) continue
    const document = parse(await readFile(path.join(root, system, 'schema.graphql'), 'utf8'))
    const types = document.definitions
      .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
      .map((node): [string, ObjectTypeDefinitionNode] => [node.name.value, node])
    folders.push({ system, types: new Map(types) })
  }
  return folders
}

function onPerson(folder: Folder): readonly string[] {
  const person = folder.types.get(PERSON)
  return (person?.fields ?? [])
    .filter(({ name }) => name.value !== 'nationalId')
    .flatMap((field) => selectionOf(field, folder, DEPTH) ?? [])
}

function throughEntity(folder: Folder, other: Folder): readonly string[] {
  if (other === folder) return []
  return (other.types.get(PERSON)?.fields ?? []).flatMap((field) => {
    const type = folder.types.get(nameOf(field.type))
    if (type === undefined || keysOf(type).length === 0) return []
    const keys = keysOf(type)
    const inner = (type.fields ?? [])
      .filter(({ name }) => !keys.includes(name.value))
      .flatMap((each) => selectionOf(each, folder, DEPTH - 1) ?? [])
    const given = argumentsOf(field)
    if (inner.length === 0 || given === undefined) return []
    return [`${field.name.value}${given} { ${inner.join(' ')} }`]
  })
}

function selectionOf(
  field: FieldDefinitionNode,
  folder: Folder,
  depth: number,
): string | undefined {
  const given = argumentsOf(field)
  if (given === undefined) return undefined
  const name = `${field.name.value}${given}`
  const type = folder.types.get(nameOf(field.type))
  if (type === undefined) return name
  const keys = keysOf(type)
  if (depth === 0) return undefined
  const inner = (type.fields ?? [])
    .filter(({ name: { value } }) => keys.length === 0 || keys.includes(value))
    .flatMap((each) => selectionOf(each, folder, depth - 1) ?? [])
  return inner.length === 0 ? undefined : `${name} { ${inner.join(' ')} }`
}

/** Arguments whose values a person knows of himself; undefined where one is needed that he does not. */
function argumentsOf({ arguments: nodes = [] }: FieldDefinitionNode): string | undefined {
  const needed = nodes.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
  )
  if (needed.some(({ name }) => !(name.value in KNOWN))) return undefined
  if (needed.length === 0) return ''
  return `(${needed.map(({ name: { value } }) => `${value}: "{${value}}"`).join(', ')})`
}

const KNOWN: Readonly<Record<string, (persona: Persona) => string>> = {
  mobile: ({ mobile }) => mobile,
  nationalId: ({ nationalId }) => nationalId,
  postCode: ({ postCode }) => postCode,
}

function fill(text: string, persona: Persona): string {
  return text.replaceAll(/\{([a-zA-Z]+)\}/g, (_, name: string) => KNOWN[name]?.(persona) ?? '')
}

function keysOf({ directives = [] }: ObjectTypeDefinitionNode): readonly string[] {
  return directives
    .filter(({ name }) => name.value === 'key')
    .flatMap(({ arguments: given = [] }) =>
      given.flatMap(({ name, value }) =>
        name.value === 'fields' && value.kind === Kind.STRING ? value.value.split(/\s+/) : [],
      ),
    )
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}
