import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { openCheckoutKeycloak } from '../../../support/keycloak/open-checkout-keycloak.ts'
import type { Keycloak } from '../../../support/keycloak/start-keycloak.ts'
import { KEYCLOAK_TLS_VARIABLE, KEYCLOAK_VARIABLE } from '../engines/open-engine.ts'
import { readReport, type Report } from './report.ts'
import { markdownTable, plainTable, tableOf } from './table.ts'

interface ConformOptions {
  readonly print: (line: string) => void
  /** Puts the table into docs/sign-on.md. */
  readonly write: boolean
  readonly keycloak: boolean
}

const ROOT = path.join(import.meta.dirname, '../../../..')
const PAGE = path.join(ROOT, 'docs/sign-on.md')
const MARKS = [
  '<!-- conformance: written by npm run conformance -- --write -->',
  '<!-- /conformance -->',
]

/** Whether every capability is as its row says, on every engine that was tried. */
export async function conform({ print, write, keycloak }: ConformOptions): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'conformance-'))
  const running = keycloak ? await openCheckoutKeycloak(print) : undefined
  try {
    tell(print, running)
    const since = performance.now()
    const report = await runSuites(path.join(folder, 'report.json'), running, print)
    const table = tableOf(report.tests)
    for (const line of plainTable(table)) print(line)
    print(`${((performance.now() - since) / 1000).toFixed(0)} s for the suites`)
    if (write) await writeTable(markdownTable(table))
    print(`${report.passed} passed, ${report.failed} failed`)
    return report.failed === 0 && report.passed > 0
  } finally {
    await running?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function tell(print: (line: string) => void, keycloak: Keycloak | undefined): void {
  if (keycloak === undefined) {
    print(
      '!! SKIPPED BY NAME: keycloak. Only the embedded sign-on is tried; this proves nothing of Keycloak.',
    )
    return
  }
  const seconds = (keycloak.bootMs / 1000).toFixed(1)
  print(`Keycloak ${keycloak.version}, up with the realm imported after ${seconds} s`)
}

/** Every test file that starts engines, whoever wrote it. */
function suites(): string[] {
  return globSync('test/**/*.test.ts', { cwd: ROOT })
    .filter((file) =>
      readFileSync(path.join(ROOT, file), 'utf8').includes('engines/open-engine.ts'),
    )
    .toSorted()
}

async function runSuites(
  file: string,
  keycloak: Keycloak | undefined,
  print: (line: string) => void,
): Promise<Report> {
  const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs')
  // The first for a person, who is shown it only when something failed: of a hook that fails the second says nothing.
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...suites()], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...variablesOf(keycloak) },
  })
  const [told] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const report = readReport(
    await readFile(file, 'utf8'),
    keycloak === undefined ? 'keycloak' : undefined,
  )
  if (report.failed > 0) print(told)
  for (const { name, message } of report.failures) print(`FAILED ${name}\n  ${message}`)
  return report
}

function variablesOf(keycloak: Keycloak | undefined): NodeJS.ProcessEnv {
  if (keycloak === undefined) return {}
  return { [KEYCLOAK_VARIABLE]: keycloak.url, [KEYCLOAK_TLS_VARIABLE]: keycloak.tlsFile }
}

async function writeTable(table: readonly string[]): Promise<void> {
  const [from = '', to = ''] = MARKS
  const page = await readFile(PAGE, 'utf8')
  const [before, rest = ''] = page.split(from)
  const [, after = ''] = rest.split(to)
  await writeFile(PAGE, `${before}${from}\n${table.join('\n')}\n${to}${after}`)
}
