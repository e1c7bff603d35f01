// Whom objects are about (`@subject`), and who may ask for them. A citizen reaches what is about a person only as their own:
// by a field that names the person, and by the objects that one subgraph is asked to complete after another.

import {
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

import type { Caller } from '../../schema/caller.ts'
import type { ErrorCode } from '../../schema/errors.ts'
import { argumentOf, textsOf } from './directive-values.ts'
import { linkedNames } from './linked-names.ts'

/** By the name of the type: the fields that name the person. */
export type Subjects = ReadonlyMap<string, ReadonlySet<string>>

/** The schema is built from the whole supergraph, syntax nodes included. */
export function subjectsOf(supergraph: GraphQLSchema): Subjects {
  const names = linkedNames(supergraph)
  const subjects = new Map<string, ReadonlySet<string>>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type)) continue
    const nodes = [type.astNode, ...type.extensionASTNodes]
    const applied = nodes
      .flatMap((node) => node?.directives ?? [])
      .filter(({ name }) => names.get(name.value) === 'subject')
    if (applied.length === 0) continue
    const fields = applied.flatMap((one) => textsOf(argumentOf(one, 'field')))
    // To a subgraph with an interface object, an object is of the interface.
    for (const one of [type, ...type.getInterfaces()]) {
      subjects.set(one.name, new Set([...(subjects.get(one.name) ?? []), ...fields]))
    }
  }
  return subjects
}

/** Arguments of a field that name the person whom it returns: those called like the field that names them. */
export function subjectArguments(
  schema: GraphQLSchema,
  subjects: Subjects,
  parent: string,
  name: string,
): readonly string[] {
  const type = schema.getType(parent)
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
  if (field === undefined) return []
  const returned = getNamedType(field.type)
  const possible = isAbstractType(returned) ? schema.getPossibleTypes(returned) : [returned]
  const named = new Set(possible.flatMap((one) => [...(subjects.get(one.name) ?? [])]))
  return field.args.map((argument) => argument.name).filter((one) => named.has(one))
}

/** Undefined if the caller may ask for whom this names. Agencies and staff are for `@policy` and `@purpose`. */
export function refusalOfSubject(caller: Caller, named: unknown): ErrorCode | undefined {
  if (caller.kind === 'agency' || caller.kind === 'staff') return undefined
  if (caller.kind === 'anonymous') return 'UNAUTHENTICATED'
  const values: readonly unknown[] = Array.isArray(named) ? named : [named]
  const { nationalId, legalNationalId } = caller
  const isOwn = (value: unknown) =>
    typeof value === 'string' && value !== '' && (value === nationalId || value === legalNationalId)
  return values.every(isOwn) ? undefined : 'FORBIDDEN'
}

/** Of one caller: why a subgraph may not be asked for this object, undefined if it may. Undefined: they may ask for any. */
export type RefuseObjects = (
  caller: Caller,
) => ((object: Readonly<Record<string, unknown>>) => ErrorCode | undefined) | undefined

/** Undefined where no object is about a person. */
export function buildRefuseObjects(subjects: Subjects): RefuseObjects | undefined {
  if (subjects.size === 0) return undefined
  return (caller) => {
    if (caller.kind === 'agency' || caller.kind === 'staff') return undefined
    return (object) => {
      const type = object['__typename']
      const fields = typeof type === 'string' ? subjects.get(type) : undefined
      for (const field of fields ?? []) {
        const named = Object.hasOwn(object, field) ? object[field] : undefined
        const refusal = refusalOfSubject(caller, named)
        if (refusal !== undefined) return refusal
      }
      return undefined
    }
  }
}
