// Removes from an operation what its caller may not read, before anything is planned, and says afterwards why a field is
// null. Decisions depend on who asks only through the set of demands that hold, so filtered documents are shared by callers
// with the same rights and by nobody else.

import { createHash } from 'node:crypto'

import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import type { FieldRefusal } from '../../schema/errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { KEEP_EMPTIED } from '../keep-emptied.ts'
import type { AssuranceLevels } from './assurance.ts'
import { addBelowRemoved } from './below-removed.ts'
import { namedBy, type NamingField } from './naming-fields.ts'
import { type RefusedFields, refusedFields } from './refused-fields.ts'
import { type Requirement, Requirements } from './requirements.ts'
import { type Asking, FORBIDDEN, refusalOf, UNAUTHENTICATED } from './rights.ts'
import {
  isOther,
  refusalOfCase,
  refusalOfSubject,
  subjectArguments,
  type Subjects,
  subjectsOf,
  subjectsOfCases,
} from './subjects.ts'

export interface Filtered {
  /** What is left; the same object if nothing was removed. */
  readonly document: DocumentNode
  /** Tells filtered documents apart: never the key of another caller's. */
  readonly key: string
  /** The rights by which it was filtered: equal ones of the same document are filtered alike. */
  readonly rights: string
  readonly denied: (nodes: readonly FieldNode[]) => FieldRefusal | undefined
  /** Would a better sign-in open something of it? */
  readonly mayChallenge: boolean
  /** Is anything of it refused only because no case is named, or was looked up yet? */
  readonly wantsCase: boolean
  /** What was removed of what is asked with these variables. */
  readonly refused: (variables: Asking['variables']) => RefusedFields
}

export type Access = (document: DocumentNode, hash: string, asking: Asking) => Filtered

/** Sets of rights remembered per document. */
const REMEMBERED = 64

export interface AccessSource {
  /** Built from the whole supergraph, syntax nodes included. */
  readonly supergraph: GraphQLSchema
  readonly api: GraphQLSchema
  readonly levels: AssuranceLevels
}

export function buildAccess({ supergraph, api, levels }: AccessSource): Access {
  const requirements = new Requirements(supergraph, levels)
  const subjects = { all: subjectsOf(supergraph), ofCases: subjectsOfCases(supergraph) }
  const rules: Rules = { api, levels, requirements, subjects }
  const known = new WeakMap<DocumentNode, Known>()
  return (document, hash, asking) => {
    let entry = known.get(document)
    if (entry === undefined) {
      entry = toKnown(document, rules)
      known.set(document, entry)
    }
    const rights = rightsOf(entry, asking, levels)
    const filtered = entry.byRights.get(rights)
    if (filtered !== undefined) return filtered
    const fresh = filter({ document, hash, asking, entry, rights, levels })
    entry.byRights.set(rights, fresh)
    return fresh
  }
}

interface Rules {
  readonly api: GraphQLSchema
  readonly levels: AssuranceLevels
  readonly requirements: Requirements
  readonly subjects: { readonly all: Subjects; readonly ofCases: Subjects }
}

/** What one document depends on, and what is left of it for each answer to that. */
interface Known {
  /** Each once. */
  readonly demands: readonly Requirement[]
  readonly ofField: ReadonlyMap<FieldNode, Requirement>
  /** Fields that name a person. */
  readonly naming: readonly NamingField[]
  readonly byRights: BoundedCache<string, Filtered>
}

/** `__typename` is everybody's: of an object that may be met, its type is no secret. */
function toKnown(document: DocumentNode, { api, requirements, subjects }: Rules): Known {
  const ofField = new Map<FieldNode, Requirement>()
  const naming: NamingField[] = []
  const types = new TypeInfo(api)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const parent = types.getParentType()?.name ?? ''
        const name = node.name.value
        if (name === '__typename') return
        const requirement = requirements.ofField(parent, name)
        if (isDemanding(requirement)) ofField.set(node, requirement)
        const named = subjectArguments(api, subjects.all, parent, name)
        if (named.length === 0) return
        const ofCase = subjectArguments(api, subjects.ofCases, parent, name).length > 0
        naming.push({ node, arguments: named, ofCase })
      },
    }),
  )
  const demands = [...new Set(ofField.values())]
  return { demands, ofField, naming, byRights: new BoundedCache(REMEMBERED) }
}

function isDemanding(requirement: Requirement): boolean {
  const { authenticated, scopes, policies, purposes, assurance, ofCase } = requirement
  const lists = scopes.length + policies.length + purposes.length
  return authenticated || lists > 0 || assurance !== undefined || ofCase
}

/** One letter for each demand of the document, and for each field of it that names a person. */
function rightsOf({ demands, naming }: Known, asking: Asking, levels: AssuranceLevels): string {
  let rights = ''
  for (const one of demands)
    rights += LETTERS[refusalOf(one, asking, levels)?.code ?? 'none'] ?? '?'
  for (const one of naming) rights += LETTERS[refusalOfNaming(one, asking)?.code ?? 'none'] ?? '?'
  return rights
}

const LETTERS: Readonly<Record<string, string>> = {
  none: '-',
  UNAUTHENTICATED: 'u',
  FORBIDDEN: 'f',
  PURPOSE_REQUIRED: 'p',
  INSUFFICIENT_AUTHENTICATION: 'i',
  CASE_REQUIRED: 'c',
}

function refusalOfNaming(naming: NamingField, { caller, caseOf, variables }: Asking) {
  const isOfCase = naming.ofCase && caseOf !== undefined && isOther(caller)
  for (const value of namedBy(naming, variables)) {
    const code = isOfCase ? refusalOfCase(caseOf, value) : refusalOfSubject(caller, value)
    if (code !== undefined) return code === 'FORBIDDEN' ? FORBIDDEN : UNAUTHENTICATED
  }
  return undefined
}

interface Filtering {
  readonly document: DocumentNode
  readonly hash: string
  readonly asking: Asking
  readonly entry: Known
  readonly rights: string
  readonly levels: AssuranceLevels
}

function filter({ document, hash, asking, entry, rights, levels }: Filtering): Filtered {
  const removed = new Map<FieldNode, FieldRefusal>()
  for (const [node, requirement] of entry.ofField) {
    const refusal = refusalOf(requirement, asking, levels)
    if (refusal !== undefined) removed.set(node, refusal)
  }
  for (const naming of entry.naming) {
    const refusal = refusalOfNaming(naming, asking)
    if (refusal !== undefined && !removed.has(naming.node)) removed.set(naming.node, refusal)
  }
  const refused = (variables: Asking['variables']) => refusedFields(document, removed, variables)
  if (removed.size === 0) {
    const none = { denied: () => undefined, mayChallenge: false, wantsCase: false }
    return { document, key: hash, rights, ...none, refused }
  }
  const codes = new Set([...removed.values()].map(({ code }) => code))
  const left: DocumentNode = visit(document, {
    Field: (node) => (removed.has(node) ? null : undefined),
    SelectionSet: KEEP_EMPTIED,
  })
  addBelowRemoved(removed, document, left)
  return {
    document: left,
    key: createHash('sha256').update(print(left)).digest('base64url'),
    rights,
    denied: (nodes) => deniedAll(nodes, removed),
    mayChallenge: codes.has('INSUFFICIENT_AUTHENTICATION'),
    wantsCase: codes.has('CASE_REQUIRED'),
    refused,
  }
}

/** A field asked for twice, once by a fragment that is allowed, was fetched and is shown. */
function deniedAll(
  nodes: readonly FieldNode[],
  removed: ReadonlyMap<FieldNode, FieldRefusal>,
): FieldRefusal | undefined {
  let refusal: FieldRefusal | undefined
  for (const node of nodes) {
    refusal = removed.get(node)
    if (refusal === undefined) return undefined
  }
  return refusal
}
