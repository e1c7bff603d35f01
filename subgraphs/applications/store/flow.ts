// Keeps the flow tables in step with the catalogue. A flow that is in the database is never edited.

import type { Kysely } from 'kysely'

import { type Finding, FindingsError } from '../../../adapters/finding.ts'
import type { Service } from '../../catalogue/load-service.ts'
import { hashOf } from '../ledger/canonical.ts'
import type { Tables } from './tables.ts'

/** Throws FindingsError for a flow that was changed without a new `flowVersion`. */
export async function storeFlows(db: Kysely<Tables>, services: Iterable<Service>): Promise<void> {
  const findings: Finding[] = []
  for (const service of services) {
    if (await storeFlow(db, service)) continue
    findings.push({
      file: `${service.slug}/service.json`,
      message: `statuses or transitions changed: raise "flowVersion" above ${service.flowVersion}`,
    })
  }
  if (findings.length > 0) throw new FindingsError(findings)
}

// False when the stored flow of this version is another one.
function storeFlow(db: Kysely<Tables>, service: Service): Promise<boolean> {
  const key = { service: service.code, version: service.flowVersion }
  const definition_hash = hashOf([service.statuses, service.transitions])
  return db.transaction().execute(async (tx) => {
    const inserted = await tx
      .insertInto('flow')
      .values({ ...key, definition_hash })
      .onConflict((conflict) => conflict.doNothing())
      .returning('service')
      .executeTakeFirst()
    if (inserted) {
      await tx.insertInto('flow_status').values(statusRows(service, key)).execute()
      await tx.insertInto('flow_transition').values(transitionRows(service, key)).execute()
      return true
    }
    const stored = await tx
      .selectFrom('flow')
      .select('definition_hash')
      .where('service', '=', key.service)
      .where('version', '=', key.version)
      .executeTakeFirstOrThrow()
    return stored.definition_hash === definition_hash
  })
}

interface Key {
  readonly service: string
  readonly version: number
}

function statusRows({ statuses }: Service, key: Key) {
  return statuses.map(({ id, kind, official, citizen }, ordinal) => ({
    ...key,
    status: id,
    ordinal,
    kind,
    official_fa: official,
    citizen_fa: citizen.fa,
    citizen_en: citizen.en,
  }))
}

function transitionRows({ transitions }: Service, key: Key) {
  return transitions.map(({ from, action, to }) => ({
    ...key,
    from_status: from,
    action,
    to_status: to,
  }))
}
