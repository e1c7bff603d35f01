// What is not done unless somebody asks for exactly that: taking away, and switching on again what somebody switched off.

import { fieldsOf, textOf } from '../objects/fields.ts'
import { nameOf } from '../objects/kinds.ts'
import { type Change, type Context, isNamed } from './change.ts'

/** More than that at once is a mistake more often than a wish. */
const MOST_DELETIONS = 3
/** Their disappearance takes people with it. */
const FEDERATION = 'org.keycloak.storage.UserStorageProvider'

/** Made by Keycloak in every realm; without them nobody administers it any more. */
const BUILT_IN: ReadonlySet<string> = new Set(
  [
    'account',
    'account-console',
    'admin-cli',
    'broker',
    'realm-management',
    'security-admin-console',
  ].map((client) => `client:${client}`),
)

export function holdBack(changes: readonly Change[], context: Context): readonly Change[] {
  const deletions = changes.filter(({ action }) => action === 'delete')
  const emptied = emptiedKinds(deletions, context)
  return changes.map((change) => {
    const held =
      change.action === 'delete'
        ? whyNotDeleted(change, { count: deletions.length, emptied }, context)
        : whyNotEnabled(change, context)
    return held === undefined ? change : { ...change, held }
  })
}

interface Deletions {
  readonly count: number
  /** Kinds of which nothing would be left: the sign of a file that was cut off or not found. */
  readonly emptied: ReadonlySet<string>
}

function whyNotDeleted(
  change: Change,
  { count, emptied }: Deletions,
  { options, there }: Context,
): string | undefined {
  const body = fieldsOf(there.get(nameOf(change))?.body)
  if (body['providerType'] === FEDERATION) {
    return 'a federation of users is never deleted here: all its people would go with it'
  }
  if (BUILT_IN.has(nameOf(change))) return 'Keycloak’s own clients are never deleted here'
  if (!isNamed(change, options.allowDelete)) return 'deleting needs --allow-delete'
  if (options.yesDelete === count) return undefined
  if (count > MOST_DELETIONS) return `${count} deletions at once need --yes-delete ${count}`
  if (!emptied.has(change.kind)) return undefined
  return `the files have no ${change.kind} at all, which needs --yes-delete ${count}`
}

function emptiedKinds(deletions: readonly Change[], { desired }: Context): ReadonlySet<string> {
  const left = new Set<string>(desired.map(({ kind }) => kind))
  return new Set(deletions.map(({ kind }) => kind).filter((kind) => !left.has(kind)))
}

function whyNotEnabled({ differences }: Change, { options }: Context): string | undefined {
  const isSwitchedOn = differences.some(
    ({ place, before, after }) =>
      place === '/enabled' && isText(before, 'false') && isText(after, 'true'),
  )
  if (!isSwitchedOn || options.allowEnable) return undefined
  return 'it was switched off on the server; --allow-enable switches it on again'
}

function isText(value: unknown, text: string): boolean {
  return (typeof value === 'boolean' ? String(value) : textOf(value)) === text
}
