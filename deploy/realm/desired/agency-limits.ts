// What a file of an agency cannot open, however it is written. Its shape alone leaves room for a client that reads as whoever
// signs in there, calls a password a second factor, or takes another's secret for its title (compare CVE-2026-4629, which came
// by a mapper in such a payload). Who needs more writes it into the realm file, where it is looked at as such.
import { isSubjectName } from '../../../schema/subject-name.ts'
import type { AgencyClient, AgencyFile } from './agency-file.ts'

interface Placed {
  readonly pointer: string
  readonly message: string
}

export function checkLimits(agency: AgencyFile): Placed[] {
  return [
    ...checkTexts(agency, agency.agency),
    ...agency.clients.flatMap((client, index) => {
      const place = `/clients/${index}`
      return [
        ...checkAttributes(client, `${place}/attributes`),
        ...checkScopes(client, place),
        ...checkAddresses(client, place),
        ...(client.standardFlowEnabled ? checkSignIn(client, place) : []),
      ]
    }),
  ]
}

const PLACEHOLDER = /\$\{(?<name>[^}]*)\}/g
/** Signs that turn the reading order or hide text: a title is shown to people who decide by it whether to sign in. */
const UNSHOWN = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u

/** Every text of the file goes to the server, some of it onto its pages. */
function checkTexts(value: unknown, agency: string, pointer = ''): Placed[] {
  if (typeof value === 'string') return checkText(value, agency, pointer)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    checkTexts(inner, agency, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

function checkText(text: string, agency: string, pointer: string): Placed[] {
  const own = `AGENCY_${agency.toUpperCase().replaceAll('-', '_')}_`
  const foreign = [...text.matchAll(PLACEHOLDER)].some(
    ({ groups }) => groups?.['name']?.startsWith(own) !== true,
  )
  return [
    ...(foreign ? [{ pointer, message: `may name only variables that begin with ${own}` }] : []),
    ...(UNSHOWN.test(text) ? [{ pointer, message: 'has a sign that cannot be seen' }] : []),
  ]
}

type Holds = (value: string) => boolean

const isAnything: Holds = () => true
const isAddress: Holds = (value) => faultOf(value) === undefined

/** Those of Keycloak's client attributes that make a client stricter or say how it signs in. */
const ATTRIBUTES: Readonly<Record<string, Holds>> = {
  'access.token.header.type.rfc9068': isAnything,
  'access.token.signed.response.alg': isAnything,
  'backchannel.logout.session.required': (value) => value === 'true',
  'backchannel.logout.url': isAddress,
  'default.acr.values': isAnything,
  'dpop.bound.access.tokens': isAnything,
  'id.token.signed.response.alg': isAnything,
  'jwks.string': isAnything,
  'jwks.url': isAddress,
  'jwt.credential.certificate': isAnything,
  'minimum.acr.value': isAnything,
  'pkce.code.challenge.method': (value) => value === 'S256',
  'post.logout.redirect.uris': (value) => value.split('##').every(isAddress),
  'require.pushed.authorization.requests': isAnything,
  'tls.client.certificate.bound.access.tokens': isAnything,
  'token.endpoint.auth.signing.alg': isAnything,
  'use.jwks.string': isAnything,
  'use.jwks.url': isAnything,
  'use.refresh.tokens': isAnything,
  'x509.allow.regex.pattern.comparison': (value) => value === 'false',
  'x509.subjectdn': isSubjectName,
}

function checkAttributes({ attributes }: AgencyClient, pointer: string): Placed[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const holds = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    if (holds?.(value) === true) return []
    const message =
      holds === undefined
        ? `${name} is not an attribute for a file of an agency`
        : `${name} has a value that a file of an agency may not give it`
    return [{ pointer, message }]
  })
}

/** `person` holds the national id, by which a pairwise subject would be undone; `gateway` makes a token one for the gateway. */
const SCOPES = new Set(['basic', 'acr', 'roles', 'profile', 'gateway'])

function checkScopes(client: AgencyClient, place: string): Placed[] {
  const lists = ['defaultClientScopes', 'optionalClientScopes'] as const
  return lists.flatMap((list) =>
    (client[list] ?? []).flatMap((scope, at) => {
      const pointer = `${place}/${list}/${at}`
      if (!SCOPES.has(scope)) return [{ pointer, message: `${scope} is not for agencies` }]
      if (scope !== 'gateway' || !client.standardFlowEnabled) return []
      const message = 'with gateway the agency could read as whoever signs in here'
      return [{ pointer, message }]
    }),
  )
}

function checkAddresses(client: AgencyClient, place: string): Placed[] {
  const { redirectUris, webOrigins, rootUrl, baseUrl } = client
  const all = [
    ...redirectUris.map((address, at) => [`${place}/redirectUris/${at}`, address] as const),
    ...webOrigins.map((origin, at) => [`${place}/webOrigins/${at}`, `${origin}/`] as const),
    ...(rootUrl === undefined ? [] : [[`${place}/rootUrl`, rootUrl] as const]),
    ...(baseUrl === undefined ? [] : [[`${place}/baseUrl`, baseUrl] as const]),
  ]
  return all.flatMap(([pointer, address]) => {
    const message = faultOf(address)
    return message === undefined ? [] : [{ pointer, message }]
  })
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]'])

/** As in the administration: exact (RFC 9700 §2.1), https but on the own machine (RFC 8252 §7.3). */
function faultOf(address: string): string | undefined {
  // A variable of the environment, which is not the agency's to set.
  if (/^\$\{[^}]+\}/.test(address)) return undefined
  if (!URL.canParse(address)) return 'must be an absolute address'
  const { protocol, hostname, username, password, hash, href } = new URL(address)
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) {
    return 'must begin with https://'
  }
  const isPlain = href === address && username === '' && password === '' && hash === ''
  return isPlain && !address.includes('*') ? undefined : 'must be written in its plain form'
}

function checkSignIn({ fullScopeAllowed, attributes }: AgencyClient, place: string): Placed[] {
  const full = 'people sign in here: true would give the agency the roles of whoever does'
  const pkce = 'people sign in here, so "pkce.code.challenge.method" must be "S256"'
  return [
    ...(fullScopeAllowed ? [{ pointer: `${place}/fullScopeAllowed`, message: full }] : []),
    ...(attributes['pkce.code.challenge.method'] === 'S256'
      ? []
      : [{ pointer: `${place}/attributes`, message: pkce }]),
  ]
}
