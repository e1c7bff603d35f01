// Removes from an operation what its caller may not read, before anything is planned, and says afterwards why a field is
// null. Decisions depend on the caller only through the set of requirements that hold, so filtered documents are shared
// by callers with the same rights and by nobody else.

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

import type { Caller } from '../../schema/caller.ts'
import type { ErrorCode } from '../../schema/errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { KEEP_EMPTIED } from '../keep-emptied.ts'
import { type Alternatives, type Requirement, Requirements } from './requirements.ts'

export interface Filtered {
  /** What is left; the same object if nothing was removed. */
  readonly document: DocumentNode
  /** Tells filtered documents apart: never the key of another caller's. */
  readonly key: string
  readonly denied: (nodes: readonly FieldNode[]) => ErrorCode | undefined
}

export type Access = (document: DocumentNode, hash: string, caller: Caller) => Filtered

/** Sets of rights remembered per document. */
const REMEMBERED = 64

export function buildAccess(supergraph: GraphQLSchema, api: GraphQLSchema): Access {
  const requirements = new Requirements(supergraph)
  const known = new WeakMap<DocumentNode, Known>()
  return (document, hash, caller) => {
    const entry = known.get(document) ?? toKnown(document, api, requirements)
    known.set(document, entry)
    const rights = entry.asked.map((one) => refusalOf(one, caller) ?? '').join(' ')
    const filtered = entry.byRights.get(rights)
    if (filtered !== undefined) return filtered
    const fresh = filter({ document, hash, caller, api, requirements })
    entry.byRights.set(rights, fresh)
    return fresh
  }
}

/** What one document depends on, and what is left of it for each answer to that. */
interface Known {
  readonly asked: readonly Requirement[]
  readonly byRights: BoundedCache<string, Filtered>
}

function toKnown(document: DocumentNode, api: GraphQLSchema, requirements: Requirements): Known {
  const asked = new Set<Requirement>()
  const types = new TypeInfo(api)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        asked.add(requirements.ofField(types.getParentType()?.name ?? '', node.name.value))
      },
    }),
  )
  return { asked: [...asked].filter(isDemanding), byRights: new BoundedCache(REMEMBERED) }
}

function isDemanding({ authenticated, scopes, policies }: Requirement): boolean {
  return authenticated || scopes.length > 0 || policies.length > 0
}

/** Why not, or undefined if the requirement holds. */
function refusalOf(requirement: Requirement, caller: Caller): ErrorCode | undefined {
  const met =
    requirement.scopes.every((one) => holds(one, caller.scopes)) &&
    requirement.policies.every((one) => holds(one, caller.roles)) &&
    !(requirement.authenticated && caller.kind === 'anonymous')
  if (met) return undefined
  return caller.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
}

function holds(alternatives: Alternatives, held: ReadonlySet<string>): boolean {
  return alternatives.some((names) => names.every((name) => held.has(name)))
}

interface Filtering {
  readonly document: DocumentNode
  readonly hash: string
  readonly caller: Caller
  readonly api: GraphQLSchema
  readonly requirements: Requirements
}

function filter({ document, hash, caller, api, requirements }: Filtering): Filtered {
  const types = new TypeInfo(api)
  const removed = new Map<FieldNode, ErrorCode>()
  const left: DocumentNode = visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const parent = types.getParentType()?.name ?? ''
        const code = refusalOf(requirements.ofField(parent, node.name.value), caller)
        if (code === undefined) return undefined
        removed.set(node, code)
        return null
      },
      SelectionSet: KEEP_EMPTIED,
    }),
  )
  return {
    document: removed.size === 0 ? document : left,
    key: removed.size === 0 ? hash : createHash('sha256').update(print(left)).digest('base64url'),
    denied: (nodes) => deniedAll(nodes, removed),
  }
}

/** A field asked for twice, once by a fragment that is allowed, was fetched and is shown. */
function deniedAll(
  nodes: readonly FieldNode[],
  removed: ReadonlyMap<FieldNode, ErrorCode>,
): ErrorCode | undefined {
  if (removed.size === 0) return undefined
  let code: ErrorCode | undefined
  for (const node of nodes) {
    code = removed.get(node)
    if (code === undefined) return undefined
  }
  return code
}
