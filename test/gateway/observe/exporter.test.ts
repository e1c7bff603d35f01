import { expect, test } from 'vitest'

import { openExporter } from '../../../gateway/observe/exporter.ts'
import { openCollector } from '../support/collector.ts'

test('losses are told once a minute, with how many spans they were and why', async () => {
  const refusing = await openCollector((response) => response.writeHead(400).end('0012345679'))
  const told: unknown[] = []
  const log = { info: () => {}, warn: (facts: unknown) => void told.push(facts), error: () => {} }
  let now = 0
  // A loss is noted with the time.
  let looks = 0
  const clock = () => {
    looks += 1
    return now
  }
  const exporter = openExporter({ endpoint: refusing.url, log, now: clock })
  const batch = async (count: number) => {
    const before = looks
    for (let index = 0; index < count; index += 1) exporter.tracer.startSpan('x').end()
    await expect.poll(() => looks).toBeGreaterThan(before)
  }
  await batch(1)
  now = 59_999
  await batch(2)
  now = 60_000
  await batch(3)
  expect(told).toEqual([
    { spans: 1, reason: '400' },
    { spans: 5, reason: '400' },
  ])
  await exporter.close(1000)
  await refusing.close()
})

test('spans that wait are sent at the end, with the name of the service', async () => {
  const collector = await openCollector()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const exporter = openExporter({ endpoint: `${collector.url}/`, log })
  exporter.tracer.startSpan('last').end()
  await exporter.close(1000)
  expect(collector.spans.map(({ name }) => name)).toEqual(['last'])
  expect(collector.bodies[0]).toContain('"service.name","value":{"stringValue":"panjareh"}')
  await collector.close()
})
