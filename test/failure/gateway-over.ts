// A gateway on a real socket over systems on real sockets, and what its answers are worth beside those of calm days.

import { setTimeout as pause } from 'node:timers/promises'

import { expect, onTestFinished } from 'vitest'

import { readConfig } from '../../gateway/config.ts'
import { openGateway } from '../../gateway/open-gateway.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { AnswerError } from '../../schema/context.ts'
import { loadPerson } from '../../subgraphs/person/person.ts'
import { type Change, openSystems } from './two-systems.ts'

export interface Received {
  readonly status: number
  /** Undefined: the request was refused as a whole (GraphQL §7.1, a request error). */
  readonly data: unknown
  readonly errors: readonly AnswerError[]
}

export interface OpenOptions {
  readonly change?: Change
  readonly environment?: Readonly<Record<string, string>>
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Whoever asks with a national id as the token is that citizen, with every purpose of the systems. Ends with the test. */
export async function openGatewayOver(ids: readonly string[], options: OpenOptions = {}) {
  const { estate, copy } = await openSystems(ids, options.change)
  const { subgraphs } = await copy()
  const config = readConfig({ PANJAREH_PORT: '0', ...options.environment })
  const person = await loadPerson({ log: SILENT })
  const gateway = await openGateway(config, {
    // Whoever opened the systems closes them.
    subgraphs: [
      person,
      ...Array.from(subgraphs.values(), (each) => ({ ...each, close: async () => undefined })),
    ],
    log: SILENT,
    authenticate: async ({ headers }) =>
      citizen(String(headers['authorization']).replace('Bearer ', '')),
  })
  onTestFinished(() => gateway.close())
  return {
    estate,
    subgraphs,
    ask: async (nationalId: string, query: string): Promise<Received> => {
      const reply = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${nationalId}` },
        body: JSON.stringify({ query }),
      })
      const { data, errors = [] } = await reply.json()
      return { status: reply.status, data, errors }
    },
  }
}

function citizen(nationalId: string): Caller {
  return {
    ...ANONYMOUS,
    kind: 'citizen',
    subject: nationalId,
    nationalId,
    roles: new Set(['citizen']),
  }
}

/** Places of an answer that are not the truth: another value, or a null that no error's path leads to, through or from. */
export function untrue({ data, errors }: Received, truth: unknown): readonly string[] {
  const told = errors.map(({ path = [] }) => path.join('.'))
  const wrong: string[] = []
  const compare = (one: unknown, other: unknown, place: string): void => {
    if (one === null && other !== null) {
      if (!told.some((path) => path !== '' && isWithin(path, place))) wrong.push(place)
    } else if (isHolder(one) && isHolder(other)) {
      if (Array.isArray(one) && Object.keys(one).length !== Object.keys(other).length) {
        wrong.push(place)
      }
      for (const [name, value] of Object.entries(one)) {
        compare(value, Reflect.get(other, name), place === '' ? name : `${place}.${name}`)
      }
    } else if (one !== other) wrong.push(place)
  }
  compare(data, truth, '')
  return wrong
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isWithin(error: string, place: string): boolean {
  return `${error}.`.startsWith(`${place}.`) || `${place}.`.startsWith(`${error}.`)
}

/** Until it is answered whole: breakers rest. */
export async function calm(ask: () => Promise<Received>): Promise<unknown> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { data, errors } = await ask()
    if (errors.length === 0) return data
    await pause(50)
  }
  return expect.fail('it is not answered whole')
}
