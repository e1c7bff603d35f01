// Changes of the realm itself: its keys, the identity providers, everything that was issued. For administrators of the
// whole realm only.

import type { RequestContext } from '../../../schema/context.ts'
import { reasonOf, recordChange, type TargetKind } from '../changes/record-change.ts'
import type { Desk } from '../desk.ts'
import { ADMINISTRATOR, wholeReachOf } from '../reach.ts'
import { refusal, refused } from '../refusal.ts'
import { ComponentForm, type KeyForm, ProviderForm, RealmForm } from '../representations.ts'
import { wellFormed } from '../well-formed.ts'
import { isInUse, readKeyForms, readProvider, toKey } from './read-realm.ts'

interface Told {
  readonly action: string
  readonly kind: TargetKind
  readonly id: string
  readonly fields: readonly string[]
}

interface SentWithReason {
  readonly reason?: unknown
}

function changeRealm<Result>(
  desk: Desk,
  context: RequestContext,
  { sent, told }: { sent: SentWithReason; told: Told },
  work: () => Promise<Result>,
) {
  wholeReachOf(context.caller)
  const { action, kind, id, fields } = told
  const reason = reasonOf(sent.reason)
  const role = ADMINISTRATOR
  const change = { action, target: { kind, id }, agency: undefined, role, fields, reason }
  return recordChange(desk, context, change, work)
}

/** Everything that was issued until now, of everybody. */
export function revokeAllTokens(desk: Desk, sent: SentWithReason, context: RequestContext) {
  const { realm } = desk.api
  const fields = ['notBefore']
  const told = { action: 'revokeAllTokens', kind: 'REALM' as const, id: realm, fields }
  return changeRealm(desk, context, { sent, told }, async () => {
    const notBefore = Math.floor(desk.now() / 1000)
    await desk.api.write('update realm', (admin) => admin.realms.update({ realm }, { notBefore }))
    await desk.api.write('push revocation', (admin) => admin.realms.pushRevocation({ realm }))
    desk.ended({ kind: 'everybody', atMs: notBefore * 1000 })
  })
}

export async function setProviderEnabled(
  desk: Desk,
  sent: SentWithReason & { alias?: unknown; enabled?: unknown },
  context: RequestContext,
) {
  const alias = wellFormed('alias', sent.alias, 'alias')
  const enabled = sent.enabled === true
  const told = {
    action: enabled ? 'enableIdentityProvider' : 'disableIdentityProvider',
    kind: 'IDENTITY_PROVIDER' as const,
    id: alias,
    fields: ['enabled'],
  }
  const { change } = await changeRealm(desk, context, { sent, told }, async () => {
    // Sent back whole, for Keycloak replaces it; a secret in it is stars, which it takes for "as it is".
    const found = await desk.api.read('identity provider', ProviderForm, (admin) =>
      admin.identityProviders.findOne({ alias }),
    )
    if (found === undefined) throw refused('NOT_FOUND')
    return desk.api.write('update identity provider', (admin) =>
      admin.identityProviders.update({ alias }, { ...found, enabled }),
    )
  })
  return { change, provider: () => readProvider(desk, alias) }
}

/** What Keycloak makes anew by itself. By algorithm: which kind of provider, and what it is told. */
const PROVIDERS: ReadonlyMap<string, NewProvider['provider']> = new Map([
  ['RS256', { id: 'rsa-generated', config: { keySize: ['2048'], algorithm: ['RS256'] } }],
  ['PS256', { id: 'rsa-generated', config: { keySize: ['2048'], algorithm: ['PS256'] } }],
  ['ES256', { id: 'ecdsa-generated', config: { ecdsaEllipticCurveKey: ['P-256'] } }],
  ['EdDSA', { id: 'eddsa-generated', config: { eddsaEllipticCurveKey: ['Ed25519'] } }],
])
const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider'
const STEP = 10
const MOST_PUBLISHED = 50

/**
 * A new key signs from now on; those before it stay published, so that what they signed is still understood. They are
 * taken out later, by `retireSignOnKey`.
 */
export async function rotateKey(
  desk: Desk,
  sent: SentWithReason & { algorithm?: unknown },
  context: RequestContext,
) {
  const algorithm = String(sent.algorithm)
  const provider = PROVIDERS.get(algorithm)
  if (provider === undefined) {
    const known = [...PROVIDERS.keys()]
    const said = {
      en: `algorithm must be one of ${known.join(', ')}.`,
      fa: `algorithm باید یکی از ${known.join('، ')} باشد.`,
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['algorithm'] })
  }
  const told = { action: 'rotateSignOnKey', kind: 'KEY' as const, id: algorithm, fields: ['key'] }
  const { change } = await changeRealm(desk, context, { sent, told }, async () => {
    const all = await readKeyForms(desk)
    assertRoom(all)
    const before = all.filter((key) => signs(key, algorithm))
    const highest = Math.max(100, ...before.map(({ providerPriority }) => providerPriority ?? 0))
    await addProvider(desk, { algorithm, provider, priority: highest + STEP })
    for (const { providerId } of before.filter(({ status }) => status === 'ACTIVE')) {
      await configureProvider(desk, providerId ?? '', { active: ['false'] })
    }
  })
  const key = async () => {
    const found = (await readKeyForms(desk)).find((one) => signs(one, algorithm) && isInUse(one))
    return found && toKey(found)
  }
  return { change, key }
}

/** Who verifies tokens reads a hundred keys and takes no longer list: one rotation too many would shut everybody out. */
function assertRoom(keys: readonly KeyForm[]): void {
  const published = keys.filter(({ status, type }) => status !== 'DISABLED' && type !== 'OCT')
  if (published.length < MOST_PUBLISHED) return
  const said = {
    en: `${MOST_PUBLISHED} keys are published already: retire those that sign no more.`,
    fa: `هم‌اکنون ${MOST_PUBLISHED.toLocaleString('fa-IR')} کلید منتشر شده است: آن‌هایی را که دیگر امضا نمی‌کنند کنار بگذارید.`,
  }
  throw refusal('CONFLICT', said)
}

function signs({ algorithm, use }: KeyForm, wanted: string): boolean {
  return algorithm === wanted && (use === undefined || use === 'SIG')
}

interface NewProvider {
  readonly algorithm: string
  readonly provider: { readonly id: string; readonly config: Record<string, string[]> }
  readonly priority: number
}

async function addProvider(desk: Desk, { algorithm, provider, priority }: NewProvider) {
  const { realm } = desk.api
  const found = await desk.api.read('realm', RealmForm, (admin) => admin.realms.findOne({ realm }))
  if (found === undefined) throw refused('NOT_FOUND')
  const at = new Date(desk.now()).toISOString().slice(0, 19)
  await desk.api.write('create key', (admin) =>
    admin.components.create({
      name: `${algorithm} ${at}`,
      parentId: found.id,
      providerId: provider.id,
      providerType: KEY_PROVIDER,
      config: {
        ...provider.config,
        priority: [String(priority)],
        enabled: ['true'],
        active: ['true'],
      },
    }),
  )
}

async function configureProvider(desk: Desk, id: string, config: Record<string, string[]>) {
  const found = await desk.api.read('key provider', ComponentForm, (admin) =>
    admin.components.findOne({ id }),
  )
  if (found === undefined || found.providerType !== KEY_PROVIDER) throw refused('NOT_FOUND')
  await desk.api.write('update key', (admin) =>
    admin.components.update({ id }, { ...found, config: { ...found.config, ...config } }),
  )
}

/** One that signs no more. Whatever it signed is refused from now on. */
export async function retireKey(
  desk: Desk,
  sent: SentWithReason & { kid?: unknown },
  context: RequestContext,
) {
  const kid = wellFormed('kid', sent.kid, 'kid')
  const told = { action: 'retireSignOnKey', kind: 'KEY' as const, id: kid, fields: ['enabled'] }
  const { change } = await changeRealm(desk, context, { sent, told }, async () => {
    const key = (await readKeyForms(desk)).find((one) => one.kid === kid)
    if (key === undefined) throw refused('NOT_FOUND')
    if (isInUse(key)) {
      const said = {
        en: 'This key signs: rotate it first.',
        fa: 'این کلید هنوز امضا می‌کند: نخست کلید تازه‌ای بسازید.',
      }
      throw refusal('CONFLICT', said, { fields: ['kid'] })
    }
    await configureProvider(desk, key.providerId ?? '', { enabled: ['false'] })
  })
  return { change, key: () => undefined }
}
