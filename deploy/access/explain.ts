// What of an operation one who asks would see, and what each field demands, by the very functions that filter requests. In: a
// supergraph, an operation, a caller. Out: a row for each field of the document. Nothing is asked of anybody.

import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

import { buildAccess } from '../../gateway/auth/access.ts'
import { type Requirement, Requirements } from '../../gateway/auth/requirements.ts'
import type { Asking } from '../../gateway/auth/rights.ts'
import { subjectArguments, subjectsOf } from '../../gateway/auth/subjects.ts'
import type { FieldRefusal } from '../../schema/errors.ts'

export interface Explained {
  /** By response keys, from the operation or, below a fragment's name, from the fragment. */
  readonly path: string
  readonly coordinate: string
  /** Undefined: it is seen. */
  readonly refusal: FieldRefusal | undefined
  /** In words; empty where nothing is demanded. */
  readonly demands: readonly string[]
}

export interface Schemas {
  /** Built from the whole supergraph, syntax nodes included. */
  readonly supergraph: GraphQLSchema
  readonly api: GraphQLSchema
  /** Of assurance, lowest first. */
  readonly levels: readonly string[]
}

/** The document is valid for the schema. `@skip` and `@include` are not looked at. */
export function explain(
  schemas: Schemas,
  document: DocumentNode,
  asking: Asking,
): readonly Explained[] {
  const { api, supergraph, levels } = schemas
  const { denied } = buildAccess(schemas)(document, 'explain', asking)
  const requirements = new Requirements(supergraph, levels)
  const subjects = subjectsOf(supergraph)
  const types = new TypeInfo(api)
  const path: string[] = []
  const rows: Explained[] = []
  const leave = () => {
    path.pop()
  }
  visit(
    document,
    visitWithTypeInfo(types, {
      FragmentDefinition: { enter: ({ name }) => void path.push(`…${name.value}`), leave },
      Field: {
        enter: (node: FieldNode) => {
          const name = node.name.value
          path.push(node.alias?.value ?? name)
          if (name.startsWith('__')) return
          const parent = types.getParentType()?.name ?? ''
          rows.push({
            path: path.join('.'),
            coordinate: `${parent}.${name}`,
            refusal: denied([node]),
            demands: [
              ...wordsOf(requirements.ofField(parent, name)),
              ...subjectArguments(api, subjects, parent, name).map(
                (argument) => `${argument}: a citizen's own, or that of the case`,
              ),
            ],
          })
        },
        leave,
      },
    }),
  )
  return rows
}

function wordsOf(requirement: Requirement): readonly string[] {
  const { authenticated, scopes, policies, purposes, assurance, ofCase } = requirement
  const age = assurance?.maxAgeS === undefined ? '' : `, at most ${assurance.maxAgeS} s ago`
  return [
    ...(authenticated ? ['a sign-in'] : []),
    ...scopes.map((one) => `scopes ${either(one)}`),
    ...policies.map((one) => `roles ${either(one)}`),
    ...purposes.map((codes) => `purpose ${codes.join(' | ')}, but for citizens`),
    ...(assurance === undefined ? [] : [`a person's sign-in of level ${assurance.acr}${age}`]),
    ...(ofCase ? ['a case, but for citizens'] : []),
  ]
}

function either(lists: readonly (readonly string[])[]): string {
  return lists.map((names) => names.join(' + ')).join(' | ')
}
