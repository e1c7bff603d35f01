// Rail construction projects and their right of way: REST XML with a key, corners in metres of UTM and middles with
// latitude and longitude exchanged (Q28), single elements for lists of one (Q12), unpadded Jalali dates (Q2).

import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import { unpaddedDate } from '../legacy-text.ts'
import type { Point } from '../places.ts'
import type { RailProject, RightOfWay } from '../rail.ts'
import { isSecret } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, World } from '../simulator.ts'
import { toUtm } from '../utm.ts'
import { element, leaf, xmlError, xmlProblem, xmlReply } from '../xml-replies.ts'

const KEY = 'rail-demo-key'

const STATUSES: Readonly<Record<RailProject['status'], string>> = {
  building: 'S',
  acquiring: 'T',
  stopped: 'M',
  done: 'P',
}

export const createCdticRail: CreateSimulator = (world): Simulator => {
  const check = readRequests('cdtic-rail')
  return {
    id: 'cdtic-rail',
    name: 'Rail construction projects',
    protocol: 'REST XML',
    path: '/rail/v3',
    environment: { CDTIC_RAIL_KEY: KEY },
    isBusiness: () => true,
    answer(request) {
      if (!isSecret(request.headers['apikey'], KEY)) return xmlError(403, 'apikey')
      const asked = check(request)
      if (isObjection(asked)) return xmlProblem(asked)
      return asked.operation === 'GetProject' ? toOne(asked, world) : toList(asked, world)
    },
    failure: () => xmlError(502, 'Bad Gateway'),
    drift: (text) => text.replaceAll('Pishraft>', 'DarsadPishraft>'),
  }
}

function toOne({ values }: Asked, { rail }: World): WireReply {
  const project = rail.project(values['code'] ?? '')
  if (project === undefined) return xmlError(404, 'پروژه یافت نشد')
  return xmlReply(200, toElement(project))
}

function toList({ values }: Asked, { rail }: World): WireReply {
  const code = (values['ostan'] ?? '').padStart(2, '0')
  const found = rail.projects.filter(({ provinces }) => provinces.includes(code))
  return xmlReply(200, element('Projeha', found.map(toElement)))
}

function toElement(project: RailProject): string {
  const zone =
    project.rightOfWay[0] === undefined ? 39 : toUtm(middleOf(project.rightOfWay[0])).zone
  return element(
    'Proje',
    [
      leaf('Onvan', project.name),
      leaf('OnvanLatin', project.nameEn),
      leaf('Mabda', project.from),
      leaf('Maghsad', project.to),
      leaf('Tool', project.lengthKm),
      leaf('Pishraft', project.progressPercent),
      leaf('Shoru', unpaddedDate(project.startedOn)),
      leaf('Payan', project.dueOn === null ? null : unpaddedDate(project.dueOn)),
      leaf('Vaziat', STATUSES[project.status]),
      ...project.contractors.map((id) => leaf('Peymankar', id)),
      ...project.provinces.map((code) => leaf('Ostan', Number(code))),
      ...project.rightOfWay.map((parcel) => toParcel(parcel, zone)),
    ],
    { code: project.projectId },
  )
}

/** A project is surveyed in one zone, that of its beginning. */
function toParcel(parcel: RightOfWay, zone: number): string {
  const middle = middleOf(parcel)
  const corners = parcel.ring.map((corner) => {
    const { easting, northing } = toUtm(corner, zone)
    return `${easting.toFixed(2)} ${northing.toFixed(2)}`
  })
  const exchanged = [
    leaf('Arz', middle.longitude.toFixed(4)),
    leaf('Tool', middle.latitude.toFixed(4)),
  ]
  return element(
    'Harim',
    [
      leaf('ArzHarim', parcel.widthMetres),
      element('Markaz', exchanged),
      leaf('Zone', zone),
      leaf('Mahdudeh', corners.join(' ')),
    ],
    { km: parcel.chainageKm },
  )
}

function middleOf({ ring }: RightOfWay): Point {
  const mean = (value: (corner: Point) => number): number =>
    ring.reduce((sum, corner) => sum + value(corner), 0) / ring.length
  return {
    latitude: mean(({ latitude }) => latitude),
    longitude: mean(({ longitude }) => longitude),
  }
}
