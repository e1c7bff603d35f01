// The portal's server (backend for frontend). In: who the clients are, where the sign-on and the gateway are. Out: pages,
// sessions by cookie, questions passed on with the session's token. Never: a token in a browser.
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import path from 'node:path'
import process from 'node:process'

import express from 'express'

import { readConfig } from './config.ts'
import { GatewayLink } from './graphql/gateway-link.ts'
import { ownHost } from './http/own-host.ts'
import { securityHeaders } from './http/security-headers.ts'
import { sendRefusal } from './http/send-refusal.ts'
import { loadPublicFiles } from './http/static-files.ts'
import { jsonLog } from './json-log.ts'
import { type PortalOptions, type Settings, settle } from './options.ts'
import { PortalError } from './portal-error.ts'
import { openRoom, type Room, type RoomOptions } from './room.ts'
import { openSharedSessions, type SharedSessions } from './session/shared-sessions.ts'
import { callSignOn } from './sign-on/call-sign-on.ts'
import { MetadataSource } from './sign-on/metadata.ts'

export type { PortalOptions } from './options.ts'

export interface Portal {
  /** Where browsers find it. */
  readonly url: string
  close(): Promise<void>
}

const PAGES = path.join(import.meta.dirname, '..', 'public')
const CONSOLE = '/console'
const SWEEP_MS = 5_000

/** @throws {PortalError} SETTINGS_INVALID with the first setting that cannot work. */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const { host = '127.0.0.1', port } = options
  // Lines and headers are bounded by Node; so is the time that a request may take to arrive.
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000 })
  const bound = await listen(server, port, host)
  try {
    const secret = randomBytes(32).toString('base64url')
    const settings = settle(options, options.url ?? `http://${host}:${bound}`, secret)
    const link = new GatewayLink({
      gateway: settings.gateway,
      timeoutMs: settings.limits.gatewayTimeoutMs,
      now: settings.now,
    })
    const sessions = await openSharedSessions(settings)
    const rooms = await openRooms(settings, options, { link, shared: sessions })
    server.on('request', appOf(settings, rooms, sessions))
    const sweeping = setInterval(() => {
      for (const { store } of rooms.values()) void store.sweep()
    }, SWEEP_MS)
    sweeping.unref()
    return {
      url: settings.origin,
      close: async () => {
        clearInterval(sweeping)
        await Promise.all([close(server), link.close()])
        sessions?.close()
      },
    }
  } catch (error) {
    await close(server)
    throw error
  }
}

/** By the path they stand under. */
async function openRooms(
  settings: Settings,
  options: PortalOptions,
  links: Pick<RoomOptions, 'link' | 'shared'>,
): Promise<ReadonlyMap<string, Room>> {
  const call = callSignOn(settings.limits.signOnTimeoutMs)
  const metadata = new MetadataSource(settings, call)
  const common = { files: await loadPublicFiles(PAGES), ...links, metadata, call }
  const rooms = new Map<string, Room>()
  if (options.console !== undefined) {
    const console = { ...common, base: CONSOLE, client: options.console, role: 'realm:staff' }
    rooms.set(CONSOLE, openRoom(settings, console))
  }
  return rooms.set('', openRoom(settings, { ...common, base: '', client: options.portal }))
}

function appOf(
  { origin, issuer, log }: Settings,
  rooms: ReadonlyMap<string, Room>,
  sessions: SharedSessions | undefined,
) {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // A query is names and texts; nested objects would be one more thing to check everywhere.
  app.set('query parser', 'simple')
  app.set('case sensitive routing', true)
  app.set('strict routing', true)
  app.get('/health', async (_request, response) => {
    // Without its sessions a copy can serve nobody who is signed in: a balancer takes one that still can.
    const isUp = (await sessions?.isUp()) ?? true
    const status = isUp ? 'up' : 'down'
    response
      .status(isUp ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status, ...(sessions === undefined ? {} : { sessions: status }) })
  })
  app.use(securityHeaders(origin, issuer))
  app.use(
    ownHost(
      origin,
      [...rooms.keys()].map((base) => `${base}/sso/backchannel-logout`),
    ),
  )
  for (const [base, { router }] of rooms) {
    if (base !== '') app.get(base, (_request, response) => response.redirect(308, `${base}/`))
    app.use(base === '' ? '/' : base, router)
  }
  app.use((_request, _response, next) => next(new PortalError('NOT_FOUND', 'path')))
  app.use(sendRefusal('', log))
  return app
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new PortalError('SETTINGS_INVALID', 'port', cause)))
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

if (import.meta.main) {
  const log = jsonLog((line) => process.stdout.write(line))
  try {
    const portal = await startPortal({ ...readConfig(), log })
    log.info({ url: portal.url }, 'portal is up')
    const stop = () => void portal.close()
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  } catch (error) {
    const reason = error instanceof PortalError ? error.reason : 'bug'
    log.error({ reason }, 'portal does not start')
    process.exitCode = 1
  }
}
