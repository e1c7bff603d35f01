// The main job on a new machine (`npm start`): database, sign-on and the demo's legacy world come up side by side,
// then the gateway in front of them. None of it is needed in production: there the gateway is told addresses.

import { access, constants, mkdir } from 'node:fs/promises'
import path from 'node:path'

import { type Config, ConfigError, readConfig, secretsOf } from '../gateway/config.ts'
import { explain, openLog, start as startGateway } from '../gateway/main.ts'
import type { Log } from '../schema/log.ts'
import { startDatabase } from './embedded/database/database.ts'
import { startEstate } from './embedded/estate.ts'
import { openPortal } from './embedded/portal.ts'
import { DEMO_VARIABLES } from './embedded/sign-on/demo-variables.ts'
import { SignOnError } from './embedded/sign-on/sign-on-error.ts'
import { type Person, startSignOn } from './embedded/sign-on/sign-on.ts'
import { isReachable } from './is-reachable.ts'
import { DATA_FOLDER, writeRunningDemo } from './running-demo.ts'
import { welcome } from './welcome.ts'

const REALM = path.join(import.meta.dirname, 'keycloak', 'gov-realm.json')
const ANYWHERE = new Set(['0.0.0.0', '::', '[::]'])

const began = performance.now()
const rooms = new AsyncDisposableStack()
let ready = false
let leaving = false

process.once('SIGINT', () => {
  leave()
  process.once('SIGINT', () => process.exit(130))
})
process.on('SIGTERM', leave)
// The reader of our output may go away (a closed terminal, `npm start | head`): the database must not outlive us then.
process.on('SIGHUP', leave)
process.stdout.on('error', leave)
process.stderr.on('error', leave)

try {
  await run()
  ready = true
  if (leaving) await drain()
} catch (error) {
  fail(error)
  await rooms.disposeAsync()
}

async function run(): Promise<void> {
  const config = withDemo(readConfig())
  await prepareData()
  const logFile = path.join(DATA_FOLDER, 'panjareh.log')
  const log = openLog(config.log, logFile)
  print(`Panjareh · پنجره\n`)
  const work = [
    step('database', async () => config.databaseUrl ?? openDatabase(log)),
    step('legacy systems', async () => keep(await startEstate())),
    step('sign-on', async () => openSignOn(config, log)),
  ] as const
  await allOf(work)
  const [databaseUrl, estate, people] = await Promise.all(work)
  const gateway = await step('gateway', async () => {
    // Of a system without a simulator, address and accounts are those of the environment.
    const [simulated, own] = [secretsOf(estate.environment), secretsOf()]
    const secret = (variable: string): string | undefined => simulated(variable) ?? own(variable)
    const surroundings = { secret, log }
    return keep(await startGateway({ ...config, databaseUrl }, surroundings))
  })
  const url = localUrl(config, gateway.url)
  const { issuer, audience, portal = DEMO_VARIABLES.PORTAL_URL } = config
  await step('portal', async () =>
    keep(
      await openPortal({ url: portal, issuer, gateway: url, audience, log, secret: secretsOf() }),
    ),
  )
  await writeRunningDemo({ issuer, portal })
  const loaded = gateway.health().systems.map(({ system }) => system)
  const reachable = await reachableOf([issuer, ...estate.systems.map((system) => system.url)])
  print(welcome({ url, portal, issuer, databaseUrl, loaded, estate, reachable, people }))
  print(`ready in ${secondsSince(began)} s. Log: ${logFile}. Ctrl-C stops; the data stays.`)
}

/** At this address it is the embedded one, at `localhost` the Keycloak of `npm run keycloak`; any other has its own secrets. */
function isEmbedded({ issuer }: Config): boolean {
  if (!URL.canParse(issuer)) throw new ConfigError(['PANJAREH_ISSUER is not an address'])
  return new URL(issuer).hostname === '127.0.0.1'
}

/** What belongs to the demo's own realm and portal, where nobody has said otherwise. */
function withDemo(config: Config): Config {
  const portal = config.portal ?? DEMO_VARIABLES.PORTAL_URL
  const embedded = isEmbedded(config)
  const { origin, pathname, hostname } = new URL(config.issuer)
  if (!embedded && hostname !== 'localhost') return { ...config, portal }
  const administration = {
    url: origin,
    realm: pathname.split('/').at(-1) ?? '',
    clientId: 'sign-on-admin',
    secret: DEMO_VARIABLES.SIGN_ON_ADMIN_SECRET,
  }
  return {
    ...config,
    portal,
    signOnAdministration: config.signOnAdministration ?? administration,
  }
}

async function prepareData(): Promise<void> {
  try {
    await mkdir(DATA_FOLDER, { recursive: true })
    await access(DATA_FOLDER, constants.W_OK)
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    const advice = 'this folder holds the demo’s data and must be writable by the one who starts it'
    throw new ConfigError([`${DATA_FOLDER}: cannot be written (${String(code)}); ${advice}`])
  }
}

/** All are waited for even if one fails: what has started can then be closed, and all that is wrong is told at once. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  if (reasons.length > 0) throw new AggregateError(reasons)
}

async function openDatabase(log: Log): Promise<string> {
  const database = keep(await startDatabase({ folder: path.join(DATA_FOLDER, 'database'), log }))
  return database.url
}

async function openSignOn(config: Config, log: Log): Promise<readonly Person[]> {
  if (!isEmbedded(config)) return []
  const signOn = keep(
    await startSignOn({
      realmFile: REALM,
      port: Number(new URL(config.issuer).port || 80),
      dataFolder: path.join(DATA_FOLDER, 'sign-on'),
      variables: addressesOf(config),
      onError: (error) => log.error(bugOf(error), 'sign-on failed by a bug'),
      onLogout: (outcome) => log.info({ ...outcome }, 'a client was told of the end of a session'),
    }),
  )
  if (signOn.issuer === config.issuer) return signOn.people
  throw new ConfigError([`PANJAREH_ISSUER: the embedded sign-on is ${signOn.issuer}`])
}

/** With a free port taken (0) the sign-on, which comes first, cannot know the gateway's. */
function addressesOf({ portal = DEMO_VARIABLES.PORTAL_URL, host, port }: Config) {
  const gateway = ANYWHERE.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return {
    PORTAL_URL: portal,
    CONSOLE_URL: `${portal}/console`,
    PORTAL_INNER_URL: portal,
    ...(port === 0 ? {} : { GATEWAY_INNER_URL: `http://${gateway}:${port}` }),
  }
}

/** Where this machine finds the gateway: an address that listens everywhere is no place to go to. */
function localUrl({ host }: Config, url: string): string {
  const { port } = new URL(url)
  return ANYWHERE.has(host) ? `http://127.0.0.1:${port}` : url
}

/** Without the message, which may quote what a person typed. */
function bugOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { bug: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return { bug: error.name, stack: frames }
}

async function reachableOf(urls: readonly string[]): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(urls.map((url) => isReachable(url)))
  return new Set(urls.filter((_, index) => answers[index] === true))
}

/** Closed in reverse order at the end: the gateway first, for it was opened last. */
function keep<Room extends { close(): Promise<void> }>(room: Room): Room {
  rooms.defer(() => room.close())
  return room
}

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now()
  const result = await work()
  print(`  ✓ ${name.padEnd(16)} ${secondsSince(from)} s`)
  return result
}

/** While still starting, what has begun is finished first: half a database would be worse. A second Ctrl-C does not wait. */
function leave(): void {
  if (leaving) return
  leaving = true
  print(ready ? '\ndraining …' : '\nstopping when the start is through …')
  if (ready) void drain()
}

function drain(): Promise<void> {
  return rooms
    .disposeAsync()
    .then(() => print('stopped. The data is kept for the next start.'))
    .catch(fail)
}

function fail(error: unknown): void {
  for (const line of linesOf(error)) process.stderr.write(`✗ ${line}\n`)
  process.exitCode = 1
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(linesOf)
  if (!(error instanceof SignOnError)) return explain(error)
  if (error.code !== 'PORT_TAKEN') return [error.message]
  const advice = 'set PANJAREH_ISSUER=http://127.0.0.1:PORT/realms/gov with a free port'
  return [`${error.message}; ${advice}`]
}

function secondsSince(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
