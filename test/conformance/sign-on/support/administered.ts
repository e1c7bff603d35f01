// A gateway before an engine, with the administration in it, and questions to it as somebody with a token.
import type { Database } from '../../../../deploy/embedded/database/database.ts'
import { readConfig } from '../../../../gateway/config.ts'
import { openGateway, type Running } from '../../../../gateway/open-gateway.ts'
import { invariant } from '../../../../schema/errors.ts'
import { EndNews } from '../../../../subgraphs/sign-on/end-news.ts'
import { openSignOn } from '../../../../subgraphs/sign-on/sign-on.ts'
import type { SignOnEngine } from '../engine.ts'
import type { Row } from '../table/rows.ts'

export const silent = { info() {}, warn() {}, error() {} }

/** At a free port unless another is named. */
export async function openAdministered(
  engine: SignOnEngine,
  database: Database,
  port = 0,
): Promise<Running> {
  const config = readConfig({
    PANJAREH_ISSUER: engine.issuer,
    PANJAREH_AUDIENCE: 'gateway',
    PANJAREH_PORT: String(port),
    PANJAREH_LOG: 'silent',
    PANJAREH_SIGN_ON_ADMIN_CLIENT: engine.administration.clientId,
    PANJAREH_SIGN_ON_ADMIN_SECRET: engine.administration.clientSecret,
  })
  const administration = config.signOnAdministration
  invariant(administration !== undefined, 'the administration is configured')
  const news = new EndNews()
  const signOn = await openSignOn({
    administration,
    databaseUrl: database.url,
    log: silent,
    ended: (ended) => news.publish(ended),
  })
  return openGateway(config, { subgraphs: [signOn], log: silent, endings: [news] })
}

export interface Answered {
  readonly data?: Row | null
  readonly errors?: readonly { readonly extensions?: Row; readonly message: string }[]
}

export async function askGateway(gateway: Running, token: string, body: Row): Promise<Answered> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
  return JSON.parse(await response.text())
}
