// The files of one database: a folder `cluster` with the data, a random password and the server's log.
// It appears whole or not at all, so a start that was killed half-way leaves nothing that is believed.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ServiceError } from '../../../schema/errors.ts'
import type { Binaries } from './binaries.ts'
import type { RunAs } from './run-as.ts'

export interface Cluster {
  readonly data: string
  readonly password: string
  readonly logFile: string
  /** True when this call made it. */
  readonly fresh: boolean
}

const INITDB = [
  '--encoding=UTF8',
  '--locale=C',
  // Not the machine's locale: an index must read the same on every machine.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--username=postgres',
]

/** Opens the cluster in `folder`, or makes it. */
export async function openCluster(
  folder: string,
  binaries: Binaries,
  runAs: RunAs,
): Promise<Cluster> {
  const place = join(folder, 'cluster')
  if (await exists(join(place, 'password'))) return describe(place, false)
  const draft = await mkdtemp(join(folder, 'cluster-'))
  try {
    await initialise(draft, binaries, runAs)
    await rename(draft, place)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    // Somebody else was faster: theirs is as good.
    if (await exists(join(place, 'password'))) return describe(place, false)
    throw cause
  }
  return describe(place, true)
}

async function initialise(draft: string, binaries: Binaries, runAs: RunAs): Promise<void> {
  const data = join(draft, 'data')
  const password = join(draft, 'password')
  await mkdir(data, { mode: 0o700 })
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (runAs.owner) {
    const { uid, gid } = runAs.owner
    for (const path of [draft, data, password]) await chown(path, uid, gid)
  }
  const { file, args } = runAs.wrap(binaries.initdb, [
    ...INITDB,
    `--pgdata=${data}`,
    `--pwfile=${password}`,
  ])
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: {}, cwd: draft })
  const { code, complaint } = await outcome(child)
  if (code !== 0) {
    throw new ServiceError('INTERNAL', `The database could not be made: ${complaint}`)
  }
}

async function describe(place: string, fresh: boolean): Promise<Cluster> {
  const password = await readFile(join(place, 'password'), 'utf8')
  return { data: join(place, 'data'), logFile: join(place, 'server.log'), password, fresh }
}

function outcome(child: ChildProcess): Promise<{ code: number | null; complaint: string }> {
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-500)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code, complaint: complaint.trim() })
    })
  })
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false
    throw new ServiceError('INTERNAL', `The database folder belongs to another user: ${path}`, {
      cause,
    })
  }
}
