// Two copies of the portal behind one address, with their sessions in one store.
import { type Portal, type PortalOptions, startPortal } from '../../../portal/server/main.ts'
import { freePort } from '../../support/free-port.ts'
import { startValkey, type TestValkey } from '../../support/valkey.ts'
import { type Balancer, openBalancer } from './balancer.ts'
import { Browser } from './browser.ts'
import { GatewayDouble } from './gateway-double.ts'
import { IssuerDouble } from './issuer-double.ts'

export interface Copies {
  readonly issuer: IssuerDouble
  readonly gateway: GatewayDouble
  readonly valkey: TestValkey
  readonly url: string
  readonly logged: string[]
  readonly clock: { aheadMs: number }
  /** From now on, requests go to that copy; or to each in turn. */
  at(index: 0 | 1 | 'both'): void
  /** All copies end, and others take their place. */
  restart(): Promise<void>
  signedIn(path?: string): Promise<{ browser: Browser; csrf: string }>
  close(): Promise<void>
}

const SECRET = new Uint8Array(32).fill(9)

export async function openCopies(changes: Partial<PortalOptions> = {}): Promise<Copies> {
  const [issuer, gateway, valkey, balancer] = await Promise.all([
    IssuerDouble.start(),
    GatewayDouble.start(),
    startValkey(),
    openBalancer(),
  ])
  const logged: string[] = []
  const clock = { aheadMs: 0 }
  const log = (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`)
  const start = () =>
    startCopy(balancer, {
      issuer: issuer.issuer,
      gateway: gateway.url,
      portal: { clientId: 'portal', secret: issuer.secret },
      console: { clientId: 'console', secret: issuer.secret },
      valkey: { url: valkey.url, secret: SECRET },
      log: { info: log, warn: log, error: log },
      now: () => Date.now() + clock.aheadMs,
      ...changes,
    })
  let copies = await Promise.all([start(), start()])
  let requests = 0
  const at = (index: 0 | 1 | 'both') => {
    balancer.choose = () => {
      requests += 1
      const chosen = index === 'both' ? requests % 2 : index
      return copies[chosen]?.address ?? ''
    }
  }
  const stop = () => Promise.all(copies.map(({ portal }) => portal.close()))
  at(0)
  return {
    issuer,
    gateway,
    valkey,
    url: balancer.url,
    logged,
    clock,
    at,
    restart: async () => {
      await stop()
      copies = await Promise.all([start(), start()])
      at(0)
    },
    signedIn: async (path = '') => {
      const browser = new Browser()
      await browser.follow(`${balancer.url}${path}/sso/login`)
      const told = (await browser.fetch(`${balancer.url}${path}/sso/session`)).json()
      return { browser, csrf: String(told['csrf']) }
    },
    close: async () => {
      await stop()
      await Promise.all([issuer.close(), gateway.close(), valkey.close(), balancer.close()])
    },
  }
}

type Told = Omit<PortalOptions, 'port' | 'url'>

/** On a port of its own, beside the address of all. */
async function startCopy(
  balancer: Balancer,
  options: Told,
): Promise<{ portal: Portal; address: string }> {
  const port = await freePort()
  const portal = await startPortal({ ...options, url: balancer.url, port })
  return { portal, address: `http://127.0.0.1:${port}` }
}
