// Where a question about a person begins. In: the caller, or a national id. Out: the key of the entity `Person`;
// everything else is added by the systems. Never says whether such a person exists.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Caller } from '../../schema/caller.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { type Resolvers, serveOwn } from '../own.ts'

export async function loadPerson({ log }: { readonly log: Log }): Promise<Subgraph> {
  const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
  return serveOwn({ name: 'person', schema, resolvers: RESOLVERS, log })
}

const RESOLVERS: Resolvers = {
  Query: {
    me: (_source, _arguments, { caller }) => ({ nationalId: ownNationalId(caller) }),
    person: (_source, { nationalId }, { caller }) => {
      if (caller.kind === 'anonymous') throw refused('UNAUTHENTICATED')
      if (caller.kind === 'citizen') throw refused('FORBIDDEN')
      return { nationalId }
    },
  },
  Person: { __resolveReference: (reference) => reference },
}

/** Throws CallerError: UNAUTHENTICATED for anonymous, FORBIDDEN for anybody who is not a citizen. */
function ownNationalId(caller: Caller): string {
  if (caller.kind === 'anonymous') throw refused('UNAUTHENTICATED')
  if (caller.kind !== 'citizen' || caller.nationalId === undefined) throw refused('FORBIDDEN')
  return caller.nationalId
}

function refused(code: 'UNAUTHENTICATED' | 'FORBIDDEN'): CallerError {
  return new CallerError(code, ERRORS[code].text)
}
