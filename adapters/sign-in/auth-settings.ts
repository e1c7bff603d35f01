// How a system wants to know who asks, as system.json says it in `auth`. One schema gives the type and the check;
// what a schema cannot say is in check-auth.ts. Secrets stand here by the name of their variable, never themselves.

import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const
const VARIABLE = '^[A-Z][A-Z0-9_]*$'

/** Also of the system's address. */
export const Variable = Type.String({
  pattern: VARIABLE,
  description: 'Name of the environment variable that holds the place or secret.',
})
export const Duration = Type.String({
  pattern: '^[0-9]+(ms|s|m|h|d)$',
  description: 'A duration: 500ms, 6s, 5m, 24h.',
})
const Variables = Type.Record(Type.String({ minLength: 1 }), Variable)
const Constants = Type.Record(
  Type.String({ minLength: 1 }),
  Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
)
const Name = Type.String({ minLength: 1 })
const Element = Type.String({
  pattern: '^\\{[^{}]*\\}[^{}/\\s]+$',
  description: 'A name in its namespace: {urn:x}Local.',
})
const SignedOut = Type.Array(Type.String({ minLength: 2 }), {
  description:
    'Texts, or codes of a SOAP fault, by which an answer says that nobody is signed in. 401 and a web page in HTTP 200 say it anyway.',
})

const Send = Type.Object(
  {
    header: Type.Optional(Name),
    prefix: Type.Optional(
      Type.String({ description: 'Before the token in the header: "Bearer ".' }),
    ),
    query: Type.Optional(Name),
    input: Type.Optional(Type.String({ description: 'Path of the input: body.token.' })),
    'soap-header': Type.Optional(
      Type.String({
        pattern: '^\\{[^{}]*\\}[^{}/\\s]+(/[^{}/\\s]+)?$',
        description: '{namespace}Local/Child, or {namespace}Local with the token as its text.',
      }),
    ),
  },
  { ...closed, description: 'Where the token goes: one of header, query, input, soap-header.' },
)

const SignedPart = Type.Union([
  Type.Literal('Body'),
  Type.Literal('Timestamp'),
  Type.Literal('UsernameToken'),
  Type.Literal('Addressing', { description: 'All headers of WS-Addressing.' }),
])

export const AuthSettings = Type.Union([
  Type.Object({ scheme: Type.Literal('basic'), user: Variable, password: Variable }, closed),
  Type.Object(
    { scheme: Type.Literal('digest'), user: Variable, password: Variable },
    { ...closed, description: 'HTTP Digest (RFC 7616), qop auth, SHA-256 or MD5.' },
  ),
  Type.Object(
    { scheme: Type.Literal('bearer'), token: Variable },
    { ...closed, description: 'A fixed bearer token (RFC 6750 §2.1).' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('api-key'),
      header: Type.Optional(Name),
      query: Type.Optional(Name),
      key: Variable,
    },
    { ...closed, description: 'A fixed key in a header, or in the query.' },
  ),
  Type.Object(
    { scheme: Type.Literal('query'), values: Variables },
    { ...closed, description: 'Credentials in the query of every call: name to variable.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('username-token'),
      user: Variable,
      password: Variable,
      type: Type.Union([Type.Literal('text'), Type.Literal('digest')]),
      timestamp: Type.Optional(
        Type.Boolean({ description: 'A wsu:Timestamp of five minutes beside it.' }),
      ),
    },
    { ...closed, description: 'WS-Security UsernameToken Profile 1.1.1.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('x509-signature'),
      certificate: Variable,
      key: Variable,
      passphrase: Type.Optional(Variable),
      sign: Type.Array(SignedPart, { minItems: 1 }),
      hash: Type.Optional(
        Type.Union([Type.Literal('sha256'), Type.Literal('sha1')], {
          description:
            'Of signature and digests. Default sha256; sha1 only for systems that know no better.',
        }),
      ),
      reference: Type.Optional(
        Type.Union([Type.Literal('token'), Type.Literal('issuer-serial')], {
          description: 'How our certificate is named. Default token: it is sent along.',
        }),
      ),
      trust: Type.Optional(
        Type.String({
          pattern: VARIABLE,
          description:
            "Variable with the PEM certificates that may sign answers, or of their authority. Absent: answers' signatures are not looked at.",
        }),
      ),
      signer: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Common name that an answer must be signed by; due where trust is an authority.',
        }),
      ),
      answer: Type.Optional(
        Type.Array(SignedPart, {
          description: 'What of an answer must be signed beside its Body.',
        }),
      ),
    },
    {
      ...closed,
      description: 'WS-Security X.509 Certificate Token Profile 1.1.1; variables hold PEM text.',
    },
  ),
  Type.Object(
    {
      scheme: Type.Literal('ws-addressing'),
      version: Type.Optional(Type.Union([Type.Literal('1.0'), Type.Literal('2004/08')])),
      to: Type.Optional(
        Type.String({ pattern: VARIABLE, description: "Variable. Default: the system's address." }),
      ),
      actions: Type.Optional(
        Type.Record(Name, Type.String({ minLength: 1 }), {
          description: "Operation of the contract to action, where it is not the contract's.",
        }),
      ),
    },
    { ...closed, description: 'MessageID, To, Action and ReplyTo anonymous in every request.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('soap-header'),
      element: Element,
      values: Variables,
      constants: Type.Optional(Constants),
    },
    {
      ...closed,
      description:
        'Credentials in a SOAP header of their own, children by name. As the WSDL says where it declares the header, else in its namespace.',
    },
  ),
  Type.Object(
    { scheme: Type.Literal('input'), values: Variables },
    { ...closed, description: 'Credentials in the body: input path to variable.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('mtls'),
      certificate: Variable,
      key: Variable,
      passphrase: Type.Optional(Variable),
      authority: Variable,
    },
    { ...closed, description: 'Client certificate; variables hold PEM text.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('oauth2'),
      tokenPath: Type.String({ description: 'Path joined to the address.' }),
      client: Variable,
      secret: Variable,
      scope: Type.Optional(Type.String()),
      credentials: Type.Optional(
        Type.Union([Type.Literal('header'), Type.Literal('body')], {
          description: 'Where client and secret go (RFC 6749 §2.3.1). Default header.',
        }),
      ),
    },
    { ...closed, description: 'Client credentials (RFC 6749 §4.4), renewed before expiry.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('login'),
      path: Type.String({ description: 'Path joined to the address.' }),
      method: Type.Optional(
        Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT')], {
          description: 'Default POST; GET where the credentials are in the query.',
        }),
      ),
      json: Type.Optional(Variables),
      form: Type.Optional(Variables),
      query: Type.Optional(Variables),
      constants: Type.Optional(Constants),
      token: Type.Optional(
        Type.String({
          description:
            'Path of the token in the JSON answer: claims.token. `.`: the answer is the token.',
        }),
      ),
      send: Type.Optional(Send),
      cookie: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Name of the session cookie, where the login gives one and no token.',
        }),
      ),
      lifetime: Duration,
      signedOut: Type.Optional(SignedOut),
    },
    {
      ...closed,
      description:
        'A token or session cookie from a login: one for all calls, renewed before its end and once more when the system no longer takes it.',
    },
  ),
  Type.Object(
    {
      scheme: Type.Literal('soap-login'),
      operation: Name,
      input: Variables,
      constants: Type.Optional(Constants),
      token: Type.String({ description: 'Path in the answer: LoginResult.Token.' }),
      send: Send,
      lifetime: Duration,
      signedOut: Type.Optional(SignedOut),
    },
    { ...closed, description: 'A token from an operation of the same WSDL, kept as with login.' },
  ),
  Type.Object(
    {
      scheme: Type.Literal('body-signature'),
      field: Type.String({ description: 'Input path that receives the signature.' }),
      over: Type.Array(Type.String({ description: 'Input paths joined by "|" and signed.' })),
      secret: Variable,
    },
    { ...closed, description: 'HMAC-SHA256 in lower-case hex over named input values.' },
  ),
])

export type AuthSettings = Static<typeof AuthSettings>
export type AuthScheme<Name extends AuthSettings['scheme']> = Extract<
  AuthSettings,
  { scheme: Name }
>
export type SendSettings = Static<typeof Send>
export type SignedPart = Static<typeof SignedPart>

/** One request header that is not a credential, filled anew for every call. */
export const HeaderSettings = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, description: 'An HTTP header.' })),
    element: Type.Optional(Element),
    from: Type.Optional(
      Type.Union(
        [
          Type.Literal('request-id'),
          Type.Literal('traceparent'),
          Type.Literal('uuid'),
          Type.Literal('time'),
        ],
        {
          description:
            'request-id and traceparent: of the request that is served. uuid: RFC 9562 v4. time: ISO 8601 in UTC, to the second.',
        },
      ),
    ),
    text: Type.Optional(Type.String()),
    variable: Type.Optional(Variable),
    children: Type.Optional(
      Type.Array(Type.Object({ element: Element, text: Type.String() }, closed), {
        minItems: 1,
        description: 'Child elements, where a SOAP header is a record.',
      }),
    ),
    attributes: Type.Optional(Type.Record(Type.String({ minLength: 1 }), Type.String())),
  },
  {
    ...closed,
    description:
      'An HTTP header (name) or a SOAP header (element), and what stands in it: from, text, variable or children.',
  },
)
export type HeaderSettings = Static<typeof HeaderSettings>

export interface PlacedVariable {
  readonly variable: string
  /** JSON Pointer below the scheme. */
  readonly pointer: string
}

/** The variables that a scheme names, by its schema. */
export function variablesOf(auth: AuthSettings): readonly PlacedVariable[] {
  const schema = AuthSettings.anyOf.find(
    ({ properties }) => properties.scheme.const === auth.scheme,
  )
  const properties: Readonly<Record<string, unknown>> = schema?.properties ?? {}
  return Object.entries(auth).flatMap(([key, value]): PlacedVariable[] => {
    const pointer = `/${key}`
    if (typeof value === 'string') {
      return isVariable(properties[key]) ? [{ variable: value, pointer }] : []
    }
    if (!isRecordOfVariables(properties[key]) || typeof value !== 'object') return []
    return Object.entries(value).map(([name, variable]) => ({
      variable: String(variable),
      pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    }))
  })
}

function isVariable(schema: unknown): boolean {
  return has(schema, 'pattern') && schema.pattern === VARIABLE
}

function isRecordOfVariables(schema: unknown): boolean {
  if (!has(schema, 'patternProperties')) return false
  return Object.values(Object(schema.patternProperties)).some(isVariable)
}

function has<K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && key in value
}
