// Approved areas of urban regeneration, in the manner of WFS 2.0 with stored queries and GML answers, a key in the query.
// Points and rings are metres of UTM, hand-drawn rings degrees with the longitude first (Q28); a list of one (Q12).

import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import { type Fabric, isInside, type Point } from '../places.ts'
import { isSecret } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, World } from '../simulator.ts'
import { toUtm } from '../utm.ts'
import { element, leaf, xmlReply } from '../xml-replies.ts'

const KEY = 'fabric-demo-token'
const SPACES = {
  xmlns: 'urn:udrc:baft',
  'xmlns:wfs': 'http://www.opengis.net/wfs/2.0',
  'xmlns:gml': 'http://www.opengis.net/gml/3.2',
}

const KINDS: Readonly<Record<Fabric['kind'], number>> = { 'worn-out': 1, historic: 2, informal: 3 }

/** What each stored query is asked by. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  FabricAtPoint: ['x', 'y', 'zone'],
  FabricOfPlot: ['plot'],
}

export const createUdrcFabric: CreateSimulator = (world): Simulator => {
  const check = readRequests('udrc-fabric')
  return {
    id: 'udrc-fabric',
    name: 'Areas of urban regeneration',
    protocol: 'REST XML',
    path: '/geo',
    environment: { UDRC_FABRIC_KEY: KEY },
    isBusiness: () => true,
    answer(request) {
      if (!isSecret(request.url.searchParams.get('token'), KEY)) {
        return exception(403, 'Forbidden', 'token')
      }
      const asked = check(request)
      if (!isObjection(asked)) return toFeatures(asked, world)
      const { problem, name } = asked
      if (problem === 'path') return exception(404, 'NotFound', '')
      const code = problem === 'missing' ? 'MissingParameterValue' : 'InvalidParameterValue'
      return exception(400, code, name)
    },
    failure: () => exception(503, 'NoApplicableCode', ''),
    drift: (text) => text.replaceAll('tarikhTasvib>', 'tarikhMosavabeh>'),
  }
}

function toFeatures({ values }: Asked, world: World): WireReply {
  const wanted = PARAMETERS[values['storedquery_id'] ?? ''] ?? []
  const missing = wanted.find((name) => values[name] === undefined)
  if (missing !== undefined) return exception(400, 'MissingParameterValue', missing)
  const found = wanted.includes('plot')
    ? ofPlot(values['plot'] ?? '', world)
    : atPoint(values, world)
  const members = found.map((fabric) => element('wfs:member', [toElement(fabric)]))
  const root = element('wfs:FeatureCollection', members, {
    ...SPACES,
    numberReturned: found.length,
  })
  return {
    ...xmlReply(200, root),
    contentType: 'application/gml+xml; version=3.2; charset={charset}',
  }
}

/** The plot's place is its address'. */
function ofPlot(plotId: string, { population, places }: World): readonly Fabric[] {
  const plot = population.plots.find((each) => each.plotId === plotId)
  const address = plot && population.address(plot.postCode)
  return address === undefined ? [] : places.fabricsAt(address)
}

/** Looked for in metres, as it is asked: the ring as well as the point. */
function atPoint(values: Asked['values'], { places }: World): readonly Fabric[] {
  const zone = Number(values['zone'])
  const point = { latitude: Number(values['y']), longitude: Number(values['x']) }
  return places.fabrics.filter(({ ring }) =>
    isInside(
      point,
      ring.map((corner) => toPlane(corner, zone)),
    ),
  )
}

/** Metres as a plane: northing up, easting to the right. */
function toPlane(corner: Point, zone: number): Point {
  const { easting, northing } = toUtm(corner, zone)
  return { latitude: northing, longitude: easting }
}

function toElement(fabric: Fabric): string {
  const drawnByHand = fabric.kind === 'historic'
  const [first] = fabric.ring
  const zone = first === undefined || drawnByHand ? undefined : toUtm(first).zone
  const ring = [...fabric.ring, ...fabric.ring.slice(0, 1)]
  const positions = ring.map((corner) => {
    if (zone === undefined) return `${corner.longitude.toFixed(4)} ${corner.latitude.toFixed(4)}`
    const { easting, northing } = toUtm(corner, zone)
    return `${easting.toFixed(3)} ${northing.toFixed(3)}`
  })
  const linearRing = element('gml:LinearRing', [leaf('gml:posList', positions.join(' '))])
  return element(
    'Baft',
    [
      leaf('nam', fabric.name),
      leaf('noe', KINDS[fabric.kind]),
      leaf('shahr', fabric.city),
      leaf('ostan', fabric.province),
      leaf('tarikhTasvib', fabric.approvedOn),
      leaf('masahat', fabric.areaHectares),
      leaf('jamiat', fabric.population),
      leaf('zone', zone),
      element('mahdudeh', [
        element('gml:Polygon', [element('gml:exterior', [linearRing])], polygonOf(fabric)),
      ]),
    ],
    { 'gml:id': fabric.fabricId },
  )
}

function polygonOf({ fabricId }: Fabric): Record<string, string> {
  return { 'gml:id': `${fabricId}.ring` }
}

/** OWS Common 1.1 §8. */
function exception(status: number, code: string, locator: string): WireReply {
  const attributes = { exceptionCode: code, ...(locator !== '' && { locator }) }
  const report = element('ows:ExceptionReport', [element('ows:Exception', [], attributes)], {
    'xmlns:ows': 'http://www.opengis.net/ows/1.1',
    version: '2.0.0',
  })
  return xmlReply(status, report)
}
