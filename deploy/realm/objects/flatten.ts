// In: a realm as Keycloak exports it, of the files or of a server. Out: its objects, one by one, each in the shape in which
// both sides can be compared. Never: a member that only a server knows (ids, times, versions).
import { type Fields, fieldsOf, listOf, textOf, textsOf, without } from './fields.ts'
import { flowsOf } from './flatten-flows.ts'
import { groupsOf, serviceAccountsOf } from './flatten-people.ts'
import { type Item, type Kind, nameOf } from './kinds.ts'
import { withoutMarks } from './marks.ts'
import { withoutSecrets } from './secret-places.ts'

/** Which flow does what: they can name only flows that are there, and so come after them. */
const BINDINGS = new Set([
  'browserFlow',
  'registrationFlow',
  'directGrantFlow',
  'resetCredentialsFlow',
  'clientAuthenticationFlow',
  'dockerAuthenticationFlow',
  'firstBrokerLoginFlow',
])
const DEFAULT_SCOPES = new Set(['defaultDefaultClientScopes', 'defaultOptionalClientScopes'])
/** Members that become objects of their own, or are the server's own business. */
const NOT_SETTINGS = new Set([
  ...BINDINGS,
  ...DEFAULT_SCOPES,
  'id',
  'keycloakVersion',
  'defaultRole',
  'requiredCredentials',
  'notBefore',
  'roles',
  'groups',
  'users',
  'scopeMappings',
  'clientScopeMappings',
  'clients',
  'clientScopes',
  'identityProviders',
  'identityProviderMappers',
  'components',
  'requiredActions',
  'authenticationFlows',
  'authenticatorConfig',
  'clientProfiles',
  'clientPolicies',
  'localizationTexts',
])
const PROFILE = 'org.keycloak.userprofile.UserProfileProvider'
/** What a server adds to a role, a scope, a client or a mapper. */
const SERVERS_OWN = new Set([
  'id',
  'internalId',
  'containerId',
  'clientRole',
  'composite',
  'composites',
  'protocolMappers',
  'secret',
  'subComponents',
  'parentId',
  'notBefore',
  'access',
])

export function flatten(realm: Fields): readonly Item[] {
  const settings = without(realm, NOT_SETTINGS)
  return [
    item('realm', textOf(realm['realm']), settings),
    ...profileOf(realm),
    ...listOf(realm['requiredActions']).map((body) =>
      item('required-action', textOf(body['alias']), body),
    ),
    ...componentsOf(realm),
    ...rolesOf(realm),
    ...listOf(realm['clientScopes']).flatMap((body) => scopeOf(body, realm)),
    ...flowsOf(realm),
    ...providersOf(realm),
    ...listOf(realm['clients']).flatMap((body) => clientOf(body, realm)),
    ...only('default-scopes', realm, DEFAULT_SCOPES),
    ...only('bindings', realm, BINDINGS),
    ...groupsOf(listOf(realm['groups'])),
    ...serviceAccountsOf(realm),
    ...named('client-profile', fieldsOf(realm['clientProfiles'])['profiles']),
    ...named('client-policy', fieldsOf(realm['clientPolicies'])['policies']),
  ]
}

function item(kind: Kind, key: string, body: Fields, parent?: Item): Item {
  const id = textOf(body['id']) || textOf(body['internalId'])
  return {
    kind,
    key,
    value: withoutSecrets(withoutMarks(without(body, SERVERS_OWN))),
    body,
    ...(id === '' ? {} : { id }),
    ...(parent === undefined ? {} : { parent: nameOf(parent) }),
  }
}

function named(kind: Kind, list: unknown): readonly Item[] {
  return listOf(list).map((body) => item(kind, textOf(body['name']), body))
}

/** One object of all members of these names, or none. */
function only(kind: Kind, realm: Fields, names: ReadonlySet<string>): readonly Item[] {
  const body = Object.fromEntries(Object.entries(realm).filter(([name]) => names.has(name)))
  return Object.keys(body).length === 0 ? [] : [item(kind, textOf(realm['realm']), body)]
}

function profileOf(realm: Fields): readonly Item[] {
  const [component] = listOf(fieldsOf(realm['components'])[PROFILE])
  const [text] = textsOf(fieldsOf(component?.['config'])['kc.user.profile.config'])
  if (text === undefined) return []
  const profile: unknown = JSON.parse(text)
  return [item('user-profile', textOf(realm['realm']), fieldsOf(profile))]
}

function componentsOf(realm: Fields): readonly Item[] {
  return Object.entries(fieldsOf(realm['components']))
    .filter(([type]) => type !== PROFILE)
    .flatMap(([type, list]) =>
      listOf(list).map((body) => {
        const short = type.slice(type.lastIndexOf('.') + 1)
        const sub = textOf(body['subType'])
        const name = textOf(body['name']) || textOf(body['providerId'])
        const key = [short, ...(sub === '' ? [] : [sub]), name].join(' / ')
        return item('component', key, { ...body, providerType: type })
      }),
    )
}

function rolesOf(realm: Fields): readonly Item[] {
  const roles = fieldsOf(realm['roles'])
  const ofClients = Object.entries(fieldsOf(roles['client']))
  return [
    ...listOf(roles['realm']).flatMap((body) => roleOf('role', textOf(body['name']), body)),
    ...ofClients.flatMap(([client, list]) =>
      listOf(list).flatMap((body) => {
        const key = `${client} / ${textOf(body['name'])}`
        return roleOf('client-role', key, body, `client:${client}`)
      }),
    ),
  ]
}

function roleOf(
  kind: 'role' | 'client-role',
  key: string,
  body: Fields,
  parent?: Item['parent'],
): readonly Item[] {
  const role = { ...item(kind, key, body), ...(parent === undefined ? {} : { parent }) }
  const roles = roleNames(fieldsOf(body['composites']))
  const { id } = role
  const value = { roles }
  return [role, { kind: 'role-composites', key, value, body: value, id, parent: nameOf(role) }]
}

/** `citizen`, and `account / view-profile` for a client's. */
function roleNames(composites: Fields): readonly string[] {
  const ofClients = Object.entries(fieldsOf(composites['client']))
  return [
    ...textsOf(composites['realm']),
    ...ofClients.flatMap(([client, names]) => textsOf(names).map((name) => `${client} / ${name}`)),
  ]
}

function scopeOf(body: Fields, realm: Fields): readonly Item[] {
  const scope = item('client-scope', textOf(body['name']), body)
  return [scope, ...mappersOf(scope), mappingOf(scope, realm, 'clientScope')]
}

function clientOf(body: Fields, realm: Fields): readonly Item[] {
  const client = item('client', textOf(body['clientId']), body)
  return [client, ...mappersOf(client), mappingOf(client, realm, 'client')]
}

function mappersOf(parent: Item): readonly Item[] {
  return listOf(parent.body['protocolMappers']).map((body) =>
    item('mapper', `${parent.kind} ${parent.key} / ${textOf(body['name'])}`, body, parent),
  )
}

/** Which roles a client that does not take all of a person's may put into its tokens. */
function mappingOf(parent: Item, realm: Fields, member: 'client' | 'clientScope'): Item {
  const ofParent = (list: unknown) =>
    listOf(list)
      .filter((each) => each[member] === parent.key)
      .flatMap((each) => textsOf(each['roles']))
  const ofClients = Object.entries(fieldsOf(realm['clientScopeMappings']))
  const roles = [
    ...ofParent(realm['scopeMappings']),
    ...ofClients.flatMap(([client, list]) => ofParent(list).map((name) => `${client} / ${name}`)),
  ]
  const key = `${parent.kind} ${parent.key}`
  const value = { roles }
  return { kind: 'scope-mapping', key, value, body: value, id: parent.id, parent: nameOf(parent) }
}

function providersOf(realm: Fields): readonly Item[] {
  const providers = listOf(realm['identityProviders']).map((body) =>
    item('identity-provider', textOf(body['alias']), body),
  )
  const mappers = listOf(realm['identityProviderMappers']).map((body) => {
    const alias = textOf(body['identityProviderAlias'])
    const parent = providers.find(({ key }) => key === alias)
    return item('identity-provider-mapper', `${alias} / ${textOf(body['name'])}`, body, parent)
  })
  return [...providers, ...mappers]
}
