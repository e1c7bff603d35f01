// 141 of the road organisation: state of road sections, and what people report of them in the shape of Open311 GeoReport.
// Times without a zone (Q6), places as x and y in either order or as UTM (Q28), two connections at a time: a third one is
// cut without a word (Q29).

import { type Asked, type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import { arabicLetters } from '../legacy-text.ts'
import type { Fields } from '../open-api.ts'
import type { Places, Point, RoadSection } from '../places.ts'
import { isSecret, jsonReply, numberOf } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest, World } from '../simulator.ts'
import { toUtm, type UtmPoint } from '../utm.ts'

const KEY = 'road141-demo-key'
const SERVICES: Readonly<Record<string, string>> = {
  '001': 'چاله و خرابی روسازی',
  '002': 'ریزش کوه',
  '003': 'آب‌گرفتگی',
  '004': 'نقص علائم',
  '005': 'حیوان در راه',
}
const KINDS = { freeway: 'F', highway: 'H', main: 'M' } as const
/** Sections whose surveyor wrote latitude first. */
const SWAPPED = /^04/u

interface State {
  readonly status: 1 | 2 | 3 | 4
  readonly cause: string | null
  readonly traffic: number
  readonly updated: string
}

const CALM: State = { status: 1, cause: null, traffic: 35, updated: '2026-11-22T07:40:00' }
const STATES: Readonly<Record<string, State>> = {
  '0590011': {
    status: 4,
    cause: 'بارش سنگین برف و خطر بهمن',
    traffic: 0,
    updated: '2026-11-22T06:05:00',
  },
  '0910007': { status: 3, cause: 'یخ‌بندان', traffic: 48, updated: '2026-11-22T07:15:00' },
  '0710042': { status: 2, cause: 'تصادف', traffic: 91, updated: '2026-11-22T07:58:00' },
}

interface Report {
  readonly id: string
  readonly service: string
  readonly description: string
  readonly requested: string
  readonly updated: string | null
  readonly open: boolean
  readonly sectionId: string | null
  readonly utm: UtmPoint
}

const REPORTS: readonly Report[] = [
  {
    id: '14100231',
    service: '002',
    description: 'سنگ بزرگی در میان راه افتاده است',
    requested: '2026-11-22T05:31:00',
    updated: '2026-11-22T05:48:00',
    open: true,
    sectionId: '0590011',
    utm: toUtm({ latitude: 36.1402, longitude: 51.2533 }),
  },
  {
    id: '14100198',
    service: '001',
    description: 'چاله عمیق در خط سبقت، کیلومتر ۴۱',
    requested: '2026-11-20T17:02:00',
    updated: null,
    open: true,
    sectionId: '0710042',
    utm: toUtm({ latitude: 35.2811, longitude: 51.1391 }),
  },
  {
    id: '14099874',
    service: '004',
    description: 'تابلوی پیچ خطرناک افتاده بود',
    requested: '2021-07-14T09:20:00',
    updated: '2021-07-16T12:00:00',
    open: false,
    sectionId: '0710042',
    utm: toUtm({ latitude: 35.3302, longitude: 51.1652 }),
  },
]

export const createRmto141: CreateSimulator = (world): Simulator => {
  const check = readRequests('rmto-141', 'swagger.yaml')
  const desk = new Desk(world)
  return {
    id: 'rmto-141',
    name: '141: roads and reports',
    protocol: 'REST',
    path: '/141/v2',
    parallel: 2,
    busy: () => undefined,
    environment: { RMTO_141_KEY: KEY },
    isBusiness: () => true,
    answer: (request) => answer(request, check, desk),
    failure: () => open311Error(500, 'خطای داخلی'),
    drift: (text) => text.replaceAll('"updated":', '"updatedAt":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, desk: Desk): WireReply {
  if (!isSecret(request.headers['x-141-key'], KEY)) return open311Error(403, 'کلید نامعتبر است')
  const asked = check(request)
  if (!isObjection(asked)) return desk.answer(asked, request.switches.oneElement)
  if (asked.problem === 'path') return open311Error(404, 'مسیر یافت نشد')
  if (asked.problem === 'method') return open311Error(405, 'متد مجاز نیست')
  if (asked.problem === 'media type') return open311Error(415, 'نوع محتوا پذیرفته نیست')
  return open311Error(400, `${asked.name}: ${asked.problem}`)
}

class Desk {
  readonly #places: Places
  readonly #now: () => number
  readonly #reports: Report[] = [...REPORTS]

  constructor({ places, now }: World) {
    this.#places = places
    this.#now = now
  }

  answer(asked: Asked, oneElement: boolean): WireReply {
    const { operation, values } = asked
    if (operation === 'createRequest') return this.#create(asked.body)
    if (operation === 'getRequest') return this.#one(values['service_request_id'] ?? '')
    if (operation === 'listSections') {
      const code = String(values['code']).padStart(2, '0')
      const sections = this.#places.roadSections.filter(({ province }) => province === code)
      return list(sections.map(toSection), oneElement)
    }
    const section = this.#places.roadSection(values['sectionId'] ?? '')
    if (section === undefined) return open311Error(404, 'قطعه یافت نشد')
    if (operation === 'getSection') return jsonReply(200, toSection(section))
    const reports = this.#reports.filter(
      ({ sectionId, open }) =>
        sectionId === section.sectionId &&
        (values['status'] === undefined || open === (values['status'] === 'open')),
    )
    return list(reports.map(toRequest), oneElement)
  }

  #one(id: string): WireReply {
    const report = this.#reports.find((each) => each.id === id)
    if (report === undefined) return open311Error(404, 'درخواست یافت نشد')
    return jsonReply(200, [toRequest(report)])
  }

  /** The number comes from what is reported: who sends the same thing again gets the same number. */
  #create(form: Fields): WireReply {
    const [service, description] = [String(form['service_code']), String(form['description'])]
    const id = `1420${String(numberOf(JSON.stringify(form), 10_000)).padStart(4, '0')}`
    if (!this.#reports.some((report) => report.id === id)) {
      this.#reports.unshift({
        id,
        service,
        description,
        requested: tehranTime(this.#now()),
        updated: null,
        open: true,
        sectionId: null,
        utm: {
          easting: Number(form['utm_e']),
          northing: Number(form['utm_n']),
          zone: Number(form['utm_zone']),
        },
      })
    }
    const receipt = { service_request_id: id, service_notice: 'با سپاس؛ گزارش شما ثبت شد' }
    return jsonReply(201, [receipt])
  }
}

/** `2026-11-22T07:40:00` (Q6). */
function tehranTime(now: number): string {
  return new Date(now).toLocaleString('sv-SE', { timeZone: 'Asia/Tehran' }).replace(' ', 'T')
}

function toSection(section: RoadSection): Fields {
  const { sectionId, name, nameEn, province, kind, fromKm, toKm, start, end } = section
  return {
    sectionId,
    title: arabicLetters(name),
    titleEn: nameEn,
    provinceCode: Number(province),
    kind: KINDS[kind],
    fromKm,
    toKm,
    start: toXy(start, sectionId),
    end: toXy(end, sectionId),
    ...(STATES[sectionId] ?? CALM),
  }
}

function toXy({ latitude, longitude }: Point, sectionId: string): Fields {
  return SWAPPED.test(sectionId) ? { x: latitude, y: longitude } : { x: longitude, y: latitude }
}

function toRequest(report: Report): Fields {
  const { id, open, service, description, requested, updated, sectionId, utm } = report
  const { easting, northing, zone } = utm
  return {
    service_request_id: id,
    status: open ? 'open' : 'closed',
    service_code: service,
    service_name: SERVICES[service] ?? '',
    description,
    requested_datetime: requested,
    updated_datetime: updated,
    sectionId,
    utm_e: Number(easting.toFixed(1)),
    utm_n: Number(northing.toFixed(1)),
    utm_zone: zone,
    agency_responsible: 'اداره راهداری نمونه',
  }
}

function list(items: readonly Fields[], oneElement: boolean): WireReply {
  const [only] = items
  return jsonReply(200, oneElement && items.length === 1 && only !== undefined ? only : items)
}

function open311Error(status: number, description: string): WireReply {
  return jsonReply(status, [{ code: status, description }])
}
