// In: a Keycloak realm file, a port, a data folder. Out: an OpenID provider on that port that answers at Keycloak's
// addresses with tokens of Keycloak's shape. Never: anything in production; Keycloak stands there, with the same file.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import { Attempts } from './attempts.ts'
import { providerConfiguration, SIGN_IN_PATH } from './configuration.ts'
import { DEMO_VARIABLES } from './demo-variables.ts'
import { loadKeys } from './keys.ts'
import { loadProvider } from './load-provider.ts'
import { readRealm, type Realm, type RealmUser } from './realm.ts'
import { signIn } from './sign-in.ts'
import { SignOnError } from './sign-on-error.ts'
import { type Answer, userinfo } from './userinfo.ts'

export interface SignOnOptions {
  /** A Keycloak realm export. */
  readonly realmFile: string | URL
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  /** Where the signing key is kept; without it, tokens end with the process. */
  readonly dataFolder?: string
  /** `demo` lists the people on the sign-in page; `production` is refused. Default `demo`. */
  readonly mode?: 'demo' | 'development' | 'production'
  /** Values of the realm file's `${…}`, over those of the demo. */
  readonly variables?: Readonly<Record<string, string>>
  /** Milliseconds since 1970, for the waiting time after wrong passwords. */
  readonly now?: () => number
  /** Told of faults of our own; the browser sees only an error page. */
  readonly onError?: (error: unknown) => void
}

export interface Person {
  /** The user name, also for `npm run token -- KEY`. */
  readonly key: string
  readonly name: string
  readonly nationalId: string | undefined
  readonly roles: readonly string[]
}

export interface SignOn {
  /** `http://127.0.0.1:4001/realms/gov` */
  readonly issuer: string
  readonly people: readonly Person[]
  close(): Promise<void>
}

/** @throws {SignOnError} with one line for the operator. */
export async function startSignOn(options: SignOnOptions): Promise<SignOn> {
  const { port, host = '127.0.0.1', mode = 'demo', dataFolder } = options
  if (mode === 'production') {
    throw new SignOnError(
      'PRODUCTION_REFUSED',
      'the embedded sign-on is for one machine and its demo people; production uses Keycloak',
    )
  }
  const variables = { ...DEMO_VARIABLES, ...options.variables }
  const [realm, keys, oidc, style] = await Promise.all([
    readRealm(options.realmFile, variables),
    loadKeys(dataFolder),
    loadProvider(),
    readFile(new URL('sign-in.css', import.meta.url)),
  ])
  const server = createServer()
  const issuer = `http://${host}:${await listen(server, port, host)}/realms/${realm.realm}`
  const report = options.onError ?? (() => undefined)
  const provider = new oidc.Provider(issuer, providerConfiguration(realm, keys, issuer, oidc))
  provider.on('server_error', (_ctx, error) => report(error))
  const attempts = new Attempts(() => realm, options.now ?? Date.now)
  serve(server, issuer, report, {
    signIn: signIn({ provider, realm, attempts, demo: mode === 'demo' }),
    userinfo: userinfo(realm, keys.jwk, issuer),
    style: (_request, response) => sendStyle(response, style),
    standard: provider.callback(),
  })
  return { issuer, people: peopleOf(realm), close: () => close(server) }
}

interface Answers {
  readonly signIn: Answer
  readonly userinfo: Answer
  readonly style: Answer
  /** Everything that OpenID Connect defines, without the realm's path in front. */
  readonly standard: Answer
}

function serve(
  server: Server,
  issuer: string,
  report: (error: unknown) => void,
  answers: Answers,
): void {
  const { host, pathname: base } = new URL(issuer)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // The provider builds addresses from the Host header; a foreign one would make it name foreign addresses.
    const answer = request.headers.host === host ? choose(base, request, answers) : sendMisdirected
    answer(request, response).catch((error: unknown) => {
      report(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
}

function choose(base: string, request: IncomingMessage, answers: Answers): Answer {
  const originalUrl = request.url ?? '/'
  const path = originalUrl.split('?')[0] ?? '/'
  if (path === '/sign-in.css') return answers.style
  if (!path.startsWith(`${base}/`)) return sendNotFound
  const rest = path.slice(base.length)
  if (rest.startsWith(`${SIGN_IN_PATH}/`)) return answers.signIn
  if (rest === '/protocol/openid-connect/userinfo') return answers.userinfo
  // As Express mounts it: the provider finds its own base from the difference of the two.
  Object.assign(request, { originalUrl, url: originalUrl.slice(base.length) })
  return answers.standard
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'is taken' : 'cannot be used'
      reject(new SignOnError('PORT_TAKEN', `sign-on: port ${port} on ${host} ${reason}`, cause))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function sendStyle(response: ServerResponse, style: Buffer): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/css', 'Cache-Control': 'max-age=300' }).end(style)
  return Promise.resolve()
}

function sendMisdirected(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(421).end()
  return Promise.resolve()
}

function sendNotFound(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"not_found"}')
  return Promise.resolve()
}

function peopleOf(realm: Realm): Person[] {
  return realm.users.filter((user) => user.credentials !== undefined).map(toPerson)
}

function toPerson({ username, firstName, lastName, attributes, realmRoles }: RealmUser): Person {
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  return { key: username, name, nationalId: attributes?.['national_id']?.[0], roles: realmRoles }
}
