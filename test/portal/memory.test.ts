import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { expect, it } from 'vitest'

const file = new URL('../../portal/public/memory.js', import.meta.url).href
const { Memory } = Value.Parse(
  Type.Object({ Memory: Type.Unsafe<new () => Remembering>(Type.Unknown()) }),
  await import(file),
)

interface Remembering {
  keep(data: unknown): void
  fill(variables: string): string
}

it('fills the empty variables of the next example', () => {
  const memory = new Memory()
  memory.keep({ startApplication: { application: { id: 'a-1' } } })
  memory.keep({ submitApplication: { receipt: { trackingCodePersian: '۱۲۳ ۴۵۶' } } })
  expect(memory.fill('{ "id": "", "answers": {} }')).toBe('{ "id": "a-1", "answers": {} }')
  expect(memory.fill('{ "code": "" }')).toBe('{ "code": "۱۲۳ ۴۵۶" }')
})

it.each([
  { requestCounterMandate: { id: 'm-1' } },
  { takeGuardianMandate: { id: 'm-1' } },
  { takeOfficerMandate: { id: 'm-1' } },
  { myMandates: [{ id: 'm-1' }, { id: 'm-0' }] },
])('fills the mandate of %j', (data) => {
  const memory = new Memory()
  memory.keep(data)
  expect(memory.fill('{ "mandate": "" }')).toBe('{ "mandate": "m-1" }')
})

it.each([undefined, null, {}, { startApplication: null }, { submitApplication: { problems: [] } }])(
  'keeps nothing of %j',
  (data) => {
    const memory = new Memory()
    memory.keep(data)
    expect(memory.fill('{ "id": "" }')).toBe('{ "id": "" }')
  },
)

it('leaves a variable that has a value', () => {
  const memory = new Memory()
  memory.keep({ startApplication: { application: { id: 'a-1' } } })
  expect(memory.fill('{ "id": "mine" }')).toBe('{ "id": "mine" }')
})
