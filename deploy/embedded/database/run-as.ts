// PostgreSQL refuses to run as root. In: who we are and where the files are. Out: how its programs are started.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

import { ServiceError } from '../../../schema/errors.ts'

export interface RunAs {
  /** Undefined: as the user we are. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** Program and arguments as they are to be spawned. */
  wrap(program: string, args: readonly string[]): { file: string; args: readonly string[] }
}

// In order: Debian's own, then the one account that each Linux has.
const ACCOUNTS = ['postgres', 'nobody']
const SETPRIV = '/usr/bin/setpriv'
// Bits of capabilities(7); the first is enough and the lesser right, the second is what containers have.
const SEARCH_RIGHTS = [
  { bit: 2n, name: 'dac_read_search' },
  { bit: 1n, name: 'dac_override' },
]

/** `places` are the files that the programs must reach. */
export function chooseRunAs(places: readonly string[]): RunAs {
  if (process.getuid?.() !== 0) return { owner: undefined, wrap: (file, args) => ({ file, args }) }
  const owner = findAccount()
  const capability = places.every((place) => canReach(place, owner)) ? undefined : searchRight()
  const rights = capability === undefined ? [] : rightsOf(capability)
  return {
    owner,
    wrap: (program, args) => ({
      file: SETPRIV,
      args: [
        `--reuid=${owner.uid}`,
        `--regid=${owner.gid}`,
        '--clear-groups',
        ...rights,
        program,
      ].concat(args),
    }),
  }
}

// PostgreSQL finds its own programs by access(2), which drops the capability unless no_setuid_fixup is set.
function rightsOf(capability: string): readonly string[] {
  return [
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ]
}

function findAccount(): { uid: number; gid: number } {
  if (!existsSync(SETPRIV))
    throw refusal(`root needs ${SETPRIV} (util-linux) to give up its rights`)
  for (const name of ACCOUNTS) {
    const uid = accountNumber('-u', name)
    const gid = accountNumber('-g', name)
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw refusal(`root needs an account named ${ACCOUNTS.join(' or ')} for PostgreSQL`)
}

function accountNumber(flag: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
  } catch {
    return undefined
  }
}

// A clone below /root or a private temporary folder: its parents shut out every other account.
function canReach(place: string, owner: { uid: number; gid: number }): boolean {
  for (let folder = place; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder)
    const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0
    if (((mode >> shift) & 1) === 0) return false
    if (dirname(folder) === folder) return true
  }
}

function searchRight(): string {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const held = BigInt(`0x${effective ?? '0'}`)
  const right = SEARCH_RIGHTS.find(({ bit }) => ((held >> bit) & 1n) === 1n)
  if (right) return right.name
  throw refusal(
    'the folder is closed to the account of PostgreSQL: choose another, or do not run as root',
  )
}

function refusal(reason: string): ServiceError {
  return new ServiceError('INTERNAL', `The embedded database cannot start: ${reason}`)
}
