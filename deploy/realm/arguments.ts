// What the command was asked to do, and where: arguments for what, environment for who.
import { parseArgs } from 'node:util'

import type { PlanOptions } from './plan/change.ts'
import type { ServerOptions } from './server/server.ts'

const USAGE = `npm run -s realm -- render [--realm NAME] [--file REALM] [--folder DIR]… [--out FILE]
npm run -s realm -- plan [--out FILE] …
npm run -s realm -- apply [--plan FILE] …
npm run -s realm -- drift …
  --server URL          PANJAREH_REALM_SERVER: address of Keycloak, without /admin
  --realm NAME          instead of the one that the realm file names
  --file REALM          instead of deploy/keycloak/gov-realm.json; agencies/ beside it is read, too
  --folder DIR          more files of agencies (may be repeated)
  --json                one JSON document instead of lines
  --timeout SECONDS     for one answer of the server (60)
  --adopt WHAT          take over what is there: KIND, KIND:KEY or all (may be repeated)
  --allow-delete[=KIND] delete what is ours and gone from the files (may be repeated)
  --yes-delete N        exactly so many deletions are meant
  --allow-enable        switch on again what was switched off on the server
  --reset-secrets       put back secrets that were changed on the server
  --accept-held         apply: what was held back is no reason for exit code 1
Credentials: PANJAREH_REALM_CLIENT and PANJAREH_REALM_SECRET (a client of that realm, or of PANJAREH_REALM_HOME),
or PANJAREH_REALM_USER and PANJAREH_REALM_PASSWORD (of PANJAREH_REALM_HOME, master). Placeholders of the files: the environment.
Exit codes: 0 in sync, 1 differences, 2 usage or files, 3 unreachable or refused.`

type Verb = 'render' | 'plan' | 'apply' | 'drift'

export interface Asked {
  readonly verb: Verb
  readonly file: string | undefined
  readonly folders: readonly string[]
  readonly realm: string | undefined
  readonly server: string | undefined
  readonly json: boolean
  readonly out: string | undefined
  readonly plan: string | undefined
  /** What was held back is left without complaint. */
  readonly acceptHeld: boolean
  /** Milliseconds. */
  readonly timeout: number
  readonly options: PlanOptions
}

/** The value of a variable. */
export type Environment = (name: string) => string | undefined

/** What is wrong with the way in which the command was called. */
export class UsageError extends Error {}

const VERBS: readonly Verb[] = ['render', 'plan', 'apply', 'drift']

export function readArguments(args: readonly string[]): Asked {
  const { values, positionals } = parse(args)
  const [word, ...more] = positionals
  const verb = VERBS.find((each) => each === word)
  if (verb === undefined || more.length > 0) throw new UsageError(USAGE)
  if (values.plan !== undefined && verb !== 'apply') throw new UsageError('--plan is for apply')
  if (values.out !== undefined && verb !== 'plan' && verb !== 'render') {
    throw new UsageError('--out is for plan and render')
  }
  return {
    verb,
    file: values.file,
    folders: values.folder,
    realm: values.realm,
    server: values.server,
    json: values.json,
    out: values.out,
    plan: values.plan,
    acceptHeld: values['accept-held'],
    timeout: wholeNumber('--timeout', values.timeout, 600) * 1000,
    options: {
      adopt: values.adopt,
      allowDelete: values['allow-delete'],
      yesDelete:
        values['yes-delete'] === undefined
          ? undefined
          : wholeNumber('--yes-delete', values['yes-delete'], 100_000),
      allowEnable: values['allow-enable'],
      resetSecrets: values['reset-secrets'],
    },
  }
}

function parse(args: readonly string[]) {
  // `--allow-delete` alone means every kind.
  const whole = args.map((each) => (each === '--allow-delete' ? '--allow-delete=all' : each))
  try {
    return parseArgs({
      args: whole,
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        folder: { type: 'string', multiple: true, default: [] },
        realm: { type: 'string' },
        server: { type: 'string' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        plan: { type: 'string' },
        timeout: { type: 'string', default: '60' },
        adopt: { type: 'string', multiple: true, default: [] },
        'allow-delete': { type: 'string', multiple: true, default: [] },
        'yes-delete': { type: 'string' },
        'allow-enable': { type: 'boolean', default: false },
        'reset-secrets': { type: 'boolean', default: false },
        'accept-held': { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : ''}\n${USAGE}`)
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text)
  if (/^\d{1,6}$/.test(text) && number >= 1 && number <= most) return number
  throw new UsageError(`${option} takes a whole number from 1 to ${most}`)
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

export function readServer(
  { server, timeout }: Asked,
  environment: Environment,
  realm: string,
): ServerOptions {
  const url = readAddress(server ?? environment('PANJAREH_REALM_SERVER'))
  const home = environment('PANJAREH_REALM_HOME')
  const clientId = environment('PANJAREH_REALM_CLIENT')
  const username = environment('PANJAREH_REALM_USER')
  const base = { url, realm, timeout }
  if (clientId !== undefined) {
    const clientSecret = needed(environment, 'PANJAREH_REALM_SECRET')
    return { ...base, home: home ?? realm, credentials: { clientId, clientSecret } }
  }
  if (username === undefined) {
    throw new UsageError(
      'who? PANJAREH_REALM_CLIENT with PANJAREH_REALM_SECRET, or PANJAREH_REALM_USER with PANJAREH_REALM_PASSWORD',
    )
  }
  const password = needed(environment, 'PANJAREH_REALM_PASSWORD')
  return { ...base, home: home ?? 'master', credentials: { username, password } }
}

/** Credentials go there: in the clear to this machine only. */
function readAddress(text: string | undefined): string {
  if (text === undefined || text === '') {
    throw new UsageError('which server? --server URL or PANJAREH_REALM_SERVER')
  }
  if (!URL.canParse(text)) throw new UsageError('--server is not an address')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('--server has credentials in it; they belong into the environment')
  }
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
  if (!isSafe) throw new UsageError('--server must be https, or http to this machine')
  return url.href.replace(/\/$/, '')
}

function needed(environment: Environment, name: string): string {
  const value = environment(name)
  if (value === undefined || value === '') throw new UsageError(`${name} has no value`)
  return value
}
