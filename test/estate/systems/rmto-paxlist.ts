// Passenger manifests of coaches, SOAP 1.2 with a sign-in of its own. In: a token and a manifest's number or a national id.
// Out: manifests. Quirks: Q7 Arabic ي ك, Q12 lists without a wrapper, Q23 a token ends after 20 minutes and then the sign-in
// page comes with status 200, Q27 a token as argument.

import { arabicLetters, spelledPlate } from '../legacy-text.ts'
import { isNationalId } from '../personas.ts'
import roads from '../roads.json' with { type: 'json' }
import {
  htmlPage,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'
import { optional, TEXT } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapOperation, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'
import { Tickets } from '../soap/tickets.ts'

const NAMESPACE = 'http://paxlist.rmto.ir/v3'
const ACCOUNT = { user: 'panjareh', password: 'Mos4fer-20' }
const MANNER: EnvelopeManner = { version: '1.2', prefix: 's' }
const TOKEN_MINUTES = 20
const SIGNED_OUT = 'token is over'
const SIGN_IN_PAGE = htmlPage(
  'ورود به سامانه صورت وضعیت',
  'نشست شما پایان یافته است. دوباره وارد شوید.',
)

type Manifest = (typeof roads.manifests)[number]

export function createRmtoPaxlist(world: World): Simulator {
  const tickets = new Tickets(world.now, TOKEN_MINUTES * 60_000)
  const service: SoapService = {
    ...MANNER,
    operations: [
      operation('SignIn', ['UserName', 'Password'], (input) => signIn(input, tickets)),
      operation('GetManifest', ['Token', 'ShomareSooratVaziat'], (input) =>
        manifestByNumber(input, tickets, world),
      ),
      operation('GetTrips', ['Token', 'CodeMelli'], (input) => tripsOf(input, tickets, world)),
    ],
  }
  return {
    id: 'rmto-paxlist',
    name: 'Road organisation: passenger manifests',
    protocol: 'SOAP 1.2',
    path: '/v3/PaxList.svc',
    environment: { RMTO_PAXLIST_USER: ACCOUNT.user, RMTO_PAXLIST_PASSWORD: ACCOUNT.password },
    isBusiness: ({ method, body }) => method === 'POST' && !isSignIn(body),
    answer: (request) => withSignInPage(service, request),
    failure: () =>
      writeFault(MANNER, { by: 'server', reason: 'The server was unable to process the request.' }),
    drift: (text) => text.replaceAll(/(<\/?)Harekat\b/gu, '$1ZamanHarekat'),
  }
}

function isSignIn(body: Buffer): boolean {
  return /<(?:\w+:)?SignIn[\s>]/u.test(body.toString('utf8'))
}

/** The filter before the service knows nothing of SOAP: who is signed out sees a page (Q23). */
function withSignInPage(service: SoapService, request: WireRequest): WireReply {
  const reply = answerSoap(service, request)
  if (typeof reply.body !== 'string' || !reply.body.includes(SIGNED_OUT)) return reply
  return { status: 200, contentType: 'text/html; charset={charset}', body: SIGN_IN_PAGE }
}

function operation(
  name: string,
  fields: readonly string[],
  find: (input: XmlElement) => string | SoapFault,
): SoapOperation {
  return {
    action: `${NAMESPACE}/IPaxList/${name}`,
    element: name,
    namespace: NAMESPACE,
    content: { namespace: NAMESPACE, fields: fields.map((field) => optional(field, TEXT)) },
    answer: (input) => {
      const found = find(input)
      if (typeof found !== 'string') return found
      return `<${name}Response xmlns="${NAMESPACE}">${tree(`${name}Result`, found)}</${name}Response>`
    },
  }
}

function signIn(input: XmlElement, tickets: Tickets): string | SoapFault {
  const { user, password } = ACCOUNT
  const isKnown = childText(input, 'UserName') === user && childText(input, 'Password') === password
  if (!isKnown) return { by: 'caller', reason: 'نام كاربري يا رمز نادرست است' }
  return tag('Token', tickets.issue()) + tag('ExpiresInMinutes', TOKEN_MINUTES)
}

function manifestByNumber(input: XmlElement, tickets: Tickets, world: World): string | SoapFault {
  if (!tickets.isGood(childText(input, 'Token'))) return { by: 'caller', reason: SIGNED_OUT }
  const number = childText(input, 'ShomareSooratVaziat')
  if (!/^\d{10}$/u.test(number)) return tag('ResultCode', 2)
  const found = roads.manifests.find((each) => each.number === number)
  return found === undefined
    ? tag('ResultCode', 1)
    : tag('ResultCode', 0) + writeManifest(found, world)
}

function tripsOf(input: XmlElement, tickets: Tickets, world: World): string | SoapFault {
  if (!tickets.isGood(childText(input, 'Token'))) return { by: 'caller', reason: SIGNED_OUT }
  const nationalId = childText(input, 'CodeMelli')
  if (!isNationalId(nationalId)) return tag('ResultCode', 2)
  const trips = roads.manifests.filter((each) =>
    each.passengers.some((passenger) => passenger.nationalId === nationalId),
  )
  return tag('ResultCode', 0) + trips.map((trip) => writeManifest(trip, world)).join('')
}

function writeManifest(manifest: Manifest, { companies, population }: World): string {
  const passengers = manifest.passengers.map(({ nationalId, seat }) => {
    const persona = population.byNationalId(nationalId)
    const name = `${persona?.firstName ?? ''} ${persona?.lastName ?? ''}`
    return tree(
      'Mosafer',
      tag('CodeMelli', nationalId),
      tag('Nam', arabicLetters(name)),
      tag('Sandali', seat),
    )
  })
  return tree(
    'SooratVaziat',
    tag('Shomare', manifest.number),
    tag('Pelak', spelledPlate(manifest.plate)),
    tag('ShenaseSherkat', companies.byKey(manifest.company)?.legalNationalId),
    tag('Mabda', arabicLetters(manifest.origin)),
    tag('Maghsad', arabicLetters(manifest.destination)),
    tag('Harekat', manifest.departs),
    tag('CodeMelliRanandeh', manifest.driver),
    ...passengers,
  )
}
