// The whole house as it runs in production: two copies of the gateway and the portal's server as processes of their own, a
// store between the copies, a database, the legacy world, and a sign-on engine that browsers reach by one address and the
// other processes by another, as in docker-compose.yml (Keycloak only; the embedded engine has one address).

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { startDatabase } from '../../../deploy/embedded/database/database.ts'
import type { EngineName, RealmFile, SignOnEngine } from '../../conformance/sign-on/engine.ts'
import { KEYCLOAK_VARIABLE, openEngine } from '../../conformance/sign-on/engines/open-engine.ts'
import { signIn } from '../../conformance/sign-on/support/sign-in.ts'
import { type Estate, startEstate } from '../../estate/start-estate.ts'
import { type Command, run } from '../../gateway/support/command.ts'
import { freePort } from '../../support/free-port.ts'
import { startValkey, type TestValkey } from '../../support/valkey.ts'
import { type FrontDoor, openFrontDoor } from './front-door.ts'

export interface House {
  /** Its issuer is the browsers'. */
  readonly engine: SignOnEngine
  /** Before Keycloak. */
  readonly front: FrontDoor | undefined
  /** `http://127.0.0.1:PORT` */
  readonly portal: string
  /** Origins of the gateway's copies; the sign-on and the portal know the first only. */
  readonly copies: readonly [string, string]
  readonly estate: Estate
  readonly valkey: TestValkey
  /** A token of who administers the sign-on, with a second factor. */
  readonly officer: string
  readonly portalProcess: Command
  close(): Promise<void>
}

const SEALING = 'de'.repeat(32)
const ADMINISTRATOR = 'security-officer'

/** Ports are chosen before anything listens on them, and another test may take one: then with others. */
export async function openHouse(name: EngineName, attempts = 3): Promise<House> {
  try {
    return await open(name)
  } catch (error) {
    if (attempts <= 1) throw error
    return openHouse(name, attempts - 1)
  }
}

async function open(name: EngineName): Promise<House> {
  await using rooms = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(tmpdir(), 'house-'))
  rooms.defer(() => rm(folder, { recursive: true, force: true }))
  // Known before anything stands: the realm's file names them.
  const [ofPortal, ofFirst, ofSecond] = [await freePort(), await freePort(), await freePort()]
  const portal = `http://127.0.0.1:${ofPortal}`
  const front = name === 'keycloak' ? await openFrontDoor(keycloakAddress()) : undefined
  if (front !== undefined) rooms.defer(() => front.close())
  const [inside, database, estate, valkey] = await Promise.all([
    openEngine(name, {
      variables: {
        PORTAL_URL: portal,
        CONSOLE_URL: `${portal}/console`,
        // Another name than the browsers' and the portal's own.
        PORTAL_INNER_URL: `http://localhost:${ofPortal}`,
        GATEWAY_INNER_URL: `http://localhost:${ofFirst}`,
      },
      change: (realm) => withFrontDoor(realm, front),
    }),
    startDatabase({ folder: path.join(folder, 'database'), log: silent }),
    startEstate({ switches: { latency: 0 } }),
    startValkey(),
  ])
  for (const room of [valkey, estate, database, inside]) rooms.defer(() => room.close())
  const issuer = inside.issuer.replace(inside.serverUrl, front?.url ?? inside.serverUrl)
  const engine = { ...inside, issuer }
  const ofGateway = {
    ...estate.environment,
    PANJAREH_ISSUER: issuer,
    PANJAREH_KEYS_URL: `${inside.issuer}/protocol/openid-connect/certs`,
    PANJAREH_AUDIENCE: 'gateway',
    PANJAREH_SIGN_ON_URL: inside.serverUrl,
    PANJAREH_SIGN_ON_ADMIN_CLIENT: inside.administration.clientId,
    PANJAREH_SIGN_ON_ADMIN_SECRET: inside.administration.clientSecret,
    PANJAREH_DATABASE_URL: database.url,
    PANJAREH_VALKEY_URL: valkey.url,
    PANJAREH_VALKEY_SECRET: SEALING,
  }
  const ofServer = {
    PORTAL_URL: portal,
    PORTAL_PORT: `${ofPortal}`,
    PORTAL_ISSUER: issuer,
    PORTAL_SIGN_ON: inside.issuer,
    PORTAL_GATEWAY: `http://127.0.0.1:${ofFirst}`,
    PORTAL_SECRET_FILE: await secretFile(folder, 'portal', engine),
    CONSOLE_CLIENT: 'console',
    CONSOLE_SECRET_FILE: await secretFile(folder, 'console', engine),
  }
  const portalProcess = process(rooms, 'portal/server/main.ts', ofServer)
  const copies = [ofFirst, ofSecond].map((port) =>
    process(rooms, 'gateway/main.ts', { ...ofGateway, PANJAREH_PORT: `${port}` }),
  )
  await Promise.all([
    portalProcess.said('portal is up'),
    ...copies.map((command) => command.said('ready')),
  ])
  const changes = { redirect_uri: 'http://127.0.0.1:4003/callback', acr_values: 'substantial' }
  const { access: officer } = await signIn(engine, 'cli', ADMINISTRATOR, { changes })
  const kept = rooms.move()
  return {
    engine,
    front,
    portal,
    copies: [`http://127.0.0.1:${ofFirst}`, `http://127.0.0.1:${ofSecond}`],
    estate,
    valkey,
    officer,
    portalProcess,
    close: () => kept.disposeAsync(),
  }
}

const silent = { info() {}, warn() {}, error() {} }

/** Keycloak says this address to browsers and in tokens (`KC_HOSTNAME` for one realm). */
function withFrontDoor(realm: RealmFile, front: FrontDoor | undefined): RealmFile {
  if (front === undefined) return realm
  return { ...realm, attributes: { ...Object(realm['attributes']), frontendUrl: front.url } }
}

function keycloakAddress(): string {
  return globalThis.process.env[KEYCLOAK_VARIABLE] ?? ''
}

async function secretFile(folder: string, clientId: string, engine: SignOnEngine) {
  const file = path.join(folder, clientId)
  await writeFile(file, engine.secretOf(clientId) ?? '', { mode: 0o600 })
  return file
}

function process(
  rooms: AsyncDisposableStack,
  program: string,
  environment: Readonly<Record<string, string>>,
): Command {
  const command = run(program, [], environment)
  rooms.defer(async () => {
    command.child.kill()
    await command.ended
  })
  return command
}
