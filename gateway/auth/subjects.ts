// Whom objects are about (`@subject`), and who may ask for them. A citizen reaches what is about a person only as their own,
// agencies and staff what is said so only as that of whose case they name: by a field that names the person, and by the
// objects that one subgraph is asked to complete after another.

import {
  type ConstDirectiveNode,
  getNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

import type { Caller } from '../../schema/caller.ts'
import type { CaseOf } from '../../schema/case.ts'
import type { RequestContext } from '../../schema/context.ts'
import type { ErrorCode } from '../../schema/errors.ts'
import { argumentOf, isOfCase, textsOf } from './directive-values.ts'
import { linkedNames } from './linked-names.ts'

/** By the name of the type: the fields that name the person. */
export type Subjects = ReadonlyMap<string, ReadonlySet<string>>

/** The schema is built from the whole supergraph, syntax nodes included. */
export function subjectsOf(supergraph: GraphQLSchema): Subjects {
  return subjectsBy(supergraph, ({ astNode, extensionASTNodes }) =>
    [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []),
  )
}

/** Those of which agencies and staff reach anything because of a case only. */
export function subjectsOfCases(supergraph: GraphQLSchema): Subjects {
  return subjectsBy(supergraph, (type) => {
    const nodes = [type.astNode, ...type.extensionASTNodes]
    const ofFields = Object.values(type.getFields()).map(({ astNode }) => astNode)
    return [...nodes, ...ofFields].flatMap((node) => node?.directives ?? []).filter(isOfCase)
  })
}

function subjectsBy(
  supergraph: GraphQLSchema,
  directivesOf: (type: GraphQLObjectType) => readonly ConstDirectiveNode[],
): Subjects {
  const names = linkedNames(supergraph)
  const subjects = new Map<string, ReadonlySet<string>>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type)) continue
    const applied = directivesOf(type).filter(({ name }) => names.get(name.value) === 'subject')
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

/** Agencies and staff: never the person themselves. */
export function isOther({ kind }: Caller): boolean {
  return kind === 'agency' || kind === 'staff'
}

/** Undefined if the caller may ask for whom this names. Agencies and staff are for `@policy`, `@purpose` and cases. */
export function refusalOfSubject(caller: Caller, named: unknown): ErrorCode | undefined {
  if (isOther(caller)) return undefined
  if (caller.kind === 'anonymous') return 'UNAUTHENTICATED'
  const { nationalId, legalNationalId } = caller
  return areAll(named, (value) => value === nationalId || value === legalNationalId)
    ? undefined
    : 'FORBIDDEN'
}

/** Undefined if it is the one person whose case the request names; the same whosever case it is, or nobody's. */
export function refusalOfCase({ applicant }: CaseOf, named: unknown): ErrorCode | undefined {
  return areAll(named, (value) => value === applicant) ? undefined : 'FORBIDDEN'
}

function areAll(named: unknown, isOne: (value: string) => boolean): boolean {
  const values: readonly unknown[] = Array.isArray(named) ? named : [named]
  return values.every((value) => typeof value === 'string' && value !== '' && isOne(value))
}

type Named = Pick<RequestContext, 'caller' | 'caseOf'>

/** Of one request: why a subgraph may not be asked for this object, undefined if it may. Undefined: it may for any. */
export type RefuseObjects = (
  named: Named,
) => ((object: Readonly<Record<string, unknown>>) => ErrorCode | undefined) | undefined

/** Undefined where no object is about a person. */
export function buildRefuseObjects(supergraph: GraphQLSchema): RefuseObjects | undefined {
  const subjects = subjectsOf(supergraph)
  const ofCases = subjectsOfCases(supergraph)
  if (subjects.size === 0) return undefined
  return ({ caller, caseOf }) => {
    if (!isOther(caller)) return refuseBy(subjects, (named) => refusalOfSubject(caller, named))
    return caseOf && refuseBy(ofCases, (named) => refusalOfCase(caseOf, named))
  }
}

function refuseBy(subjects: Subjects, refusalOf: (named: unknown) => ErrorCode | undefined) {
  return (object: Readonly<Record<string, unknown>>): ErrorCode | undefined => {
    const type = object['__typename']
    const fields = typeof type === 'string' ? subjects.get(type) : undefined
    for (const field of fields ?? []) {
      const refusal = refusalOf(Object.hasOwn(object, field) ? object[field] : undefined)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }
}
