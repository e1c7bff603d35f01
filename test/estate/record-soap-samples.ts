// Writes the answers of the SOAP systems' samples anew: `node test/estate/record-soap-samples.ts`.
// Cases and requests are written by hand; only the response files are made here.

import { writeFile } from 'node:fs/promises'

import { playSample, readSamples, RECORDED_AT, SOAP_SYSTEMS } from './soap-samples.ts'
import { startEstate } from './start-estate.ts'

const estate = await startEstate({ only: SOAP_SYSTEMS, now: () => RECORDED_AT })
for (const system of SOAP_SYSTEMS) {
  for (const sample of await readSamples(system)) {
    const { bytes, contentType, status } = await playSample(estate, sample)
    await writeFile(sample.response, bytes)
    process.stdout.write(`${system}/${sample.name}: ${status} ${contentType}, ${bytes.length} B\n`)
  }
}
await estate.close()
