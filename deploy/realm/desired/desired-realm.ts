// In: the realm file and the files of the agencies. Out: one realm as `kc.sh --import-realm` takes it, its placeholders
// untouched, or everything that is wrong with the files. Never: a secret, for the files have only names of variables.
import { createHash } from 'node:crypto'
import { glob } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { Value } from 'typebox/value'

import { type Finding, FindingsError } from '../../../adapters/finding.ts'
import { type AgencyClient, AgencyFile } from './agency-file.ts'
import { checkAgency } from './agency-findings.ts'
import { type JsonFile, lineOf, readJsonFile } from './json-file.ts'
import { RealmRepresentation, type RealmUser } from './representation.ts'

/** The realm of this checkout. */
const REALM_FILE = path.join(import.meta.dirname, '../../keycloak/gov-realm.json')

/** What marks a client and a role as an agency's. */
const AGENCY_ATTRIBUTE = 'panjareh.agency'

interface Agency {
  readonly file: JsonFile
  readonly agency: AgencyFile
}

/**
 * The realm file with every `agencies/*.json` beside it, and those of more folders. Throws FindingsError with all that is
 * wrong in all files.
 */
export async function readDesiredRealm(
  realmFile: string | URL = REALM_FILE,
  moreFolders: readonly (string | URL)[] = [],
): Promise<RealmRepresentation> {
  const place = realmFile instanceof URL ? fileURLToPath(realmFile) : realmFile
  const file = await readJsonFile(place)
  const realm = toRealm(file)
  const beside = path.join(path.dirname(place), 'agencies')
  const agencies = await readAgencies([beside, ...moreFolders])
  return merge(realm, agencies)
}

function administratorRole(agency: string): string {
  return `agency-admin:${agency}`
}

/** The same user keeps the same `sub` wherever the realm is made anew (a UUID of version 8, RFC 9562 §5.8). */
export function userIdOf(username: string): string {
  const hex = createHash('sha256').update(`gov:${username}`).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}

function toRealm({ name, text, value }: JsonFile): RealmRepresentation {
  if (Value.Check(RealmRepresentation, value)) return value
  throw new FindingsError(
    Value.Errors(RealmRepresentation, value).map(({ instancePath, message }) => ({
      file: name,
      line: lineOf(text, instancePath),
      pointer: instancePath,
      message: `${instancePath || '/'} ${message}`,
    })),
  )
}

async function readAgencies(folders: readonly (string | URL)[]): Promise<readonly Agency[]> {
  const lists = await Promise.all(folders.map(filesOf))
  const read = await Promise.allSettled(lists.flat().map(readAgency))
  const findings: Finding[] = []
  for (const each of read) {
    if (each.status === 'fulfilled') continue
    if (!(each.reason instanceof FindingsError)) throw each.reason
    findings.push(...each.reason.findings)
  }
  if (findings.length > 0) throw new FindingsError(findings)
  return read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}

async function filesOf(folder: string | URL): Promise<readonly URL[]> {
  const cwd = folder instanceof URL ? fileURLToPath(folder) : folder
  const names = await Array.fromAsync(glob('*.json', { cwd }))
  return names.toSorted().map((name) => pathToFileURL(path.join(cwd, name)))
}

async function readAgency(place: URL): Promise<Agency> {
  const file = await readJsonFile(place)
  if (Value.Check(AgencyFile, file.value)) return { file, agency: file.value }
  throw new FindingsError(
    Value.Errors(AgencyFile, file.value).map(({ instancePath, keyword, message }) => ({
      file: file.name,
      line: lineOf(file.text, instancePath),
      pointer: instancePath,
      // The schema of a member that may not be there is `false`; who wrote `enabeld` looks for other words.
      message: `${instancePath || '/'} ${keyword === 'boolean' ? 'is no member that is known here' : message}`,
    })),
  )
}

function merge(realm: RealmRepresentation, agencies: readonly Agency[]): RealmRepresentation {
  const findings: Finding[] = agencies.flatMap(({ file, agency }) =>
    checkAgency(agency, realm).map(({ pointer, message }) => ({
      file: file.name,
      line: lineOf(file.text, pointer),
      pointer,
      message: `${pointer} ${message}`,
    })),
  )
  findings.push(...twiceOf(agencies))
  if (findings.length > 0) throw new FindingsError(findings)
  const of = agencies.map(({ agency }) => agency)
  return {
    ...realm,
    roles: { ...realm.roles, realm: [...realm.roles.realm, ...of.map(toAdministratorRole)] },
    clients: [...realm.clients, ...of.flatMap(clientsOf)],
    users: [
      ...(realm.users ?? []).map((user) => withAdministration(user, of)),
      ...of.flatMap(serviceAccountsOf),
    ],
  }
}

/** One agency, one file; and no file has a client of another's, which could bear its name. */
function twiceOf(agencies: readonly Agency[]): Finding[] {
  const seen = new Map<string, string>()
  return agencies.flatMap(({ file, agency: { agency, clients } }) => {
    const names = [
      ['/agency', agency] as const,
      ...clients.map(({ clientId }, at) => [`/clients/${at}/clientId`, clientId] as const),
    ]
    return names.flatMap(([pointer, name]) => {
      const before = seen.get(name)
      seen.set(name, before ?? file.name)
      if (before === undefined || before === file.name) return []
      const message = `${pointer} ${name} is in the file ${before} already`
      return [{ file: file.name, line: lineOf(file.text, pointer), pointer, message }]
    })
  })
}

function toAdministratorRole({ agency, names }: AgencyFile) {
  return {
    name: administratorRole(agency),
    description: `Administers the clients of ${names.en}`,
    composite: false,
    attributes: { [AGENCY_ATTRIBUTE]: [agency], 'name.fa': [names.fa], 'name.en': [names.en] },
  }
}

function clientsOf({ agency, sector, clients }: AgencyFile) {
  return clients.map((client) => ({
    ...client,
    attributes: { ...client.attributes, [AGENCY_ATTRIBUTE]: agency },
    protocolMappers: pairwiseOf(client, sector),
  }))
}

/** Service accounts keep their own `sub`: it is no person's. */
function pairwiseOf({ standardFlowEnabled }: AgencyClient, sector: string | undefined) {
  if (!standardFlowEnabled || sector === undefined) return []
  const list = sector.startsWith('https:') ? { sectorIdentifierUri: sector } : {}
  return [
    {
      name: 'pairwise subject',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-sha256-pairwise-sub-mapper',
      consentRequired: false,
      config: { ...list, pairwiseSubAlgorithmSalt: '${PAIRWISE_SALT}' },
    },
  ]
}

function withAdministration(user: RealmUser, agencies: readonly AgencyFile[]): RealmUser {
  const given = agencies
    .filter(({ administrators }) => administrators.includes(user.username))
    .map(({ agency }) => administratorRole(agency))
  return given.length === 0 ? user : { ...user, realmRoles: [...(user.realmRoles ?? []), ...given] }
}

function serviceAccountsOf({ serviceAccountRoles }: AgencyFile) {
  return Object.entries(serviceAccountRoles).map(([clientId, realmRoles]) => ({
    id: userIdOf(`service-account-${clientId}`),
    username: `service-account-${clientId}`,
    enabled: true,
    serviceAccountClientId: clientId,
    realmRoles,
  }))
}
