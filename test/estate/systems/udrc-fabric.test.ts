import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readPopulation } from '../personas.ts'
import { readPlaces } from '../places.ts'
import { openRestClient, type RestClient } from '../rest-client.ts'
import { toUtm } from '../utm.ts'

const ID = 'udrc-fabric'
const QUERY = '/wfs?service=WFS&version=2.0.0&request=GetFeature&storedquery_id='

let client: RestClient
beforeAll(async () => {
  client = await openRestClient(ID)
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

const [{ addresses, plots }, places] = await Promise.all([readPopulation(), readPlaces()])

async function text(query: string): Promise<string> {
  return (await client.ask(QUERY + query)).text()
}

test.each(addresses)('$postCode lies where the estate says', async (address) => {
  const { easting, northing, zone } = toUtm(address)
  const body = await text(`FabricAtPoint&x=${easting}&y=${northing}&zone=${zone}`)
  const found = Array.from(body.matchAll(/<Baft gml:id="([^"]*)"/gu), ([, id]) => id)
  expect(found).toEqual(places.fabricsAt(address).map(({ fabricId }) => fabricId))
})

test('some lie in one and some in none', () => {
  const counts = new Set(addresses.map((address) => places.fabricsAt(address).length))
  expect(counts).toEqual(new Set([0, 1]))
})

test('a plot lies where its address does', async () => {
  const inside = plots.filter(({ postCode }) => postCode === '1593601044')
  expect(inside).toHaveLength(1)
  expect(await text(`FabricOfPlot&plot=${inside[0]!.plotId}`)).toContain('gml:id="UF-23-0117"')
  expect(await text('FabricOfPlot&plot=999999999999')).toContain('numberReturned="0"')
})

test('rings are metres with their zone, hand-drawn ones degrees with the longitude first', async () => {
  const worn = await text('FabricAtPoint&x=536683.776&y=3953179.624&zone=39')
  expect(worn).toMatch(/<zone>39<\/zone>.*<gml:posList>536[0-9.]+ 395[0-9.]+ /u)
  const historic = await text('FabricAtPoint&x=614957.644&y=4215813.081&zone=38')
  expect(historic).toMatch(/<zone><\/zone>.*<gml:posList>46\.3070 38\.0800 /u)
})

test.each([
  ['another path', '/ows', 404, 'NotFound'],
  ['another service', '/wfs?service=WMS&version=2.0.0&request=GetMap', 400, 'service'],
  ['another query', `${QUERY}Everything`, 400, 'storedquery_id'],
  ['a point without its zone', `${QUERY}FabricAtPoint&x=1&y=2`, 400, 'zone'],
  ['a zone of another country', `${QUERY}FabricAtPoint&x=1&y=2&zone=33`, 400, 'zone'],
  ['a plot of eleven digits', `${QUERY}FabricOfPlot&plot=12345678901`, 400, 'plot'],
  ['no version', '/wfs?service=WFS&request=GetFeature', 400, 'version'],
])('%s is answered by an exception of OWS', async (...[, path, status, locator]) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  const body = await reply.text()
  expect(body).toContain('<ows:ExceptionReport ')
  expect(body).toContain(`"${locator}"`)
})

test('without the key nothing is told', async () => {
  const reply = await client.ask(`${QUERY}FabricOfPlot&plot=150239500117`, { signedIn: false })
  expect(reply.status).toBe(403)
  expect(await reply.text()).not.toContain('Baft')
})

test('drift renames an element, a breakdown is 503', async () => {
  client.estate.set(ID, { drift: true })
  expect(await text('FabricOfPlot&plot=150239500117')).toContain('<tarikhMosavabeh>')
  client.estate.set(ID, { failRate: 1 })
  const reply = await client.ask(`${QUERY}FabricOfPlot&plot=150239500117`)
  expect(reply.status).toBe(503)
})
