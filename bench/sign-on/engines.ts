// Both sign-on engines as processes that are watched from outside (proc(5)).

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { invariant } from '../../schema/errors.ts'
import type { SignOnEngine } from '../../test/conformance/sign-on/engine.ts'
import { openEngine } from '../../test/conformance/sign-on/engines/open-engine.ts'
import { realmOf } from '../../test/conformance/sign-on/engines/realm-of.ts'

export interface Watched {
  readonly engine: SignOnEngine
  /** User and system time so far, in milliseconds, in steps of ten; NaN where the process was not found. */
  cpuMs(): number
  rssMb(): number
}

export async function watchEmbedded(): Promise<Watched> {
  const child = fork(path.join(import.meta.dirname, 'embedded-process.ts'))
  const [issuer]: unknown[] = await once(child, 'message')
  invariant(typeof issuer === 'string' && child.pid !== undefined, 'it has said its issuer')
  const { person, secretOf } = await realmOf({})
  const { origin, pathname } = new URL(issuer)
  const engine: SignOnEngine = {
    name: 'embedded',
    issuer,
    realm: pathname.split('/').at(-1) ?? '',
    serverUrl: origin,
    adminUrl: `${origin}/admin${pathname}`,
    administration: { clientId: 'sign-on-admin', clientSecret: secretOf('sign-on-admin') ?? '' },
    person,
    secretOf,
    close: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
  return { engine, ...watch(child.pid) }
}

/** One that runs already, on this machine (`npm run keycloak`), with a realm of its own for this run. */
export async function watchKeycloak(): Promise<Watched> {
  const engine = await openEngine('keycloak')
  return { engine, ...watch(keycloaksPid(new URL(engine.serverUrl).port)) }
}

/** Others may run beside it. */
function keycloaksPid(port: string): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.filter((pid) => {
    const words = commandOf(pid).split('\0')
    return words.includes(`--http-port=${port}`) && words.some((word) => word.endsWith('.jar'))
  })
  return found.length === 1 ? Number(found[0]) : undefined
}

/** A process may end between the two looks. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

const TICK_MS = 10

function watch(pid: number | undefined): Pick<Watched, 'cpuMs' | 'rssMb'> {
  return {
    cpuMs: () =>
      pid === undefined ? Number.NaN : cpuOf(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    rssMb: () =>
      pid === undefined ? Number.NaN : rssOf(readFileSync(`/proc/${pid}/status`, 'utf8')),
  }
}

/** Fields 14 and 15, counted after the name in brackets, which may hold anything. */
function cpuOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function rssOf(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}
