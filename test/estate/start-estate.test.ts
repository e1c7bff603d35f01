import { expect, test } from 'vitest'

import { type Estate, startEstate } from './start-estate.ts'
import { signBatch } from './systems/post-gnaf.ts'

async function resCode(estate: Estate): Promise<unknown> {
  const response = await fetch(`${estate.environment['POST_GNAF_URL']}/api/v1/AddressByPostcode`, {
    method: 'POST',
    body: JSON.stringify({
      ClientBatchID: 'seeded',
      Postcodes: [{ PostCode: '1593601044' }],
      Signature: signBatch('seeded', ['1593601044']),
    }),
  })
  const reply: unknown = await response.json()
  return typeof reply === 'object' && reply !== null && 'ResCode' in reply && reply.ResCode
}

async function chances(seed: number): Promise<unknown[]> {
  const estate = await startEstate({
    seed,
    only: ['post-gnaf'],
    switches: { latency: 0, failRate: 0.5 },
  })
  try {
    const codes: unknown[] = []
    for (let turn = 0; turn < 20; turn++) codes.push(await resCode(estate))
    return codes
  } finally {
    await estate.close()
  }
}

test('the same seed gives the same chances, another seed others', async () => {
  const first = await chances(7)
  expect(new Set(first)).toEqual(new Set([0, 99]))
  expect(await chances(7)).toEqual(first)
  expect(await chances(8)).not.toEqual(first)
})

test('closing ends every socket', async () => {
  const estate = await startEstate({ only: ['post-gnaf'], switches: { latency: 0 } })
  await resCode(estate)
  await estate.close()
  await expect(resCode(estate)).rejects.toThrow()
  await expect(fetch(estate.control)).rejects.toThrow()
})

test('a system that is not there cannot be switched', async () => {
  const estate = await startEstate({ only: [] })
  expect(() => estate.set('nobody', { down: true })).toThrow(RangeError)
  await estate.close()
})
