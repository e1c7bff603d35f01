// Where a question about a company, a plot, a vehicle and so on begins. In: its number. Out: the key of the entity; all
// else is added by the systems, as far as the caller may know it. Never says whether there is such a thing.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { type Resolvers, serveOwn } from '../own.ts'

export async function loadEntries({ log }: { readonly log: Log }): Promise<Subgraph> {
  const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
  return serveOwn({ name: 'entries', schema, resolvers: RESOLVERS, log })
}

// Every argument is the key field of what its field returns.
const FIELDS = [
  'legalPerson',
  'plot',
  'address',
  'vehicle',
  'wagon',
  'railProject',
  'province',
  'airport',
  'flight',
] as const

const RESOLVERS: Resolvers = {
  Query: {
    ...Object.fromEntries(FIELDS.map((field) => [field, (_source: unknown, key: unknown) => key])),
    myCompany: (_source, _none, { caller: { legalNationalId, actor } }) => {
      if (legalNationalId !== undefined && actor?.mandate?.kind === 'OFFICER') {
        return { legalNationalId }
      }
      throw new CallerError('FORBIDDEN', ERRORS.FORBIDDEN.text)
    },
  },
}
