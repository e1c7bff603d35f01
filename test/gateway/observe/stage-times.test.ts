import { expect, test } from 'vitest'

import { StageTimes } from '../../../gateway/observe/stage-times.ts'

test('keeps the time of each stage with its work, also of one that fails', async () => {
  const times = new StageTimes<object>()
  const work = {}
  await times.wrap({ name: 'plan', run: () => {} }).run(work)
  const failing = times.wrap({ name: 'execute', run: () => Promise.reject(new Error('no')) })
  await expect(failing.run(work)).rejects.toThrow('no')
  expect(Object.keys(times.of(work).stages)).toEqual(['plan', 'execute'])
  expect(times.of({})).toEqual({ stages: {}, caches: {} })
})
