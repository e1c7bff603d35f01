// The ways in which a person's session ends, each as whoever does it does it.

import { invariant } from '../../../schema/errors.ts'
import { askToken } from '../../conformance/sign-on/support/sign-in.ts'
import type { Guest } from './guest.ts'
import type { House } from './open-house.ts'

export interface Ending {
  readonly name: string
  readonly end: (house: House, guest: Guest) => Promise<void>
  /** So that the person can sign in again. */
  readonly undo?: (house: House, guest: Guest) => Promise<void>
}

export const ENDINGS: readonly Ending[] = [
  { name: 'the person signs out everywhere', end: signOutEverywhere },
  { name: 'an administrator ends the session', end: endByAdministrator },
  { name: 'the session is ended in the sign-on itself', end: endInside },
  {
    name: 'an administrator disables the person',
    end: (house, guest) => setEnabled(house, guest, false),
    undo: (house, guest) => setEnabled(house, guest, true),
  },
]

export async function signOutEverywhere(
  { portal }: House,
  { browser, csrf }: Pick<Guest, 'browser' | 'csrf'>,
): Promise<void> {
  const form = { csrf, scope: 'everywhere' }
  const answer = await browser.fetch(`${portal}/sso/logout`, { method: 'POST', form })
  invariant(answer.headers.get('location') === '/sso/signed-out', 'the sign-on was told')
}

const REASON = 'Asked for in letter 1405/77'

async function endByAdministrator(house: House, { subject, session }: Guest): Promise<void> {
  await administer(
    house,
    'mutation ($id: ID!, $session: ID!, $reason: String!) { endUserSession(id: $id, session: $session, reason: $reason) { ended } }',
    { id: subject, session, reason: REASON },
  )
}

async function setEnabled(house: House, { subject }: Guest, enabled: boolean): Promise<void> {
  await administer(
    house,
    'mutation ($id: ID!, $enabled: Boolean!, $reason: String!) { setUserEnabled(id: $id, enabled: $enabled, reason: $reason) { user { enabled } } }',
    { id: subject, enabled, reason: REASON },
  )
}

/** As its own console does: neither the gateway nor the portal has a part in it. */
export async function endInside(
  { engine }: Pick<House, 'engine'>,
  { session }: Pick<Guest, 'session'>,
): Promise<void> {
  const { clientId, clientSecret } = engine.administration
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }
  const { access } = await askToken(engine, form)
  const response = await fetch(`${engine.adminUrl}/sessions/${session}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${access}` },
  })
  invariant(response.status === 204, `ended: ${response.status}`)
}

/** At the first copy. */
async function administer(
  { copies: [copy], officer }: House,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await fetch(`${copy}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${officer}` },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  invariant(response.ok && !text.includes('"errors"'), `administered: ${text}`)
}

/** A refresh token is used twice: by its owner and by whoever has a copy of it. The second use is refused. */
export async function reuseRefreshToken({ engine }: House, { refresh }: Guest): Promise<void> {
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refresh,
    client_id: 'portal',
    client_secret: engine.secretOf('portal'),
  }
  const first = await askToken(engine, form)
  invariant(first.status === 200, `renewed: ${first.error}`)
  const second = await askToken(engine, form)
  invariant(second.status === 400, 'refused the second time')
}
