// What stands in a file of deploy/keycloak/agencies: one agency, its clients, what they may ask, who administers it.
import { type Static, Type } from 'typebox'

/** Members of Keycloak's ClientRepresentation; those that would open more than an agency needs are not among them. */
const AgencyClient = Type.Object(
  {
    clientId: Type.String({ pattern: '^agency-[a-z][a-z0-9-]*$', maxLength: 64 }),
    name: Type.String({ minLength: 1 }),
    description: Type.Optional(Type.String()),
    enabled: Type.Boolean(),
    protocol: Type.Literal('openid-connect'),
    publicClient: Type.Literal(false),
    clientAuthenticatorType: Type.Union([
      Type.Literal('client-secret'),
      Type.Literal('client-jwt'),
      Type.Literal('client-x509'),
    ]),
    // Only the name of a variable: a secret in a file of a repository is none.
    secret: Type.Optional(Type.String({ pattern: String.raw`^\$\{[A-Z][A-Z0-9_]*\}$` })),
    rootUrl: Type.Optional(Type.String()),
    baseUrl: Type.Optional(Type.String()),
    standardFlowEnabled: Type.Boolean(),
    implicitFlowEnabled: Type.Literal(false),
    directAccessGrantsEnabled: Type.Literal(false),
    serviceAccountsEnabled: Type.Boolean(),
    frontchannelLogout: Type.Optional(Type.Boolean()),
    fullScopeAllowed: Type.Boolean(),
    redirectUris: Type.Array(Type.String({ pattern: '^[^*]+$' })),
    webOrigins: Type.Array(Type.String({ pattern: '^[^*]+$' })),
    attributes: Type.Record(Type.String(), Type.String()),
    defaultClientScopes: Type.Optional(Type.Array(Type.String())),
    optionalClientScopes: Type.Optional(Type.Array(Type.String())),
    // None: a mapper can write any claim and role. Claims come by the realm's scopes.
    protocolMappers: Type.Array(Type.Never(), { maxItems: 0 }),
  },
  { additionalProperties: false },
)

export const AgencyFile = Type.Object(
  {
    /** The file's name without `.json`; part of the names of its clients and of its administrators' role. */
    agency: Type.String({ pattern: '^[a-z][a-z0-9-]*$', maxLength: 40 }),
    names: Type.Object(
      { fa: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
      { additionalProperties: false },
    ),
    /**
     * Where the agency's clients that people sign in to belong together: a person has one `sub` in all of them and another
     * everywhere else (OpenID Connect Core §8.1). An https address of the list of their redirect addresses, or the one
     * host name of all of them.
     */
    sector: Type.Optional(Type.String({ minLength: 1 })),
    /** User names of the realm file who get the role `agency-admin:<agency>`. Others get it in the console. */
    administrators: Type.Array(Type.String({ minLength: 1 })),
    /** What a client may do of its own, by client. */
    serviceAccountRoles: Type.Record(Type.String(), Type.Array(Type.String())),
    clients: Type.Array(AgencyClient),
  },
  { additionalProperties: false },
)

export type AgencyFile = Static<typeof AgencyFile>
export type AgencyClient = AgencyFile['clients'][number]
