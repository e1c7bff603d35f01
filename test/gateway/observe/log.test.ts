// What a process has logged is there when it has ended, however it ends.

import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

import { expect, test } from 'vitest'

const LOG = pathToFileURL(path.join(import.meta.dirname, '../../../gateway/observe/log.ts')).href
const LINES = 1234

const ENDS: readonly (readonly [string, string, number | null])[] = [
  ['by itself', '', 0],
  ['by process.exit', 'process.exit(3)', 3],
  ['by an error that nobody catches', 'setImmediate(() => { throw new RangeError("x") })', 1],
  ['by a promise that nobody catches', 'void Promise.reject(new RangeError("x"))', 1],
  [
    'by SIGTERM, drained',
    'process.once("SIGTERM", () => clearInterval(busy)); const busy = setInterval(() => {}, 10); process.kill(process.pid, "SIGTERM")',
    0,
  ],
]

test.each(ENDS)('nothing is lost that was logged before the end %s', async (_, end, code) => {
  const program = `import { openLog } from '${LOG}'
    const log = openLog('info')
    for (let n = 0; n < ${LINES}; n += 1) log.info({ n }, 'request')
    ${end}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const lines = (await text(child.stdout)).trim().split('\n')
  expect(await ended).toBe(code)
  expect(lines.map((line) => Number(JSON.parse(line).n))).toEqual(
    Array.from({ length: LINES }, (__, index) => index),
  )
})

test('a line is there soon though no other follows, one of an error at once', async () => {
  const program = `import { openLog } from '${LOG}'
    const log = openLog('info')
    log.info({}, 'soon')
    process.stdin.once('data', () => {
      log.error({}, 'once')
      process.kill(process.pid, 'SIGKILL')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' })
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(String(JSON.parse(line).msg))
    child.stdin.write('seen')
  }
  expect(said).toEqual(['soon', 'once'])
})
