// Who may read what, over all schemas as they lie here: purposes of the schemas and roles of the realm are the same, and
// nothing personal is open.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'

import { readDesiredRealm } from '../../deploy/realm/desired/desired-realm.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const Realm = Type.Object({
  attributes: Type.Object({ 'acr.loa.map': Type.String() }),
  roles: Type.Object({ realm: Type.Array(Type.Object({ name: Type.String() })) }),
  users: Type.Array(
    Type.Object({
      realmRoles: Type.Array(Type.String()),
    }),
  ),
})
const AgencyFile = Type.Object({
  serviceAccountRoles: Type.Record(Type.String(), Type.Array(Type.String())),
})
const ServiceFile = Type.Object({
  agencies: Type.Optional(
    Type.Array(Type.Object({ client: Type.String(), purposes: Type.Array(Type.String()) })),
  ),
})
const Policies = Type.Array(Type.Array(Type.String()))
const OWN_ROLES = new Set(['citizen', 'agency', 'staff', 'counter-clerk', 'sign-on-admin'])
/** What a mandate gives; nobody is given them by the realm (gateway/auth/acting.ts). */
const ROLES_OF_MANDATES = new Set(['counter-mandate', 'company-officer'])
const ROOTS = ['Query', 'Mutation', 'Subscription']
/** Scalars that are about a person wherever they stand. */
const PERSONAL = new Set(['NationalId', 'MobileNumber'])

interface Field {
  readonly system: string
  readonly type: string
  readonly name: string
  readonly of: string
  /** Undefined: for everybody. */
  readonly policies: readonly (readonly string[])[] | undefined
  readonly keyOf: boolean
}

const realm = Value.Parse(Realm, await readDesiredRealm())
const roles = new Set(realm.roles.realm.map(({ name }) => name))
const levels = realm.attributes['acr.loa.map']
const types = globSync('subgraphs/*/schema.graphql', { cwd: ROOT }).flatMap((file) => {
  const system = path.basename(path.dirname(file))
  const { definitions } = parse(readFileSync(path.join(ROOT, file), 'utf8'))
  return definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION ? [{ system, node }] : [],
  )
})
const fields = types.flatMap(({ system, node }) =>
  (node.fields ?? [])
    // What is another system's has that system's policy.
    .filter(({ directives }) => !directives?.some(({ name }) => name.value === 'external'))
    .map((field) => toField(system, node, field)),
)

function toField(
  system: string,
  { name, directives }: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
): Field {
  const policy = field.directives?.find((each) => each.name.value === 'policy')
  const keys = (directives ?? [])
    .filter((each) => each.name.value === 'key')
    .map((key) => argument(key, 'fields'))
  return {
    system,
    type: name.value,
    name: field.name.value,
    of: namedType(field.type),
    policies: policy && Value.Parse(Policies, argument(policy, 'policies')),
    keyOf: keys.includes(field.name.value),
  }
}

function argument(node: ConstDirectiveNode, name: string): unknown {
  const found = node.arguments?.find((each) => each.name.value === name)
  return found && valueFromASTUntyped(found.value)
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

function nameOf({ type, name }: Field): string {
  return `${type}.${name}`
}

/** All that can be read without any other right than `has`, beginning at the roots. */
function readable(has: ReadonlySet<string>): readonly Field[] {
  const reached = new Set(ROOTS)
  const found = new Set<Field>()
  let before = -1
  while (found.size > before) {
    before = found.size
    for (const field of fields) {
      if (!reached.has(field.type) || !allows(field, has)) continue
      found.add(field)
      reached.add(field.of)
    }
  }
  return [...found]
}

function allows({ policies }: Field, has: ReadonlySet<string>): boolean {
  return policies?.some((all) => all.every((role) => has.has(role))) ?? true
}

describe('roles and purposes', () => {
  const used = new Set(fields.flatMap(({ policies }) => policies?.flat() ?? []))

  test('every purpose that a schema names is a role of the realm, and the reverse', () => {
    const inquiries = [...roles].filter((role) => role.startsWith('inquiry:'))
    expect(inquiries.toSorted()).toEqual(
      [...used].filter((role) => role.startsWith('inquiry:')).toSorted(),
    )
  })

  test('a policy names nothing else than purposes, kinds of caller and what mandates give', () => {
    const others = [...used].filter((role) => !role.startsWith('inquiry:'))
    const unknown = others.filter((role) => !OWN_ROLES.has(role) || !roles.has(role))
    expect(unknown.filter((role) => !ROLES_OF_MANDATES.has(role))).toEqual([])
    expect([...ROLES_OF_MANDATES].filter((role) => roles.has(role))).toEqual([])
  })

  test('nobody of the realm has a role that it does not know', () => {
    const given = realm.users.flatMap(({ realmRoles }) => realmRoles)
    expect(given.filter((role) => !roles.has(role))).toEqual([])
  })

  test('an agency that a service names for its cases is a client with those purposes', async () => {
    const agencies = globSync('deploy/keycloak/agencies/*.json', { cwd: ROOT }).map((file) =>
      Value.Parse(AgencyFile, JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))),
    )
    const held = new Map(
      agencies.flatMap(({ serviceAccountRoles }) => Object.entries(serviceAccountRoles)),
    )
    const services = globSync('subgraphs/catalogue/services/*/service.json', { cwd: ROOT })
    const named = services.flatMap((file) => {
      const settings = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))
      return Value.Parse(ServiceFile, settings).agencies ?? []
    })
    expect(named).not.toEqual([])
    for (const { client, purposes } of named) {
      const wanted = purposes.map((purpose) => `inquiry:${purpose}`)
      expect(held.get(client), client).toEqual(expect.arrayContaining(wanted))
    }
  })

  test('people have no purpose, every agency has some and none has all', () => {
    for (const { realmRoles } of realm.users) {
      const purposes = realmRoles.filter((role) => role.startsWith('inquiry:'))
      if (!realmRoles.includes('agency')) expect(purposes).toEqual([])
      else {
        expect(purposes.length).toBeGreaterThan(0)
        expect(purposes.length).toBeLessThan(used.size - OWN_ROLES.size)
      }
    }
  })
})

describe('purposes and assurance', () => {
  const demanding = types.flatMap(({ node }) =>
    (node.fields ?? []).flatMap(({ name, directives = [] }) =>
      directives.map((directive) => ({ at: `${node.name.value}.${name.value}`, directive })),
    ),
  )
  const named = (name: string) => demanding.filter(({ directive }) => directive.name.value === name)

  test('a purpose that must be named is one that the field’s policy is for', () => {
    const purposes = named('purpose')
    expect(purposes.map(({ at }) => at).toSorted()).toEqual([
      'Person.conscription',
      'Person.insurance',
    ])
    for (const { at, directive } of purposes) {
      const codes = Value.Parse(Type.Array(Type.String()), argument(directive, 'codes'))
      const { policies = [] } = fields.find((field) => nameOf(field) === at) ?? {}
      expect(policies.flat(), at).toEqual(
        expect.arrayContaining(codes.map((code) => `inquiry:${code}`)),
      )
    }
  })

  test('a level that is asked for is one that the realm gives', () => {
    const given = Value.Parse(Type.Record(Type.String(), Type.String()), JSON.parse(levels))
    const asked = named('assurance').map(({ directive }) => String(argument(directive, 'acr')))
    expect(asked.length).toBeGreaterThan(0)
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...new Set(asked)]))
  })

  test('no field of the citizen’s first hours needs a second factor', () => {
    const firm = named('assurance').map(({ at }) => at)
    expect(firm).not.toContain('Mutation.startApplication')
    expect(firm).not.toContain('Mutation.submitApplication')
    expect(firm.filter((at) => at.startsWith('Person.'))).toEqual(['Person.formJ'])
  })
})

describe('personal data', () => {
  const about = fields.filter(({ type, keyOf }) => type === 'Person' && !keyOf)

  test('a person’s every field is for the person and for one purpose', () => {
    expect(about.length).toBeGreaterThan(30)
    for (const field of about) {
      expect(field.policies, nameOf(field)).toEqual([
        ['citizen'],
        [expect.stringMatching(/^inquiry:/u)],
      ])
    }
  })

  test('wherever a person has fields, it is told whose they are', () => {
    const without = types.filter(
      ({ system, node }) =>
        node.name.value === 'Person' &&
        about.some((field) => field.system === system) &&
        !node.directives?.some((each) => each.name.value === 'subject'),
    )
    expect(without.map(({ system, node }) => `${system} ${print(node.name)}`)).toEqual([])
  })

  test('without a sign-in nobody reaches a person, an address of one or a personal number', () => {
    const open = readable(new Set()).filter(
      ({ of, type }) => of === 'Person' || type === 'Person' || PERSONAL.has(of),
    )
    expect(open.map(nameOf)).toEqual([])
  })

  test('a citizen reaches nobody but oneself', () => {
    const others = readable(new Set(['citizen'])).filter(
      ({ of, type }) => of === 'Person' || (PERSONAL.has(of) && type !== 'Person'),
    )
    expect(others.map(nameOf)).toEqual([
      'Query.me',
      // Who lets a home has written the tenant's number into the contract.
      'Tenancy.tenantNationalId',
    ])
  })

  test('an agency without a purpose reads no more of a person than the number it asks with', () => {
    const read = readable(new Set(['agency'])).filter(
      ({ type, of }) => type === 'Person' || PERSONAL.has(of),
    )
    expect(new Set(read.map(nameOf))).toEqual(new Set(['Person.nationalId']))
  })

  test('an address tells nothing to whom no purpose is given', () => {
    const read = readable(new Set(['agency'])).filter(
      ({ type, keyOf }) => type === 'Address' && !keyOf,
    )
    expect(read.map(nameOf)).toEqual([])
  })
})
