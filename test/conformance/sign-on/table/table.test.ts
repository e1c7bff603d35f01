import { describe, expect, it } from 'vitest'

import { readReport } from './report.ts'
import { markdownTable, plainTable, tableOf } from './table.ts'

const tried = (engine: string, title: string, status = 'passed') => ({
  ancestorTitles: [engine, 'keys'],
  title,
  status,
  failureMessages: status === 'failed' ? ['expected 1 to be 2\n  at somewhere'] : [],
})
const written = (...assertionResults: readonly unknown[]) =>
  JSON.stringify({ testResults: [{ name: '/x/keys.test.ts', status: 'passed', assertionResults }] })

describe('the table of both engines', () => {
  it('has a row per capability and a cell per engine, with the reason of a no', () => {
    const { tests } = readReport(
      written(
        tried('keycloak', 'rotation'),
        tried('embedded', 'rotation — no: keys are kept'),
        tried('keycloak', 'mTLS — not offered: no TLS here'),
        tried('embedded', 'mTLS — not offered: no TLS here'),
      ),
    )
    expect(markdownTable(tableOf(tests))).toEqual([
      '| keys | Keycloak | embedded |',
      '| --- | --- | --- |',
      '| rotation; embedded: keys are kept | ok | no |',
      '| mTLS; no TLS here | not offered | not offered |',
      '',
    ])
  })

  it('says what failed and what was not tried', () => {
    const { tests } = readReport(written(tried('embedded', 'rotation', 'failed')))
    expect(plainTable(tableOf(tests)).join('\n')).toMatch(/rotation +not tried +FAILED/)
  })
})

describe('the report', () => {
  it.each(['failed', 'skipped', 'pending', 'todo'])('counts a %s test as failed', (status) => {
    const report = readReport(written(tried('keycloak', 'rotation', status)))
    expect(report).toMatchObject({ passed: 0, failed: 1 })
    expect(report.failures[0]?.name).toBe('keycloak › keys › rotation')
  })

  it('tells nothing of an engine that was left out by name, and all of the others', () => {
    const text = written(
      tried('the command on keycloak', 'rotation', 'skipped'),
      tried('embedded', 'rotation', 'skipped'),
    )
    expect(readReport(text, 'keycloak')).toMatchObject({
      failed: 1,
      failures: [{ name: 'embedded › keys › rotation' }],
    })
  })

  it('counts a suite that could not be read', () => {
    const file = { name: 'x', status: 'failed', message: 'no such import', assertionResults: [] }
    const report = readReport(JSON.stringify({ testResults: [file] }))
    expect(report).toMatchObject({
      failed: 1,
      failures: [{ name: 'x', message: 'no such import' }],
    })
  })
})
