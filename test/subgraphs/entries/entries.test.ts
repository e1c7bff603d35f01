import { randomUUID } from 'node:crypto'

import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { ANONYMOUS } from '../../../schema/caller.ts'
import { loadEntries } from '../../../subgraphs/entries/entries.ts'

const silent = () => undefined
const entries = await loadEntries({ log: { info: silent, warn: silent, error: silent } })

test.each([
  [
    'legalPerson(legalNationalId: "۰۰۰۱۰۳۴۵۷۶۶") { legalNationalId }',
    'legalNationalId',
    '00010345766',
  ],
  ['plot(plotId: "150239500117") { plotId }', 'plotId', '150239500117'],
  ['address(postCode: "1593601044") { postCode }', 'postCode', '1593601044'],
  ['vehicle(plate: "12ع345-11") { plate }', 'plate', '12ع345-11'],
  ['wagon(wagonNumber: "317100001013") { wagonNumber }', 'wagonNumber', '317100001013'],
  ['railProject(projectId: "RC-1107") { projectId }', 'projectId', 'RC-1107'],
  ['province(code: "23") { code }', 'code', '23'],
  ['airport(iata: "THR") { iata }', 'iata', 'THR'],
  ['flight(flightId: "X7112-2026-11-20") { flightId }', 'flightId', 'X7112-2026-11-20'],
])('%s is the key that the systems go on from', async (field, key, value) => {
  const { data, errors } = await ask(`{ entry: ${field} }`)
  expect(errors).toBeUndefined()
  expect(data).toEqual({ entry: { [key]: value } })
})

test('a legal national id with a wrong check digit is refused', async () => {
  const { errors } = await ask(
    '{ legalPerson(legalNationalId: "00010345767") { legalNationalId } }',
  )
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_INVALID' } }])
})

async function ask(text: string) {
  return entries.execute({
    document: parse(text),
    variables: {},
    context: {
      requestId: randomUUID(),
      traceparent: '',
      caller: ANONYMOUS,
      signal: AbortSignal.timeout(5000),
      provenance: false,
      ask: async () => ({}),
    },
  })
}
