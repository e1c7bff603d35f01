// Writes the answers of the REST and CSV systems' samples anew: `node test/estate/record-rest-samples.ts`.
// Cases and requests are written by hand; only the response files are made here.

import { writeFile } from 'node:fs/promises'

import { playSample, readSamples, responseFile, REST_SYSTEMS } from './rest-samples.ts'
import { startEstate } from './start-estate.ts'

const estate = await startEstate({ only: REST_SYSTEMS })
for (const system of REST_SYSTEMS) {
  for (const sample of await readSamples(system)) {
    const { bytes, contentType, status } = await playSample(estate, sample)
    const file = await responseFile(sample)
    if (file !== undefined) await writeFile(file, bytes)
    process.stdout.write(`${system}/${sample.name}: ${status} ${contentType}, ${bytes.length} B\n`)
  }
}
await estate.close()
