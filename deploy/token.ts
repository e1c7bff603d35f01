// Prints an access token of the embedded sign-on: `npm run -s token -- kaveh`, or `-- --client agency-rmto`.
// In: a person or a client; the addresses of the demo that `npm start` began last, unless told. Out: the token alone on stdout, or one line on stderr and exit code 1.
import { parseArgs } from 'node:util'

import { DEMO_VARIABLES } from './embedded/sign-on/demo-variables.ts'
import { obtainPersonToken, obtainServiceToken } from './embedded/sign-on/obtain-token.ts'
import { SignOnError } from './embedded/sign-on/sign-on-error.ts'
import { readRunningDemo, type RunningDemo } from './running-demo.ts'

const USAGE =
  'usage: npm run -s token -- PERSON [--issuer URL] [--portal URL] | npm run -s token -- --client agency-rmto [--issuer URL]'
const USUAL: RunningDemo = {
  issuer: 'http://127.0.0.1:4001/realms/gov',
  portal: DEMO_VARIABLES.PORTAL_URL,
}
const SECRETS: Readonly<Record<string, string>> = {
  'agency-rmto': DEMO_VARIABLES.AGENCY_RMTO_SECRET,
  'agency-mrud': DEMO_VARIABLES.AGENCY_MRUD_SECRET,
}

interface Asked {
  readonly person: string | undefined
  readonly client: string | undefined
  readonly issuer: string
  /** Where the portal is: its address is where the sign-on sends the code, and no other. */
  readonly portal: string
}

try {
  process.stdout.write(`${await obtain(readArguments((await readRunningDemo()) ?? USUAL))}\n`)
} catch (error) {
  if (!(error instanceof SignOnError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function readArguments(demo: RunningDemo): Asked {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        issuer: { type: 'string', default: demo.issuer },
        portal: { type: 'string', default: demo.portal },
        client: { type: 'string' },
      },
    })
    const [person] = positionals
    const several =
      positionals.length > 1 || (person === undefined) === (values.client === undefined)
    if (several) throw new SignOnError('REFUSED', USAGE)
    return { person, client: values.client, issuer: values.issuer, portal: values.portal }
  } catch (cause) {
    throw cause instanceof SignOnError ? cause : new SignOnError('REFUSED', USAGE, cause)
  }
}

function obtain({ person, client, issuer, portal }: Asked): Promise<string> {
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
    clientId: 'portal',
    redirectUri: `${portal}/graphql`,
  })
}
