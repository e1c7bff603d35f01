// In: a Keycloak realm file, a port, a data folder. Out: an OpenID provider on that port that answers at Keycloak's
// addresses with tokens of Keycloak's shape. Never: anything in production; Keycloak stands there, with the same file.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'

import { adminApi } from './admin/admin-api.ts'
import { DEMO_VARIABLES } from './demo-variables.ts'
import { isForeignForm } from './form.ts'
import { DEVICE_PATH, OPENID, SIGN_IN_PATH } from './provider/configuration.ts'
import { LiveProvider } from './provider/live-provider.ts'
import { loadProvider } from './provider/load-provider.ts'
import { LiveRealm, type LiveUser } from './realm/live-realm.ts'
import { readRealm } from './realm/realm.ts'
import { sendSafeHeaders } from './security-headers.ts'
import { AddressLimits } from './sign-in/address-limits.ts'
import { OneTimeCodes } from './sign-in/one-time-codes.ts'
import { signIn } from './sign-in/sign-in.ts'
import { SignOnError } from './sign-on-error.ts'
import { type LogoutOutcome, logoutByBackChannel } from './sign-out/backchannel-logout.ts'
import { SigningKeys } from './tokens/signing-keys.ts'
import { Tokens } from './tokens/tokens.ts'
import { type Answer, userinfo } from './tokens/userinfo.ts'

export interface SignOnOptions {
  /** A Keycloak realm export. */
  readonly realmFile: string | URL
  /** 0 takes a free one. */
  readonly port: number
  /** A name of this machine's loopback; any other is refused unless `beyondThisMachine` says so. Default 127.0.0.1. */
  readonly host?: string
  readonly beyondThisMachine?: boolean
  /** Where keys and changes of the realm are kept; without it, they end with the process. */
  readonly dataFolder?: string
  /** `demo` lists the people on the sign-in page; `production` is refused. Default `demo`. */
  readonly mode?: 'demo' | 'development' | 'production'
  /** Values of the realm file's `${…}`, over those of the demo. */
  readonly variables?: Readonly<Record<string, string>>
  /** Also by HTTPS, on a free port of the same host, where clients show certificates (RFC 8705). Default: not. */
  readonly tls?: SignOnTls
  /** Milliseconds since 1970, for sessions, waiting times and one-time codes. */
  readonly now?: () => number
  /** Told of faults of our own; the browser sees only an error page. */
  readonly onError?: (error: unknown) => void
  /** Told how a client took the end of a session (OpenID Connect Back-Channel Logout). */
  readonly onLogout?: (outcome: LogoutOutcome) => void
}

/** PEM texts. */
interface SignOnTls {
  readonly certificate: string
  readonly key: string
  /** Of whom certificates of clients are taken. */
  readonly clients: string
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
  /** `https://127.0.0.1:PORT/realms/gov`; its tokens name the issuer all the same. */
  readonly tlsAddress?: string
  readonly people: readonly Person[]
  /** As it is now: what its administration reads and changes. */
  readonly realm: LiveRealm
  close(): Promise<void>
}

const LIMITS = { maxHeaderSize: 16_384, requestTimeout: 30_000 }
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** @throws {SignOnError} with one line for the operator. */
export async function startSignOn(options: SignOnOptions): Promise<SignOn> {
  const { port, host = '127.0.0.1', mode = 'demo', dataFolder } = options
  refuseProduction(options)
  const variables = { ...DEMO_VARIABLES, ...options.variables }
  const [seed, keys, oidc, style] = await Promise.all([
    readRealm(options.realmFile, variables),
    SigningKeys.open(dataFolder),
    loadProvider(),
    readFile(new URL('sign-in.css', import.meta.url)),
  ])
  const realm = await LiveRealm.open(seed, dataFolder, options.now)
  const server = createServer(LIMITS)
  const issuer = `http://${host}:${await listen(server, port, host)}/realms/${realm.name}`
  const secure = options.tls && (await listenWithTls(options.tls, host, `/realms/${realm.name}`))
  const report = options.onError ?? (() => undefined)
  const tokens = new Tokens(realm, keys, issuer)
  const addresses = new AddressLimits(realm.now)
  const provider = new LiveProvider({
    realm,
    keys,
    tokens,
    issuer,
    tlsAddress: secure?.address,
    oidc,
    addresses,
    report,
  })
  const logouts = logoutByBackChannel({
    realm,
    keys,
    issuer,
    report: options.onLogout ?? (() => undefined),
  })
  const codes = new OneTimeCodes(realm.now)
  const answers: Answers = {
    signIn: signIn({
      provider: () => provider.current,
      realm,
      codes,
      addresses,
      demo: mode === 'demo',
    }),
    userinfo: userinfo(realm, tokens, `${issuer}${OPENID}/userinfo`),
    admin: adminApi({ realm, verify: (token) => tokens.verify(token), keys }),
    style: (_request, response) => sendStyle(response, style),
    standard: (request, response) => provider.answer(request, response),
  }
  serve(server, issuer, report, answers)
  if (secure !== undefined) serve(secure.server, secure.address, report, answers)
  return {
    issuer,
    ...(secure && { tlsAddress: secure.address }),
    people: peopleOf(realm),
    realm,
    close: async () => {
      await logouts.settled()
      await Promise.all([close(server), secure && close(secure.server)])
    },
  }
}

function refuseProduction({ mode, host = '127.0.0.1', beyondThisMachine }: SignOnOptions): void {
  const advice = 'production uses Keycloak'
  if (mode === 'production') {
    throw new SignOnError(
      'PRODUCTION_REFUSED',
      `the embedded sign-on is for one machine and its demo people; ${advice}`,
    )
  }
  if (!LOOPBACK.has(host) && beyondThisMachine !== true) {
    throw new SignOnError(
      'PRODUCTION_REFUSED',
      `the embedded sign-on listens to this machine only, not at ${host}; ${advice}`,
    )
  }
}

interface Answers {
  readonly signIn: Answer
  readonly userinfo: Answer
  /** Keycloak's admin REST API, at its own path. */
  readonly admin: Answer
  readonly style: Answer
  /** Everything that OpenID Connect defines, without the realm's path in front. */
  readonly standard: Answer
}

function serve(
  server: Server,
  address: string,
  report: (error: unknown) => void,
  answers: Answers,
): void {
  const { host, pathname: base } = new URL(address)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    sendSafeHeaders(response)
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
  const admin = `/admin${base}`
  if (path === admin || path.startsWith(`${admin}/`)) return answers.admin
  if (!path.startsWith(`${base}/`)) return sendNotFound
  const rest = path.slice(base.length)
  if (isPageForm(rest) && isForeignForm(request)) return sendForbidden
  if (rest.startsWith(`${SIGN_IN_PATH}/`)) return answers.signIn
  if (rest === `${OPENID}/userinfo`) return answers.userinfo
  // As Express mounts it: the provider finds its own base from the difference of the two.
  Object.assign(request, { originalUrl, url: originalUrl.slice(base.length) })
  return answers.standard
}

/** Forms that only our own pages send; the rest is called by servers, or by pages of the clients. */
function isPageForm(path: string): boolean {
  const isConfirmation = path === `${OPENID}/logout/confirm`
  return isConfirmation || path.startsWith(SIGN_IN_PATH) || path.startsWith(DEVICE_PATH)
}

/** Whoever shows a certificate that none of `clients` has signed is not answered, as by Keycloak; whoever shows none is. */
async function listenWithTls(
  { certificate: cert, key, clients: ca }: SignOnTls,
  host: string,
  path: string,
) {
  const asked = { requestCert: true, rejectUnauthorized: false }
  const server = createTlsServer({ ...LIMITS, cert, key, ca, ...asked })
  server.on('secureConnection', (socket) => {
    if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy()
  })
  return { server, address: `https://${host}:${await listen(server, 0, host)}${path}` }
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

function sendForbidden(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(403).end()
  return Promise.resolve()
}

function sendNotFound(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"not_found"}')
  return Promise.resolve()
}

function peopleOf(realm: LiveRealm): Person[] {
  const users = realm.users.list()
  return users.filter((user) => user.credentials !== undefined).map(toPerson)
}

function toPerson({ username, firstName, lastName, attributes, realmRoles }: LiveUser): Person {
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  return { key: username, name, nationalId: attributes?.['national_id']?.[0], roles: realmRoles }
}
