// What a realm file may say and this command does not carry out. Better told than half done.
import { type Finding, FindingsError } from '../../../adapters/finding.ts'
import { type Fields, fieldsOf, isFields, listOf } from '../objects/fields.ts'

/** Members of Keycloak's RealmRepresentation that only its own import knows what to do with. */
const IMPORT_ONLY = [
  'organizations',
  'workflows',
  'localizationTexts',
  'federatedUsers',
  'userFederationProviders',
  'userFederationMappers',
  'applications',
  'oauthClients',
  'clientTemplates',
  'defaultRole',
  'defaultRoles',
  'defaultGroups',
  'protocolMappers',
]

export function checkSupported(realm: Fields, file: string): void {
  const findings: Finding[] = IMPORT_ONLY.filter((name) => isThere(realm[name])).map((name) => ({
    file,
    pointer: `/${name}`,
    message: `/${name} is not carried out by this command; set it in the console, or import the realm`,
  }))
  for (const [type, list] of Object.entries(fieldsOf(realm['components']))) {
    const nested = listOf(list).some((each) => isThere(each['subComponents']))
    const message = `/components/${type} has subComponents, which this command does not carry out`
    if (nested) findings.push({ file, pointer: `/components/${type}`, message })
  }
  for (const client of listOf(realm['clients'])) {
    const message = `/clients: authorizationSettings of ${String(client['clientId'])} are not carried out by this command`
    if (isThere(client['authorizationSettings']))
      findings.push({ file, pointer: '/clients', message })
  }
  if (findings.length > 0) throw new FindingsError(findings)
}

function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isFields(value) && Object.keys(value).length > 0
}
