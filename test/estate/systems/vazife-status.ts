// Conscription status of the military-service organisation: CSV over HTTP GET in windows-1256 without a header row (Q9),
// national id as a number (Q11), Basic and a list of caller addresses, closed at night (Q18).

import { arabicLetters } from '../legacy-text.ts'
import type { Conscription, Persona } from '../personas.ts'
import {
  htmlPage,
  readBasic,
  type CreateSimulator,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'vazife-demo-password'
const PLACE = '/estelam/status.csv'
/** Other loopback addresses (127.0.0.2) are strangers. */
const ALLOWED = new Set(['127.0.0.1', '::1'])

const STATUSES: Readonly<Record<Conscription['status'], readonly [code: string, text: string]>> = {
  completed: ['01', 'پایان خدمت'],
  exempt: ['02', 'معاف'],
  serving: ['03', 'در حال خدمت'],
  'student-deferred': ['04', 'معافیت تحصیلی'],
  absent: ['05', 'غایب'],
  'not-yet': ['06', 'به سن مشمولیت نرسیده'],
}

export const createVazifeStatus: CreateSimulator = (world): Simulator => ({
  id: 'vazife-status',
  name: 'Conscription status',
  protocol: 'CSV',
  path: '/estelam',
  charset: 'windows-1256',
  maintenance: {
    from: '01:00',
    to: '05:00',
    refusedFrom: '04:30',
    zone: 'Asia/Tehran',
    page: htmlPage(
      'سامانه در دسترس نیست',
      'ساعت کاری سامانه به پایان رسیده است. لطفاً از ساعت ۵ بامداد مراجعه فرمایید.',
    ),
  },
  environment: { VAZIFE_STATUS_USER: USER, VAZIFE_STATUS_PASSWORD: PASSWORD },
  isBusiness: ({ url }) => url.pathname === PLACE,
  answer: (request) => answer(world, request),
  drift: withExtraColumn,
})

function answer(world: World, { method, url, headers, remoteAddress }: WireRequest): WireReply {
  if (!ALLOWED.has(remoteAddress)) return page(403, 'IP address is not registered')
  if (url.pathname !== PLACE || method !== 'GET') return page(404, 'Not Found')
  const sent = readBasic(headers)
  if (sent?.user !== USER || sent.password !== PASSWORD) return page(401, 'Unauthorized')
  const number = url.searchParams.get('nin') ?? ''
  if (!/^[1-9][0-9]{0,9}$/u.test(number)) return page(400, 'nin must be a number')
  const persona = world.population.byNationalId(number)
  const conscription = persona?.conscription
  const rows = persona && conscription ? [toRow(persona, conscription)] : []
  return { status: 200, contentType: 'text/csv', body: rows.join('') }
}

/** 0012345678 is 12345678 here; windows-1256 has no ی, so all is in Arabic letters. */
function toRow({ nationalId }: Persona, conscription: Conscription): string {
  const [code, text] = STATUSES[conscription.status]
  const { cardNumber, date, reason } = conscription
  const fields = [
    String(BigInt(nationalId)),
    code,
    text,
    cardNumber ?? '',
    date ?? '',
    reason ?? '',
  ]
  return `${fields.map((field) => quote(arabicLetters(field))).join(';')}\r\n`
}

/** RFC 4180 §2.6 with `;` for a delimiter. */
function quote(field: string): string {
  return /[;"\r\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/** A release that put a column in without telling anybody. */
function withExtraColumn(text: string): string {
  return text.replace(/^([0-9]+;)/gmu, '$10;')
}

function page(status: number, text: string): WireReply {
  const headers = status === 401 ? { 'www-authenticate': 'Basic realm="estelam"' } : {}
  return {
    status,
    contentType: 'text/html; charset={charset}',
    headers,
    body: htmlPage(`${status}`, text),
  }
}
