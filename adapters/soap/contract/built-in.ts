// Types that need no file: those of XML Schema part 2, and of SOAP's encodings, which repeat them.

import { invariant } from '../../../schema/errors.ts'
import { LEXICAL_LISTS, LEXICALS } from '../lexical.ts'
import type { SimpleType, TypeName } from '../model.ts'
import { SOAP_ENCODING, SOAP_ENCODING_12, toKey, XSD } from '../namespaces.ts'

const NAMESPACES: ReadonlySet<string> = new Set([XSD, SOAP_ENCODING, SOAP_ENCODING_12])
/** What may hold anything: `ur-type` is anyType's name in drafts of XML Schema. */
const ANYTHING: ReadonlySet<string> = new Set(['anyType', 'ur-type', 'Struct'])
/** SOAP 1.1 §5.2.3: base64 without the lines of MIME. */
const RENAMED: Readonly<Record<string, string>> = { base64: 'base64Binary' }
const NAMELESS: TypeName = { key: '', namespace: '', local: '' }

export const STRING: SimpleType = toSimple('string')

/** A type of Part 2 by its local name there; `name` is the one that it is known by. */
function toSimple(lexicalName: string, name: TypeName = inXsd(lexicalName)): SimpleType {
  const lexical = LEXICALS.get(lexicalName)
  invariant(lexical !== undefined, `no built-in type ${lexicalName}`)
  return { ...name, kind: 'simple', lexical, list: false, members: [] }
}

/** Undefined when it is no simple type that we know. */
export function builtInSimple(key: string): SimpleType | undefined {
  const name = toTypeName(key)
  if (!NAMESPACES.has(name.namespace)) return undefined
  const item = LEXICAL_LISTS.get(name.local)
  if (item !== undefined) return { ...toSimple(item, name), list: true }
  const lexical = RENAMED[name.local] ?? name.local
  return LEXICALS.has(lexical) ? toSimple(lexical, name) : undefined
}

/** A built-in type by its local name alone, for names in the wrong namespace or the wrong case. */
export function builtInAlike(local: string): SimpleType | undefined {
  const exact = builtInSimple(toKey(XSD, local))
  if (exact !== undefined) return exact
  const name = [...LEXICALS.keys()].find((each) => each.toLowerCase() === local.toLowerCase())
  return name === undefined ? undefined : toSimple(name)
}

export function isAnything(key: string): boolean {
  const { namespace, local } = toTypeName(key)
  return NAMESPACES.has(namespace) && ANYTHING.has(local)
}

export function isSoapArray(key: string): boolean {
  return key === toKey(SOAP_ENCODING, 'Array') || key === toKey(SOAP_ENCODING_12, 'Array')
}

/** The parts of a key; '' is an anonymous type's. */
export function toTypeName(key: string): TypeName {
  if (key === '') return NAMELESS
  const end = key.lastIndexOf('}')
  return { key, namespace: key.slice(1, end), local: key.slice(end + 1) }
}

function inXsd(local: string): TypeName {
  return { key: toKey(XSD, local), namespace: XSD, local }
}
