// Seafarers' documents of the ports organisation, SOAP 1.2 behind a single sign-on that gives tickets over JSON. In: a national
// id as a number. Out: a seafarer, in Persian and English. Quirks: Q1 padded Jalali dates, Q7 Arabic ي ك, Q11 ids without
// their zeros, Q17 slow (here 500–1400 ms, more by switch), Q23 a ticket ends after 15 minutes.

import { arabicLetters } from '../legacy-text.ts'
import { isNationalId } from '../personas.ts'
import professions from '../professions.json' with { type: 'json' }
import type { Simulator, WireReply, WireRequest, World } from '../simulator.ts'
import { LONG, required } from '../soap/soap-content.ts'
import { type EnvelopeManner, type SoapFault, writeFault } from '../soap/soap-fault.ts'
import { answerSoap, type SoapService } from '../soap/soap-server.ts'
import { childText, tag, tree, type XmlElement } from '../soap/soap-xml.ts'
import { Tickets } from '../soap/tickets.ts'

const NAMESPACE = 'urn:pmo:seafarer:v1'
const PLACE = '/seafarer/v1'
const SIGN_ON = `${PLACE}/sso/ticket`
const ACCOUNT = { username: 'panjareh', password: 'Dary4navard' }
const MANNER: EnvelopeManner = { version: '1.2', prefix: 'soapenv' }
const TICKET_MS = 15 * 60_000

type Seafarer = (typeof professions.seafarers)[number]

export function createPmoSeafarer(world: World): Simulator {
  const tickets = new Tickets(world.now, TICKET_MS)
  const service: SoapService = {
    ...MANNER,
    understands: [NAMESPACE],
    authenticateHeader: (header) => checkTicket(header, tickets),
    operations: [
      {
        action: `${NAMESPACE}:GetSeafarer`,
        element: 'GetSeafarer',
        namespace: NAMESPACE,
        content: { namespace: NAMESPACE, fields: [required('CodeMelli', LONG)] },
        answer: (input) => answer(childText(input, 'CodeMelli'), world),
      },
    ],
  }
  return {
    id: 'pmo-seafarer',
    name: 'Ports: seafarers’ documents',
    protocol: 'SOAP 1.2',
    path: PLACE,
    latency: [500, 1_400],
    environment: { PMO_SEAFARER_USER: ACCOUNT.username, PMO_SEAFARER_PASSWORD: ACCOUNT.password },
    isBusiness: ({ url, method }) => method === 'POST' && url.pathname !== SIGN_ON,
    answer: (request) =>
      request.url.pathname === SIGN_ON ? signOn(request, tickets) : answerSoap(service, request),
    failure: () => writeFault(MANNER, fault('server', 'INTERNAL')),
    drift: (text) => text.replaceAll(/(<\/?)TarikhEtebar\b/gu, '$1TarikhPayan'),
  }
}

function signOn({ method, body }: WireRequest, tickets: Tickets): WireReply {
  const sent = readAccount(body.toString('utf8'))
  if (method !== 'POST') return json(405, { error: 'method not allowed' })
  if (sent !== `${ACCOUNT.username}\n${ACCOUNT.password}`) {
    return json(401, { error: 'bad credentials' })
  }
  return json(200, { data: { ticket: tickets.issue(), expiresIn: TICKET_MS / 1_000 } })
}

function readAccount(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    if (!('username' in value) || !('password' in value)) return undefined
    return `${String(value.username)}\n${String(value.password)}`
  } catch {
    return undefined
  }
}

function json(status: number, body: unknown): WireReply {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}

function checkTicket(header: XmlElement | undefined, tickets: Tickets): SoapFault | undefined {
  const block = header?.children.find(
    ({ name, namespace }) => name === 'SsoTicket' && namespace === NAMESPACE,
  )
  if (block === undefined) return fault('caller', 'SSO_TICKET_MISSING')
  const [ticket, ...more] = block.children
  const isWhole = ticket?.name === 'Ticket' && ticket.namespace === NAMESPACE && more.length === 0
  if (!isWhole) return fault('caller', 'SSO_TICKET_MISSING')
  return tickets.isGood(ticket.text) ? undefined : fault('caller', 'SSO_TICKET_EXPIRED')
}

function fault(by: 'caller' | 'server', code: string): SoapFault {
  const detail = `<SeafarerFault xmlns="${NAMESPACE}">${tag('Code', code)}</SeafarerFault>`
  return { by, reason: code, detail }
}

function answer(number: string, { population }: World): string {
  const nationalId = number.padStart(10, '0')
  if (!isNationalId(nationalId)) return writeReply(400, tag('Seafarer', null))
  const seafarer = professions.seafarers.find((each) => each.nationalId === nationalId)
  const persona = population.byNationalId(nationalId)
  if (seafarer === undefined || persona === undefined) return writeReply(404, tag('Seafarer', null))
  const { firstName, lastName, nameEn } = persona
  const name = arabicLetters(`${firstName} ${lastName}`)
  return writeReply(
    0,
    tree(
      'Seafarer',
      tag('CodeMelli', Number(nationalId)),
      tag('NamFa', name),
      tag('NameEn', nameEn.toUpperCase()),
      writeFile(seafarer),
    ),
  )
}

function writeReply(code: number, content: string): string {
  return `<GetSeafarerResponse xmlns="${NAMESPACE}">${tag('Code', code)}${content}</GetSeafarerResponse>`
}

function writeFile({ rank, rankEn, documents }: Seafarer): string {
  const list = documents.map(({ kind, number, issuedOn, expiresOn, port }) =>
    tree(
      'Madrak',
      tag('Noe', arabicLetters(kind)),
      tag('Shomare', number),
      tag('TarikhSodur', issuedOn),
      tag('TarikhEtebar', expiresOn),
      tag('Bandar', arabicLetters(port)),
    ),
  )
  return tag('Rotbe', arabicLetters(rank)) + tag('RankEn', rankEn) + tree('Madarek', ...list)
}
