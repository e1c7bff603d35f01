// The demo's portal: the server that stands behind the browser, with the secrets of the demo's realm unless the environment
// has others. In production it is a process of its own (`node portal/server/main.ts`).

import { type Portal, startPortal } from '../../portal/server/main.ts'
import type { Log } from '../../schema/log.ts'
import { DEMO_VARIABLES } from './sign-on/demo-variables.ts'

export interface PortalPlace {
  /** For browsers: an origin of this machine. Its port is listened on. */
  readonly url: string
  readonly issuer: string
  /** `http://127.0.0.1:4000` */
  readonly gateway: string
  readonly audience: string | undefined
  readonly log: Log
  /** Of the environment, by name. */
  readonly secret: (variable: string) => string | undefined
}

export function openPortal({
  url,
  issuer,
  gateway,
  audience,
  log,
  secret,
}: PortalPlace): Promise<Portal> {
  return startPortal({
    url,
    port: Number(new URL(url).port || 80),
    issuer,
    gateway,
    audience,
    portal: { clientId: 'portal', secret: secret('PORTAL_SECRET') ?? DEMO_VARIABLES.PORTAL_SECRET },
    console: {
      clientId: 'console',
      secret: secret('CONSOLE_SECRET') ?? DEMO_VARIABLES.CONSOLE_SECRET,
    },
    log,
  })
}
