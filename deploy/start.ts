// The main job on a new machine (`npm start`): database, sign-on and the demo's legacy world come up side by side,
// then the gateway in front of them. None of it is needed in production: there the gateway is told addresses.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'

import { type Config, readConfig, secretsOf } from '../gateway/config.ts'
import { explain, openLog, portalOf, start as startGateway } from '../gateway/main.ts'
import type { Log } from '../schema/log.ts'
import { startDatabase } from './embedded/database/database.ts'
import { startEstate } from './embedded/estate.ts'
import { type Person, startSignOn } from './embedded/sign-on/sign-on.ts'
import { welcome } from './welcome.ts'

const DATA = path.join(import.meta.dirname, '..', '.panjareh')
const REALM = path.join(import.meta.dirname, 'keycloak', 'gov-realm.json')

const began = performance.now()
const rooms = new AsyncDisposableStack()

try {
  await run()
} catch (error) {
  fail(error)
  await rooms.disposeAsync()
}

async function run(): Promise<void> {
  const config = readConfig()
  await mkdir(DATA, { recursive: true })
  const logFile = path.join(DATA, 'panjareh.log')
  const log = openLog(config.log, logFile)
  print(`Panjareh · پنجره\n`)
  const work = [
    step('database', async () => config.databaseUrl ?? openDatabase(log)),
    step('legacy systems', async () => keep(await startEstate())),
    step('sign-on', async () => openSignOn(config)),
  ] as const
  // All are waited for even if one fails, so that whatever has started can be closed.
  await Promise.allSettled(work)
  const [databaseUrl, estate, people] = await Promise.all(work)
  const gateway = await step('gateway', async () => {
    const secret = secretsOf(estate.environment)
    const surroundings = { secret, log, portal: portalOf(config) }
    return keep(await startGateway({ ...config, databaseUrl }, surroundings))
  })
  closeOnSignal()
  print(welcome({ url: gateway.url, systems: gateway.health().systems, estate, people }))
  print(`ready in ${secondsSince(began)} s. Log: ${logFile}. Ctrl-C stops; the data stays.`)
}

async function openDatabase(log: Log): Promise<string> {
  const database = keep(await startDatabase({ folder: path.join(DATA, 'database'), log }))
  return database.url
}

/** An issuer on this machine is the embedded one; any other runs elsewhere and has people of its own. */
async function openSignOn(config: Config): Promise<readonly Person[]> {
  const { hostname, port } = new URL(config.issuer)
  if (hostname !== '127.0.0.1') return []
  const portal = `http://${config.host}:${config.port}`
  const signOn = await startSignOn({
    realmFile: REALM,
    port: Number(port),
    dataFolder: path.join(DATA, 'sign-on'),
    variables: { PORTAL_URL: portal },
  })
  return keep(signOn).people
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

function closeOnSignal(): void {
  process.once('SIGINT', drain)
  process.once('SIGTERM', drain)
}

/** A second Ctrl-C does not wait. */
function drain(): void {
  process.once('SIGINT', () => process.exit(130))
  print('\ndraining …')
  void rooms.disposeAsync().then(() => print('stopped. The data is kept for the next start.'), fail)
}

function fail(error: unknown): void {
  for (const line of explain(error)) process.stderr.write(`✗ ${line}\n`)
  process.exitCode = 1
}

function secondsSince(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
