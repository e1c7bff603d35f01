// What is wrong with an agency file that its shape alone does not tell: names, roles, people, sectors.
import { SUBJECT_NAME } from '../../../schema/subject-name.ts'
import type { AgencyClient, AgencyFile } from './agency-file.ts'
import { checkLimits } from './agency-limits.ts'
import type { RealmRepresentation } from './representation.ts'

export interface PlacedFinding {
  /** JSON Pointer (RFC 6901) into the agency file. */
  readonly pointer: string
  readonly message: string
}

/** An agency's file gives its clients these roles and no other: a reviewer of it must not have to know the realm. */
const AGENCY_ROLES = /^(?:agency|inquiry:[a-z0-9-]+)$/

export function checkAgency(agency: AgencyFile, realm: RealmRepresentation): PlacedFinding[] {
  return [
    ...agency.clients.flatMap((client, index) => [
      ...checkName(client, index, { agency, realm }),
      ...checkCredentials(client, index),
      ...checkSector(client, index, agency.sector),
    ]),
    ...checkLimits(agency),
    ...checkRoles(agency, realm),
    ...checkAdministrators(agency, realm),
  ]
}

function checkName(
  { clientId }: AgencyClient,
  index: number,
  { agency: { agency, clients }, realm }: { agency: AgencyFile; realm: RealmRepresentation },
): PlacedFinding[] {
  const pointer = `/clients/${index}/clientId`
  const own = `agency-${agency}`
  if (clientId !== own && !clientId.startsWith(`${own}-`)) {
    return [{ pointer, message: `must be "${own}" or begin with "${own}-"` }]
  }
  const first = clients.findIndex((client) => client.clientId === clientId)
  const taken = realm.clients.some((client) => client.clientId === clientId) || first !== index
  return taken ? [{ pointer, message: 'is the name of another client already' }] : []
}

function checkCredentials(client: AgencyClient, index: number): PlacedFinding[] {
  const { clientAuthenticatorType: type, secret, attributes } = client
  const place = `/clients/${index}`
  if (type === 'client-secret') {
    const message = 'needs "secret": "${NAME}", the name of the variable that has it'
    return secret === undefined ? [{ pointer: place, message }] : []
  }
  if (secret !== undefined) {
    return [{ pointer: `${place}/secret`, message: `is of no use to ${type}; delete it` }]
  }
  if (type === 'client-x509') return checkSubject(attributes, `${place}/attributes`)
  const keys = attributes['use.jwks.url'] === 'true' && attributes['jwks.url']
  const certificate = attributes['jwt.credential.certificate'] ?? attributes['jwks.string']
  if (keys || certificate) return []
  const message =
    'client-jwt needs a key: attributes "use.jwks.url" with "jwks.url", or "jwks.string"'
  return [{ pointer: `${place}/attributes`, message }]
}

/** Keycloak takes the subject for an expression unless the second attribute is there: `.*` would be everybody. */
function checkSubject(attributes: AgencyClient['attributes'], pointer: string): PlacedFinding[] {
  const messages = [
    ...(attributes['x509.subjectdn'] === undefined
      ? [`client-x509 needs "x509.subjectdn": ${SUBJECT_NAME}`]
      : []),
    ...(attributes['x509.allow.regex.pattern.comparison'] === 'false'
      ? []
      : ['client-x509 needs "x509.allow.regex.pattern.comparison": "false"']),
  ]
  return messages.map((message) => ({ pointer, message }))
}

function checkSector(
  { standardFlowEnabled, redirectUris }: AgencyClient,
  index: number,
  sector: string | undefined,
): PlacedFinding[] {
  if (!standardFlowEnabled) return []
  if (sector === undefined) {
    const message =
      'people sign in here, so the agency needs a "sector": the host name of its redirect addresses'
    return [{ pointer: `/clients/${index}/standardFlowEnabled`, message }]
  }
  if (sector.startsWith('https:')) return []
  return redirectUris.flatMap((address, at) =>
    hostOf(address) === sector
      ? []
      : [
          {
            pointer: `/clients/${index}/redirectUris/${at}`,
            message: `is not at the sector ${sector}; several hosts need the https address of a list`,
          },
        ],
  )
}

/** Undefined for an address that begins with a placeholder: it is known only when it is filled. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname : undefined
}

function checkRoles(
  { clients, serviceAccountRoles }: AgencyFile,
  realm: RealmRepresentation,
): PlacedFinding[] {
  const known = new Set(realm.roles.realm.map(({ name }) => name))
  const machines = new Set(
    clients.filter((client) => client.serviceAccountsEnabled).map(({ clientId }) => clientId),
  )
  const without = [...machines].filter((clientId) => !Object.hasOwn(serviceAccountRoles, clientId))
  return [
    ...without.map((clientId) => ({
      pointer: '/serviceAccountRoles',
      message: `lacks ${clientId}, whose service account is enabled; [] gives it nothing`,
    })),
    ...Object.entries(serviceAccountRoles).flatMap(([clientId, roles]) => {
      const pointer = `/serviceAccountRoles/${clientId}`
      if (!machines.has(clientId)) {
        return [
          { pointer, message: 'is no client of this file with "serviceAccountsEnabled": true' },
        ]
      }
      return roles.flatMap((role, at) => checkRole(role, known, `${pointer}/${at}`))
    }),
  ]
}

function checkRole(role: string, known: ReadonlySet<string>, pointer: string): PlacedFinding[] {
  if (!AGENCY_ROLES.test(role)) {
    return [{ pointer, message: `${role} is not for agencies: only "agency" and "inquiry:…" are` }]
  }
  return known.has(role) ? [] : [{ pointer, message: `${role} is no role of the realm` }]
}

function checkAdministrators({ administrators }: AgencyFile, realm: RealmRepresentation) {
  const people = new Set(
    (realm.users ?? [])
      .filter(({ serviceAccountClientId }) => serviceAccountClientId === undefined)
      .map(({ username }) => username),
  )
  return administrators.flatMap((name, at) =>
    people.has(name)
      ? []
      : [
          {
            pointer: `/administrators/${at}`,
            message: `${name} is no user of the realm file; whoever is only on the server gets the role there`,
          },
        ],
  )
}
