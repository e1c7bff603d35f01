// In: a built Keycloak and a realm file's text. Out: it runs on loopback, the realm imported as in production, and ends
// with whoever started it. Never: a file outside its own temporary folder, a port beyond loopback.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { createAuthority, issueServer, type KeyPair } from '../authority.ts'
import { freePort } from '../free-port.ts'
import { KeycloakRefusal } from './run.ts'

export interface KeycloakOptions {
  /** From `fetchKeycloak`. */
  readonly home: string
  /** What `--import-realm` takes, placeholders in it. */
  readonly realm: string
  /** Values of the placeholders, as environment variables of Keycloak. */
  readonly variables: Readonly<Record<string, string>>
  /** 0 takes a free one. */
  readonly port?: number
  /** Of this machine; stands in tokens and in what browsers are told. Default 127.0.0.1. */
  readonly hostname?: string
}

export interface Keycloak {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** JSON of a `KeycloakTls`, for whoever comes by HTTPS. */
  readonly tlsFile: string
  /** As it says itself. */
  readonly version: string
  /** From the start of the process to a healthy server with the realm, milliseconds. */
  readonly bootMs: number
  close(): Promise<void>
}

/** The same server with TLS on a port of its own, where it asks for a certificate of the client (RFC 8705). */
interface KeycloakTls {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** Signed the server's certificate, and those that the server takes of clients. */
  readonly authority: KeyPair
}

// Half a minute on a quiet machine of two cores, seven times that on a busy one.
const PATIENCE_MS = 600_000
const LAST_CHARACTERS = 4000
const ADMIN = { username: 'admin', password: 'admin' }

// Ends Keycloak and its folder when standard input closes: that happens whichever way whoever started this has ended.
const KEEPER = `
exec 3<&0
"$1/bin/kc.sh" "\${@:2}" </dev/null &
child=$!
( read -r _ <&3; kill -TERM "$child" 2>/dev/null ) &
watch=$!
wait "$child"
status=$?
kill "$watch" 2>/dev/null
rm -rf "$1"
exit $status`

/** @throws {KeycloakRefusal} with the last of Keycloak's log. */
export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak> {
  const folder = await ownFolder(options.home, options.realm)
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port
  const tls = await prepareTls(folder, port)
  const url = `http://127.0.0.1:${port}`
  const since = performance.now()
  const child = spawn(
    'bash',
    ['-c', KEEPER, 'keycloak', folder, ...startArguments(port, options.hostname), ...tls.arguments],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that the whole tree can be ended.
      detached: true,
      env: environment(options.variables),
    },
  )
  const log = lastOf(child)
  try {
    await healthy(url, child)
    const version = await versionOf(url)
    const bootMs = Math.round(performance.now() - since)
    return { url, tlsFile: tls.file, version, bootMs, close: () => end(child, folder) }
  } catch (error) {
    await end(child, folder)
    throw new KeycloakRefusal(`Keycloak did not start:\n${log()}`, { cause: error })
  }
}

function startArguments(port: number, hostname = '127.0.0.1'): string[] {
  const url = `http://${hostname}:${port}`
  const http = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`]
  // As in docker-compose.yml: whoever asks by an inner address gets inner addresses, where no browser goes.
  const names = [`--hostname=${url}`, '--hostname-backchannel-dynamic=true']
  return ['start', '--optimized', '--import-realm', ...http, ...names]
}

async function prepareTls(folder: string, taken: number) {
  const authority = await createAuthority('Authority of a test')
  let port = taken
  while (port === taken) port = await freePort()
  const server = await issueServer(authority)
  const tls: KeycloakTls = { url: `https://127.0.0.1:${port}`, authority }
  const file = path.join(folder, 'tls.json')
  const certificate = path.join(folder, 'server.pem')
  const key = path.join(folder, 'server-key.pem')
  const trusted = path.join(folder, 'clients.pem')
  await writeFile(file, JSON.stringify(tls))
  await writeFile(certificate, server.certificate)
  await writeFile(key, server.key)
  await writeFile(trusted, authority.certificate)
  return {
    file,
    arguments: [
      `--https-port=${port}`,
      `--https-certificate-file=${certificate}`,
      `--https-certificate-key-file=${key}`,
      `--https-trust-store-file=${trusted}`,
    ],
  }
}

/** Links to what never changes, and a data folder of its own. */
async function ownFolder(home: string, realm: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keycloak-'))
  await mkdir(path.join(folder, 'bin'))
  await mkdir(path.join(folder, 'data/import'), { recursive: true })
  // kc.sh finds its home by its own real path, so that a link to it would lead back.
  await cp(path.join(home, 'bin/kc.sh'), path.join(folder, 'bin/kc.sh'))
  for (const name of ['conf', 'lib', 'providers', 'themes']) {
    await symlink(path.join(home, name), path.join(folder, name))
  }
  await writeFile(path.join(folder, 'data/import/gov-realm.json'), realm)
  return folder
}

function environment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, HOME, JAVA_HOME } = process.env
  return {
    ...variables,
    PATH,
    HOME,
    ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }),
    KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  }
}

function lastOf(child: ChildProcess): () => string {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-LAST_CHARACTERS)
    })
  }
  return () => said
}

async function healthy(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (child.exitCode === null && performance.now() < until) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok === true) return
    await wait(200)
  }
  throw new KeycloakRefusal(`not healthy after ${PATIENCE_MS / 1000} s, or ended`)
}

const Token = Type.Object({ access_token: Type.String() })
const ServerInfo = Type.Object({ systemInfo: Type.Object({ version: Type.String() }) })

async function versionOf(url: string): Promise<string> {
  const form = { grant_type: 'password', client_id: 'admin-cli', ...ADMIN }
  const signedIn = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token } = Value.Parse(Token, await signedIn.json())
  const info = await fetch(`${url}/admin/serverinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  return Value.Parse(ServerInfo, await info.json()).systemInfo.version
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve()
  child.stdin?.end()
  const inTime = await Promise.race([ended.then(() => true), wait(15_000, false, { ref: false })])
  if (!inTime && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
}
