import { readFile } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { playSample, readSamples, responseFile, REST_SYSTEMS } from './rest-samples.ts'
import { type Estate, startEstate } from './start-estate.ts'

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: REST_SYSTEMS })
})
afterAll(() => estate.close())

for (const system of REST_SYSTEMS) {
  const samples = await readSamples(system)
  describe(`samples of ${system}`, () => {
    it.each(samples)('$name comes over the wire as recorded', async (sample) => {
      const file = await responseFile(sample)
      const recorded = file === undefined ? Buffer.alloc(0) : await readFile(file)
      const { bytes, contentType, status } = await playSample(estate, sample)
      expect({ status, contentType }).toEqual({
        status: sample.wire.status,
        contentType: sample.wire.contentType,
      })
      expect(bytes.equals(recorded)).toBe(true)
    })
  })
}
