import { readFile } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { playSample, readSamples, RECORDED_AT, SOAP_SYSTEMS } from './soap-samples.ts'
import { type Estate, startEstate } from './start-estate.ts'

let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ only: SOAP_SYSTEMS, now: () => RECORDED_AT })
})
afterAll(() => estate.close())

for (const system of SOAP_SYSTEMS) {
  const samples = await readSamples(system)
  describe(`samples of ${system}`, () => {
    it.each(samples)('$name comes over the wire as recorded', async (sample) => {
      const recorded = await readFile(sample.response)
      const { bytes, contentType, status } = await playSample(estate, sample)
      expect({ status, contentType }).toEqual({
        status: sample.wire.status,
        contentType: sample.wire.contentType,
      })
      expect(bytes.equals(recorded)).toBe(true)
    })
  })
}
