// A live system that changed, over a real socket: each change is told by its name, and none by a value.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { readLocation } from '../../../deploy/onboard/read-location.ts'
import { onboard } from '../../../subgraphs/onboard/onboard.ts'
import { compareLive } from '../../../subgraphs/onboard/record.ts'

const CONTRACT = {
  openapi: '3.1.0',
  info: { title: 'Permits', version: '1' },
  paths: {
    '/permits/{no}': {
      get: {
        operationId: 'getPermit',
        parameters: [{ name: 'no', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'a permit',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['no'],
                  properties: {
                    no: { type: 'string' },
                    state: { type: 'string', enum: ['OPEN', 'CLOSED'] },
                    issuedOn: { type: 'string', format: 'date' },
                    tarikh: { type: 'string' },
                    floors: { type: 'integer', format: 'int32' },
                    owners: {
                      type: 'array',
                      items: { type: 'object', properties: { name: { type: 'string' } } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}
const RIGHT = {
  no: 'B-1',
  state: 'OPEN',
  issuedOn: '2026-03-22',
  tarikh: '1405/01/02',
  floors: 3,
  owners: [{ name: 'کاوه' }],
}

let server: Server
let root: string
let answer: object = RIGHT

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  root = await mkdtemp(path.join(tmpdir(), 'drift-'))
  const source = path.join(root, 'permits.json')
  await writeFile(source, JSON.stringify(CONTRACT))
  const folder = path.join(root, 'mun-permit')
  await onboard({ source: pathToFileURL(source), name: 'mun-permit', folder, read: readLocation })
})

afterAll(async () => {
  server.close()
  await rm(root, { recursive: true, force: true })
})

function compare() {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return compareLive({
    folder: path.join(root, 'mun-permit'),
    operation: 'permit',
    input: { no: 'B-1' },
    secret: () => `http://127.0.0.1:${port}`,
  })
}

const NOTHING = { appeared: [], vanished: [], collapsed: [], unread: [], why: undefined }

test('an answer like the samples differs in nothing', async () => {
  answer = RIGHT
  expect(await compare()).toMatchObject(NOTHING)
})

test('a renamed member appears, and the old one is gone', async () => {
  const { floors, ...rest } = RIGHT
  answer = { ...rest, storeys: floors }
  expect(await compare()).toMatchObject({ ...NOTHING, appeared: ['storeys'], vanished: ['floors'] })
})

test('a list that became one record is told, though it is read', async () => {
  answer = { ...RIGHT, owners: { name: 'کاوه' } }
  expect(await compare()).toMatchObject({ ...NOTHING, collapsed: ['owners'] })
})

test('a date in another form is no value of its field', async () => {
  answer = { ...RIGHT, tarikh: '2026-03-22T00:00:00' }
  expect(await compare()).toMatchObject({ ...NOTHING, unread: ['Query.permit.tarikh'] })
})

test.each([
  ['a new value of a listed type', { state: 'SUSPENDED' }, /state/],
  ['another type', { floors: 'three' }, /floors/],
])('%s is not of the contract: place, but no value', async (_, changed, place) => {
  answer = { ...RIGHT, ...changed }
  const { outcome, why } = await compare()
  expect(outcome).toEqual({ error: 'SYSTEM_REPLY_INVALID' })
  expect(why).toMatch(place)
  expect(why).not.toMatch(/SUSPENDED|three/)
})
