// Carries out one change of a plan by the hand of its kind.

import { type Fields, fieldsOf, isFields } from '../objects/fields.ts'
import type { Item } from '../objects/kinds.ts'
import { secretsIn } from '../objects/secret-places.ts'
import type { Change } from '../plan/change.ts'
import { CLIENTS } from './clients.ts'
import { FLOWS } from './flows.ts'
import { PEOPLE } from './people.ts'
import { PROVIDERS } from './providers.ts'
import { ROLES } from './roles.ts'
import { SETTINGS } from './settings.ts'
import type { Hand, Hands, Work } from './work.ts'

const HANDS: Hands = { ...SETTINGS, ...ROLES, ...CLIENTS, ...FLOWS, ...PROVIDERS, ...PEOPLE }

export async function carryOut(
  work: Work,
  change: Change,
  { item, found }: { readonly item: Item | undefined; readonly found: Item | undefined },
): Promise<void> {
  const hand: Hand | undefined = HANDS[change.kind]
  if (hand === undefined) return
  if (change.action === 'delete') {
    if (found !== undefined) await hand.remove?.(work, found)
  } else if (item !== undefined) {
    const body = change.action === 'create' ? item.body : keepSecrets(item.body, change.secrets)
    const task = { item: { ...item, body }, found }
    await (found === undefined ? hand.create(work, task) : hand.update(work, task))
  }
}

/** A secret that does not change is not sent: the one on the server stays. */
function keepSecrets(body: Fields, changed: readonly string[], place = ''): Fields {
  const secrets = secretsIn(body, place)
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !secrets.has(`${place}/${name}`) || changed.includes(`${place}/${name}`))
      .map(([name, value]) => [
        name,
        isFields(value) ? keepSecrets(fieldsOf(value), changed, `${place}/${name}`) : value,
      ]),
  )
}
