// From a vessel to its owners, their vehicles, homes, weather and flights: questions that cross the registers that speak
// JSON and others, composed, planned and executed as the gateway does it.

import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { buildEngine, type Engine } from '../../gateway/engine.ts'
import { compose } from '../../schema/compose/compose.ts'
import type { Answer } from '../../schema/context.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { loadSystem } from '../../subgraphs/load.ts'
import { type Estate, startEstate } from '../estate/start-estate.ts'
import { callerWith, contextOf, LIMITS } from '../gateway/support/federation.ts'
import { SUBGRAPHS } from './estate-graph.ts'

const SYSTEMS = [
  'nocr-person',
  'post-gnaf',
  'rahvar-licence',
  'rmto-techinsp',
  'rmto-141',
  'mrud-amlak',
  'mrud-saman',
  'irimo-data',
  'caa-paxrights',
  'iac-fids',
  'pmo-vessel',
  'rai-extapi',
  'rai-wagon',
]
const ROLES = [
  'inquiry:identity',
  'inquiry:address',
  'inquiry:licence',
  'inquiry:technical-inspection',
  'inquiry:residence',
  'inquiry:housing-aid',
  'inquiry:flight-claim',
  'inquiry:vessel',
  'inquiry:rail',
  'inquiry:wagon',
]

let estate: Estate
let subgraphs: readonly Subgraph[]
let engine: Engine

beforeAll(async () => {
  estate = await startEstate({ only: SYSTEMS, switches: { latency: 0 } })
  const secret = (variable: string): string => estate.environment[variable] ?? ''
  subgraphs = await Promise.all(
    SYSTEMS.map((system) => loadSystem(path.join(SUBGRAPHS, system), { secret })),
  )
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  engine = buildEngine({
    supergraph: supergraph ?? '',
    subgraphs,
    limits: { ...LIMITS, cost: 100_000 },
    mayIntrospect: () => true,
  })
})

afterAll(async () => {
  await engine.close()
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
  await estate.close()
})

async function ask(query: string, roles: readonly string[] = ROLES): Promise<Answer> {
  const context = contextOf(engine, callerWith(roles, 'agency'))
  const { answer, refusal } = await engine.run({ query }, context, false)
  return structuredClone(answer ?? { errors: refusal?.errors ?? [] })
}

test('a vessel leads to its owners, and those to their plates and inspections', async () => {
  const { data, errors } = await ask(`{
    vessel(imoNumber: "9000314") {
      name
      owners { person { lastName vehiclePlates { plate vehicle { technicalInspection { valid validUntil } } } } }
    }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    vessel: {
      name: 'مرجان نمونه',
      owners: [
        { person: { vehiclePlates: [] } },
        {
          person: {
            lastName: 'یکتای نمونه',
            vehiclePlates: [
              {
                plate: '12ع345-11',
                vehicle: { technicalInspection: { valid: true, validUntil: '2027-03-20' } },
              },
              {
                plate: '68ب417-10',
                vehicle: { technicalInspection: { valid: true, validUntil: '2027-09-23' } },
              },
            ],
          },
        },
      ],
    },
  })
})

test('an owner leads to the homes that he declared, to their post addresses and the weather there', async () => {
  const { data, errors } = await ask(`{
    vessel(imoNumber: "9000314") {
      owners { person {
        residences { main address { city occupancy { status } nearestWeatherStation { station { nameEn } } } }
        flightClaims { status flight { passengerRights { airlineFault } } }
        housingAid { formJ }
      } }
    }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    vessel: {
      owners: [
        {},
        {
          person: {
            residences: [
              { main: false, address: { occupancy: { status: 'LET' } } },
              {
                main: true,
                address: {
                  city: 'تهران',
                  occupancy: { status: 'OWNER_OCCUPIED' },
                  nearestWeatherStation: { station: { nameEn: 'Tehran Mehrabad' } },
                },
              },
            ],
            flightClaims: [
              { status: 'AT_AIRLINE', flight: { passengerRights: { airlineFault: true } } },
            ],
            housingAid: null,
          },
        },
      ],
    },
  })
})

test('a field that nobody may see is not asked of its system', async () => {
  const { data, errors } = await ask(
    '{ vessel(imoNumber: "9000106") { name owners { sharePercent } } }',
    [],
  )
  expect(data).not.toHaveProperty('vessel.owners.0')
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

test('a system that is away nulls its fields and no others', async () => {
  estate.set('rmto-techinsp', { down: true })
  const { data, errors } = await ask(`{
    vessel(imoNumber: "9000314") {
      owners { person { vehiclePlates { plate vehicle { technicalInspection { valid } } } } }
    }
  }`)
  estate.reset()
  expect(data).toHaveProperty('vessel.owners.1.person.vehiclePlates.0', {
    plate: '12ع345-11',
    vehicle: { technicalInspection: null },
  })
  expect(errors).toMatchObject([
    { extensions: { code: 'SYSTEM_UNAVAILABLE', system: 'rmto-techinsp' } },
    { extensions: { system: 'rmto-techinsp' } },
  ])
})

test('a section of a road leads to its province, and that to all its sections', async () => {
  const { data, errors } = await ask(`{
    roadSection(sectionId: "0910007") { status province { code roadSections { sectionId } } }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    roadSection: {
      status: 'CHAINS_NEEDED',
      province: { code: '01', roadSections: [{ sectionId: '0910007' }] },
    },
  })
})
