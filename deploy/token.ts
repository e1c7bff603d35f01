// Prints an access token of the demo's sign-on: `npm run -s token -- kaveh`, `-- staff --acr substantial`, or
// `-- --client agency-rmto`. In: a person or a client; the issuer of the demo that `npm start` began last, unless told.
// Out: the token alone on stdout, or one line on stderr and exit code 1.
import { parseArgs } from 'node:util'

import { HOTP, Secret } from 'otpauth'

import { DEMO_VARIABLES } from './embedded/sign-on/demo-variables.ts'
import {
  obtainPersonToken,
  obtainServiceToken,
} from './embedded/sign-on/obtain-token/obtain-token.ts'
import { SignOnError } from './embedded/sign-on/sign-on-error.ts'
import { readRunningDemo } from './running-demo.ts'

const USAGE =
  'usage: npm run -s token -- PERSON [--acr substantial] [--issuer URL] | npm run -s token -- --client agency-rmto [--issuer URL]'
const USUAL_ISSUER = 'http://127.0.0.1:4001/realms/gov'
// The one address that the realm's client `cli` may be led back to; nothing has to listen there.
const REDIRECT_URI = 'http://127.0.0.1:4003/callback'
const PERIOD_MS = 30_000
const SECRETS: Readonly<Record<string, string>> = {
  'agency-rmto': DEMO_VARIABLES.AGENCY_RMTO_SECRET,
  'agency-mrud': DEMO_VARIABLES.AGENCY_MRUD_SECRET,
}

interface Asked {
  readonly person: string | undefined
  readonly client: string | undefined
  readonly issuer: string
  readonly acr: string | undefined
}

try {
  const usual = (await readRunningDemo())?.issuer ?? USUAL_ISSUER
  process.stdout.write(`${await obtain(readArguments(usual))}\n`)
} catch (error) {
  if (!(error instanceof SignOnError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function readArguments(usualIssuer: string): Asked {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        issuer: { type: 'string', default: usualIssuer },
        acr: { type: 'string' },
        client: { type: 'string' },
      },
    })
    const [person] = positionals
    const several =
      positionals.length > 1 || (person === undefined) === (values.client === undefined)
    if (several) throw new SignOnError('REFUSED', USAGE)
    return { person, client: values.client, issuer: values.issuer, acr: values.acr }
  } catch (cause) {
    throw cause instanceof SignOnError ? cause : new SignOnError('REFUSED', USAGE, cause)
  }
}

function obtain({ person, client, issuer, acr }: Asked): Promise<string> {
  if (person === undefined) {
    const clientId = client ?? ''
    const secret = SECRETS[clientId]
    if (secret !== undefined) return obtainServiceToken({ issuer, clientId, secret })
    const known = Object.keys(SECRETS).join(', ')
    throw new SignOnError('UNKNOWN_PERSON', `no client "${clientId}"; there are: ${known}`)
  }
  return obtainPersonToken({
    issuer,
    person,
    password: DEMO_VARIABLES.DEMO_PASSWORD,
    clientId: 'cli',
    redirectUri: REDIRECT_URI,
    acr,
    codes: oneTimeCodes,
  })
}

/** The demo people share an authenticator. A code is taken once, so the next and the last one are there to try, too. */
function oneTimeCodes(): string[] {
  const secret = Secret.fromBase32(DEMO_VARIABLES.DEMO_TOTP_SECRET)
  const step = Math.floor(Date.now() / PERIOD_MS)
  return [step, step + 1, step - 1].map((counter) => HOTP.generate({ secret, counter }))
}
