// In: a cache folder. Out: a built Keycloak in it, fetched from Maven Central when it is not there yet. Never: an archive
// whose digest is not the one pinned in release.ts, or a half-made folder under the final name.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

import { RELEASE } from './release.ts'
import { has, KeycloakRefusal, run } from './run.ts'

/** Git-ignored; `PANJAREH_KEYCLOAK_CACHE` names a folder that several checkouts share. */
function cacheFolder(): string {
  const shared = process.env['PANJAREH_KEYCLOAK_CACHE']
  return shared ?? path.join(import.meta.dirname, '../../../.panjareh/keycloak')
}

// What is decided when Keycloak is built, not when it starts: in memory, so that a run leaves nothing; health on the
// one port that is open anyway; no cluster; whoever comes by HTTPS may show a certificate (RFC 8705).
const BUILD = [
  '--db=dev-mem',
  '--https-client-auth=request',
  '--health-enabled=true',
  '--http-management-health-enabled=false',
  '--cache=local',
]
const NEEDED = [
  {
    program: 'java',
    flag: '-version',
    install: 'Java 17 or newer (Debian: apt install default-jre-headless)',
  },
  { program: 'mvn', flag: '--version', install: 'Maven (Debian: apt install maven)' },
  { program: 'tar', flag: '--version', install: 'tar' },
]

/** @throws {KeycloakRefusal} saying what to install. */
export async function fetchKeycloak(print: (line: string) => void): Promise<string> {
  const folder = cacheFolder()
  const home = path.join(folder, `${RELEASE.folder}-${digestOfBuild()}`)
  const missing = await missingPrograms(existsSync(home) ? ['java'] : ['java', 'mvn', 'tar'])
  if (missing.length > 0) {
    throw new KeycloakRefusal(
      `Keycloak needs ${missing.join(' and ')}; install it, or skip by name: SKIP=keycloak`,
    )
  }
  if (existsSync(home)) return home
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(path.join(folder, 'making-'))
  try {
    print(`fetching ${RELEASE.artifact} from Maven Central`)
    await download(work)
    const archive = path.join(work, RELEASE.file)
    await verify(archive)
    await run('tar', ['xzf', archive, '-C', work])
    print('building it once')
    const made = path.join(work, RELEASE.folder)
    await run(path.join(made, 'bin/kc.sh'), ['build', ...BUILD])
    await rename(made, home).catch((error: unknown) => {
      // Another run was faster.
      if (!existsSync(home)) throw error
    })
    return home
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** In the folder's name: a checkout that builds otherwise does not take this one's Keycloak out of a shared cache. */
function digestOfBuild(): string {
  return createHash('sha256').update(BUILD.join(' ')).digest('hex').slice(0, 8)
}

async function missingPrograms(programs: readonly string[]): Promise<string[]> {
  const needed = NEEDED.filter(({ program }) => programs.includes(program))
  const found = await Promise.all(needed.map(({ program, flag }) => has(program, flag)))
  return needed.filter((_one, index) => found[index] !== true).map(({ install }) => install)
}

async function download(folder: string): Promise<void> {
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
  await run('mvn', [
    '-q',
    '-B',
    copy,
    `-Dartifact=${RELEASE.artifact}`,
    `-DoutputDirectory=${folder}`,
  ])
}

async function verify(archive: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(archive), hash)
  const digest = hash.digest('hex')
  if (digest !== RELEASE.sha256) {
    throw new KeycloakRefusal(`${RELEASE.file} has the digest ${digest}, not ${RELEASE.sha256}`)
  }
}
