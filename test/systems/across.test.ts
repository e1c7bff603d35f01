// One question that crosses systems of several protocols: composed, planned and executed as the gateway does it.

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
  'ssaa-deed',
  'ssaa-legal',
  'rmto-oversize',
  'cdtic-rail',
  'iac-fids',
  'irimo-warn',
  'udrc-fabric',
  'rai-wagon',
]
const ROLES = [
  'inquiry:identity',
  'inquiry:address',
  'inquiry:deed',
  'inquiry:company',
  'inquiry:oversize-permit',
  'inquiry:fabric',
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
  const limits = { ...LIMITS, cost: 100_000 }
  engine = buildEngine({
    supergraph: supergraph ?? '',
    subgraphs,
    limits,
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

test('a permit leads to its driver, his home, the fabric around it, and to the carrier and its board', async () => {
  const { data, errors } = await ask(`{
    oversizePermit(number: "14050812") {
      widthMetres
      driver { firstName lastName residence { city houseNumber fabric { fabricId kind } } }
      carrier { name board { position person { lastName } } }
      vehicle { plate oversizePermits { number } }
    }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    oversizePermit: {
      widthMetres: '2.60',
      driver: {
        firstName: 'کاوه',
        lastName: 'یکتای نمونه',
        residence: {
          city: 'تهران',
          houseNumber: 12,
          fabric: { fabricId: 'UF-23-0117', kind: 'WORN_OUT' },
        },
      },
      carrier: {
        name: 'شرکت حمل‌ونقل یکتابار',
        board: [
          { position: 'مدیرعامل', person: { lastName: 'راه‌پیما' } },
          { position: 'عضو هیئت‌مدیره', person: { lastName: 'یکتای نمونه' } },
          { position: 'رئیس هیئت‌مدیره', person: { lastName: 'میرزایی‌نژاد' } },
          { position: 'عضو هیئت‌مدیره', person: { lastName: 'رفته' } },
        ],
      },
      vehicle: {
        plate: '12ع345-11',
        oversizePermits: [{ number: '14050812' }, { number: '14040077' }],
      },
    },
  })
})

test('a rail waybill leads to its consignee, people’s companies and their deeds’ fabrics', async () => {
  const { data, errors } = await ask(`{
    railWaybill(number: "140500018231") {
      cargo
      consignee {
        name
        board { person { companies { companyName } deeds { plot { fabric { fabricId } } } } }
      }
    }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    railWaybill: {
      cargo: 'سنگ آهن',
      consignee: {
        name: 'شرکت حمل‌ونقل یکتابار',
        board: expect.arrayContaining([
          {
            person: {
              companies: [{ companyName: 'شرکت حمل‌ونقل یکتابار' }],
              deeds: [{ plot: { fabric: { fabricId: 'UF-23-0117' } } }, { plot: { fabric: null } }],
            },
          },
        ]),
      },
    },
  })
})

test('who may not know an address is not told the fabric around it either', async () => {
  const { data, errors } = await ask(
    `{ oversizePermit(number: "14050812") { widthMetres driver { residence { postCode fabric { fabricId } } } } }`,
    ['inquiry:identity', 'inquiry:oversize-permit'],
  )
  expect(data).toMatchObject({
    oversizePermit: { widthMetres: '2.60', driver: { residence: { fabric: null } } },
  })
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

test('a system that is down takes its own fields with it and nothing else', async () => {
  estate.set('ssaa-legal', { down: true })
  const { data, errors } = await ask(
    '{ oversizePermit(number: "14050640") { status carrier { legalNationalId name } driver { firstName } } }',
  )
  estate.reset()
  expect(data).toEqual({
    oversizePermit: {
      status: 'CANCELLED',
      carrier: { legalNationalId: '99002154389', name: null },
      driver: { firstName: 'بهرام' },
    },
  })
  expect(errors).toMatchObject([
    { extensions: { code: 'SYSTEM_UNAVAILABLE', system: 'ssaa-legal' } },
  ])
})
