// A plan that was shown, to be applied later or by somebody else: it holds what is to be done, no secret, and hashes by which
// it is known whether anything has changed since.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { canonical } from '../objects/fields.ts'
import { RealmError } from '../realm-error.ts'
import type { Change, Plan } from './change.ts'
import { fingerprintOf, isOf } from './fingerprint.ts'

const PlanFile = Type.Object({
  version: Type.Literal(1),
  server: Type.String(),
  realm: Type.String(),
  /** Over the changes with the values that they start from. */
  digest: Type.String(),
  /** Of all secrets of the files together, salted. */
  secrets: Type.String(),
  changes: Type.Array(Type.Unknown()),
})

export interface Shown {
  readonly server: string
  readonly plan: Plan
  readonly masked: readonly Change[]
  readonly secrets: readonly string[]
}

export async function savePlan(
  file: string,
  { server, plan, masked, secrets }: Shown,
): Promise<void> {
  const { realm } = plan
  const content = {
    version: 1,
    server,
    realm,
    digest: digestOf(server, plan),
    secrets: fingerprintOf(secrets.join('\n')),
    changes: masked,
  }
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
}

/** Throws a RealmError `STALE` unless what would be done now is what was shown then. */
export async function checkPlan(file: string, { server, plan, secrets }: Shown): Promise<void> {
  const saved = await read(file)
  if (saved.server !== server || saved.realm !== plan.realm) {
    throw new RealmError('STALE', `${file} is a plan for ${saved.realm} at ${saved.server}`)
  }
  if (saved.digest !== digestOf(server, plan)) {
    throw new RealmError('STALE', `${file}: the server or the files have changed since; plan again`)
  }
  if (!isOf(saved.secrets, secrets.join('\n'))) {
    throw new RealmError('STALE', `${file}: a secret of the environment is another one; plan again`)
  }
}

async function read(file: string) {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    const value: unknown = JSON.parse(text)
    if (Value.Check(PlanFile, value)) return value
  } catch {
    // Told below, like any other content that is no plan.
  }
  throw new RealmError('STALE', `${file} is no plan of this command`)
}

function digestOf(server: string, { realm, changes }: Plan): string {
  return createHash('sha256').update(canonical({ server, realm, changes })).digest('base64url')
}
