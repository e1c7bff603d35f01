import { expect, test } from 'vitest'

import { Counter, Gauge, Histogram } from '../../../gateway/observe/metric.ts'

test('counts in one cell for the same labels', () => {
  const counter = new Counter({ name: 'c_total', help: 'c', labels: ['a', 'b'] })
  counter.at('1', '2').value += 1
  counter.at('1', '2').value += 2
  counter.at('12', '').value += 5
  expect(counter.snapshot().series).toEqual([
    { values: ['1', '2'], numbers: [3] },
    { values: ['12', ''], numbers: [5] },
  ])
})

test('a bound of a bucket belongs to it', () => {
  const histogram = new Histogram({ name: 'h_seconds', help: 'h' })
  for (const value of [0.0005, 0.00051, 30, 31]) histogram.at().observe(value)
  const { bounds, series } = histogram.snapshot()
  const [first, second] = series[0]?.numbers ?? []
  expect([bounds[0], first, second]).toEqual([0.0005, 1, 1])
  expect(series[0]?.numbers.slice(-3)).toEqual([1, 1, 61.00101])
})

test('labels without end share one series', () => {
  const counter = new Counter({ name: 'c_total', help: 'c', labels: ['a'] })
  for (let index = 0; index < 2000; index += 1) counter.at(`x${index}`).value += 1
  const { series } = counter.snapshot()
  expect(series).toHaveLength(1001)
  expect(series.at(-1)).toEqual({ values: ['other'], numbers: [1000] })
})

test('a gauge is read when it is asked', () => {
  let value = 1
  const gauge = new Gauge({ name: 'g', help: 'g', read: () => [[[], value]] })
  value = 2
  expect(gauge.snapshot().series).toEqual([{ values: [], numbers: [2] }])
})
