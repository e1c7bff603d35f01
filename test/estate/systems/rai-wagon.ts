// Wagon tracking of the railways: CSV with a header row in windows-1256 (Q9), dates of six digits (Q4), a session cookie
// that ends early and is answered by the login page with 200 (Q23).

import { randomBytes } from 'node:crypto'

import iconv from 'iconv-lite'

import { arabicLetters, shortDate } from '../legacy-text.ts'
import type { RailWaybill, Wagon } from '../rail.ts'
import { isSecret } from '../rest-replies.ts'
import {
  type CreateSimulator,
  htmlPage,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'wagon-demo-password'
const ROOT = '/railtrack'
const SESSION_MS = 5 * 60_000

const STATES: Readonly<Record<Wagon['position']['state'], string>> = {
  loaded: 'باردار',
  empty: 'خالی',
  repair: 'تعمیرگاه',
}

interface Place {
  readonly method: string
  /** Parameters, of which at least one must be there, or all. */
  readonly takes: readonly string[]
  readonly all: boolean
  readonly columns: readonly string[]
  rows(asked: ReadonlyMap<string, string>, world: World): readonly (readonly string[])[]
}

const PLACES: Readonly<Record<string, Place>> = {
  '/radyabi.csv': {
    method: 'GET',
    takes: ['vagon'],
    all: true,
    columns:
      'vagon,no,mehvar,vazn_khali,zarfiat,malek,sal_sakht,tarikh_tamir,kod_istgah,istgah,tarikh,saat,vaziat,ghatar'.split(
        ',',
      ),
    rows(asked, world) {
      const wagon = world.rail.wagon(asked.get('vagon') ?? '')
      return wagon === undefined ? [] : [toWagonRow(wagon, world)]
    },
  },
  '/barname.csv': {
    method: 'GET',
    takes: ['vagon', 'barname'],
    all: false,
    columns:
      'barname,vagon,mabda,maghsad,kala,vazn,tarikh_sodur,tarikh_bargiri,tarikh_takhlie,girande'.split(
        ',',
      ),
    rows(asked, world) {
      const one = world.rail.waybill(asked.get('barname') ?? '')
      if (one !== undefined) return [toWaybillRow(one.wagon, one.waybill, world)]
      const wagon = world.rail.wagon(asked.get('vagon') ?? '')
      return wagon?.waybills.map((waybill) => toWaybillRow(wagon, waybill, world)) ?? []
    },
  },
  '/istgah.csv': {
    method: 'POST',
    takes: ['istgah', 'tarikh'],
    all: true,
    columns: ['vagon', 'vaziat', 'ghatar', 'saat'],
    rows(asked, { rail }) {
      const station = rail.stations.find(({ name }) => arabicLetters(name) === asked.get('istgah'))
      const here = rail.wagons.filter(
        ({ position }) =>
          position.station === station?.code && sixDigits(position.at) === asked.get('tarikh'),
      )
      return here.map(({ wagonNumber, position: { state, train, time } }) => [
        wagonNumber,
        STATES[state],
        train ?? '',
        time.replace(':', ''),
      ])
    },
  },
}

export const createRaiWagon: CreateSimulator = (world): Simulator => {
  const sessions = new Sessions(world)
  return {
    id: 'rai-wagon',
    name: 'Wagon tracking and rail waybills',
    protocol: 'CSV',
    path: ROOT,
    charset: 'windows-1256',
    environment: { RAI_WAGON_USER: USER, RAI_WAGON_PASSWORD: PASSWORD },
    isBusiness: ({ url }) => url.pathname !== `${ROOT}/login`,
    answer: (request) =>
      request.url.pathname === `${ROOT}/login`
        ? sessions.open(request)
        : answer(request, sessions, world),
    drift: (text) => text.replace('tarikh_tamir', 'tarikh_tamirat').replace('girande', 'tahvil'),
  }
}

class Sessions {
  readonly #world: World
  /** Session to the epoch milliseconds at which it ends. */
  readonly #live = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  open(request: WireRequest): WireReply {
    const form = readPairs(request.body.toString('latin1'))
    const known = form.get('user') === USER && isSecret(form.get('pass'), PASSWORD)
    if (request.method !== 'POST' || !known) return loginPage('نام کاربری یا رمز نادرست است')
    const session = randomBytes(16).toString('hex').toUpperCase()
    this.#live.set(session, this.#world.now() + SESSION_MS)
    return {
      status: 302,
      contentType: 'text/plain',
      headers: {
        location: `${ROOT}/home`,
        'set-cookie': `JSESSIONID=${session}; Path=${ROOT}; HttpOnly`,
      },
      body: '',
    }
  }

  isLive(cookie: string | undefined): boolean {
    const session = /(?:^|;\s*)JSESSIONID=([0-9A-F]+)/u.exec(cookie ?? '')?.[1]
    return session !== undefined && (this.#live.get(session) ?? 0) > this.#world.now()
  }
}

function answer(request: WireRequest, sessions: Sessions, world: World): WireReply {
  const { url, method, headers, body } = request
  if (!sessions.isLive(headers.cookie)) return loginPage('لطفاً وارد شوید')
  const place = PLACES[url.pathname.slice(ROOT.length)]
  if (place === undefined) return page(404, 'Not Found')
  if (place.method !== method) return page(405, 'Method Not Allowed')
  const text = method === 'POST' ? body.toString('latin1') : url.search.slice(1)
  const asked = readPairs(text)
  const given = place.takes.filter((name) => (asked.get(name) ?? '') !== '')
  const unknown = [...asked.keys()].some((name) => !place.takes.includes(name))
  const enough = place.all ? given.length === place.takes.length : given.length === 1
  if (unknown || !enough) return page(400, 'HTTP Status 400')
  const rows = [place.columns, ...place.rows(asked, world)]
  return { status: 200, contentType: 'text/csv', body: rows.map(toLine).join('') }
}

function decode(part: string): string {
  const bytes = part
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/gu, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    )
  return iconv.decode(Buffer.from(bytes, 'latin1'), 'windows-1256')
}

/** Percent-encoded windows-1256, as their own form sends it. */
function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=')
      return [decode(name), decode(value.join('='))]
    }),
  )
}

function toWagonRow(wagon: Wagon, { rail }: World): readonly string[] {
  const { position } = wagon
  return [
    wagon.wagonNumber,
    wagon.kind,
    String(wagon.axles),
    wagon.tareTonnes,
    wagon.capacityTonnes,
    toNumber(wagon.owner),
    String(wagon.builtIn),
    sixDigits(wagon.repairDueOn),
    position.station,
    rail.station(position.station)?.name ?? '',
    sixDigits(position.at),
    position.time.replace(':', ''),
    STATES[position.state],
    position.train ?? '',
  ]
}

function toWaybillRow(wagon: Wagon, waybill: RailWaybill, { rail }: World): readonly string[] {
  return [
    waybill.waybillNumber,
    wagon.wagonNumber,
    rail.station(waybill.from)?.name ?? '',
    rail.station(waybill.to)?.name ?? '',
    waybill.cargo,
    waybill.weightTonnes,
    sixDigits(waybill.issuedOn),
    sixDigits(waybill.loadedOn),
    sixDigits(waybill.arrivedOn),
    toNumber(waybill.consignee),
  ]
}

/** `1405/09/01` as `050901`. */
function sixDigits(date: string | null): string {
  return date === null ? '' : shortDate(date).replaceAll('/', '')
}

function toNumber(id: string): string {
  return BigInt(id).toString()
}

/** windows-1256 has no ی, so all is in Arabic letters. */
function toLine(fields: readonly string[]): string {
  const quoted = fields.map((field) =>
    /[,"\r\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  )
  return `${arabicLetters(quoted.join(','))}\r\n`
}

function loginPage(text: string): WireReply {
  return page(200, `ورود به سامانه. ${text}`)
}

function page(status: number, text: string): WireReply {
  return {
    status,
    contentType: 'text/html; charset={charset}',
    body: htmlPage('سامانه ردیابی واگن', text),
  }
}
