import { expect, test } from 'vitest'

import type { Shape } from '../../../adapters/adapter.ts'
import { envelopeOf, guessOutcomes, guessPaging } from '../../../subgraphs/onboard/guess-answer.ts'

const TEXT: Shape = { kind: 'scalar', type: 'string' }
const NUMBER: Shape = { kind: 'scalar', type: 'int' }
const FLAG: Shape = { kind: 'scalar', type: 'boolean' }

function record(fields: Readonly<Record<string, Shape>>): Shape {
  return { kind: 'object', fields: new Map(Object.entries(fields)) }
}

const LIST: Shape = { kind: 'list', of: record({ name: TEXT }) }

function operation(output: Shape, input: Shape = record({})) {
  return { name: 'x', input, output }
}

test('a flag of success with its code is an outcome, and neither is a part of the record', () => {
  const inside = operation(
    record({ result: record({ isSuccess: FLAG, resCode: NUMBER }), a: TEXT }),
  )
  expect(guessOutcomes(inside)).toEqual([
    { path: 'result.isSuccess', is: [false], means: 'refused', code: 'result.resCode' },
  ])
  expect([...envelopeOf(inside)]).toEqual(['result'])
  const beside = operation(record({ Succ: FLAG, Message: TEXT, person: record({ code: TEXT }) }))
  expect(guessOutcomes(beside)).toEqual([{ path: 'Succ', is: [false], means: 'refused' }])
  expect([...envelopeOf(beside)]).toEqual(['Succ', 'Message'])
})

test('a boolean that says something of the record is no outcome', () => {
  expect(guessOutcomes(operation(record({ valid: FLAG, active: FLAG, code: TEXT })))).toEqual([])
})

test('page, size and total of one list are paging', () => {
  const asked = record({ pageNo: NUMBER, pageSize: NUMBER })
  const paged = operation(record({ items: LIST, total: NUMBER }), asked)
  expect(guessPaging(paged)).toEqual({
    items: 'items',
    most: 20,
    page: 'pageNo',
    limit: 'pageSize',
    size: 50,
    total: 'total',
  })
  expect([...envelopeOf(paged)]).toEqual(['total'])
  expect(guessPaging(operation(record({ items: LIST, others: LIST }), asked))).toBeUndefined()
  expect(
    guessPaging(operation(record({ items: LIST }), record({ pageNo: NUMBER }))),
  ).toBeUndefined()
})
