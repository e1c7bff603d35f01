import { type Portal, type PortalOptions, startPortal } from '../../../portal/server/main.ts'
import { Browser } from './browser.ts'
import { GatewayDouble } from './gateway-double.ts'
import { IssuerDouble } from './issuer-double.ts'

export interface World {
  readonly issuer: IssuerDouble
  readonly gateway: GatewayDouble
  readonly portal: Portal
  readonly logged: string[]
  /** Milliseconds that the portal's clock is ahead. */
  readonly clock: { aheadMs: number }
  /** A browser with a session, and its CSRF token. */
  signedIn(path?: string): Promise<{ browser: Browser; csrf: string }>
  close(): Promise<void>
}

/** A portal between an issuer and a gateway that a test commands. */
export async function openWorld(
  changes: Partial<PortalOptions> | ((issuer: IssuerDouble) => Partial<PortalOptions>) = {},
  alg = 'RS256',
): Promise<World> {
  const [issuer, gateway] = await Promise.all([IssuerDouble.start(alg), GatewayDouble.start()])
  const logged: string[] = []
  const clock = { aheadMs: 0 }
  const log = (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`)
  const portal = await startPortal({
    port: 0,
    issuer: issuer.issuer,
    gateway: gateway.url,
    portal: { clientId: 'portal', secret: issuer.secret },
    console: { clientId: 'console', secret: issuer.secret },
    log: { info: log, warn: log, error: log },
    now: () => Date.now() + clock.aheadMs,
    ...(typeof changes === 'function' ? changes(issuer) : changes),
  })
  return {
    issuer,
    gateway,
    portal,
    logged,
    clock,
    signedIn: async (path = '') => {
      const browser = new Browser()
      await browser.follow(`${portal.url}${path}/sso/login`)
      const told = (await browser.fetch(`${portal.url}${path}/sso/session`)).json()
      return { browser, csrf: String(told['csrf']) }
    },
    close: async () => {
      await Promise.all([portal.close(), issuer.close(), gateway.close()])
    },
  }
}
