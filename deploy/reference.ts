// Writes docs/errors.md and docs/configuration.md from the tables and files that the code itself reads.
// `--check` writes nothing and fails if a page is stale.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { VARIABLES } from '../gateway/config.ts'
import { ERRORS } from '../schema/errors.ts'

const ROOT = path.join(import.meta.dirname, '..')
const DOCS = path.join(ROOT, 'docs')

/** Of a system's settings what this page tells; the whole is adapters/settings.ts. */
const System = Type.Object({
  name: Type.Object({ en: Type.String() }),
  address: Type.String(),
  auth: Type.Array(Type.Record(Type.String(), Type.Unknown())),
})
type System = Static<typeof System>

const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/

const pages: Readonly<Record<string, string>> = {
  'errors.md': errorPage(),
  'configuration.md': configurationPage(),
}
const stale = Object.entries(pages).filter(([file, text]) => read(path.join(DOCS, file)) !== text)

if (process.argv.includes('--check')) {
  for (const [file] of stale) process.stderr.write(`docs/${file} is stale: npm run reference\n`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [file, text] of stale) writeFileSync(path.join(DOCS, file), text)
}

function errorPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, retryable, text }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${text} |`,
  )
  return [
    '# Error codes',
    '',
    'Generated from `schema/errors.ts`. A code stands in `errors[].extensions.code`. A failing system nulls its own',
    'fields and never the whole answer; then `system`, `operation`, `retryable`, sometimes `until`, and `reference`',
    'stand beside the code. The `reference` is the request id: it is also in the header `x-request-id` of every GraphQL answer,',
    'in our log line, in the trace, and in the header `x-request-id` of the calls that the systems got.',
    'The HTTP status is the one of a request that fails as a whole.',
    '',
    '| code | HTTP status | retry may help | what the caller reads |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Generated from `gateway/config-variables.ts` and `subgraphs/*/system.json`. Places and secrets come from the',
    'environment, the behaviour of a system from its folder, and nothing from anywhere else. `node gateway/main.ts --check`',
    'loads everything, says all that is wrong at once, and ends. An unknown `PANJAREH_` variable is refused.',
    '',
    '## The gateway',
    '',
    'Durations are `500ms`, `15s`, `5m`; sizes are `256KB`, `1MB`.',
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...Object.entries(VARIABLES).map(gatewayRow),
    '',
    '## The systems',
    '',
    'Each is required while the folder of its system is there.',
    '',
    '| variable | system | what it is |',
    '| --- | --- | --- |',
    ...systemRows(),
    '',
  ].join('\n')
}

function gatewayRow([name, schema]: [string, object]): string {
  const standard: unknown = Reflect.get(schema, 'default')
  const choices: unknown = Reflect.get(schema, 'anyOf')
  const words = Array.isArray(choices)
    ? ` One of ${choices.map((choice: object) => quoted(Reflect.get(choice, 'const'))).join(', ')}.`
    : ''
  const meaning = String(Reflect.get(schema, 'description')) + words
  return `| \`${name}\` | ${standard === undefined ? '' : quoted(standard)} | ${meaning} |`
}

function systemRows(): readonly string[] {
  const folder = path.join(ROOT, 'subgraphs')
  const ids = readdirSync(folder).filter((id) => existsSync(path.join(folder, id, 'system.json')))
  return ids.toSorted().flatMap((id) => {
    const text = readFileSync(path.join(folder, id, 'system.json'), 'utf8')
    const system = Value.Parse(System, JSON.parse(text))
    const title = `${quoted(id)} ${system.name.en}`
    return [...usesOf(system)].map(
      ([variable, uses]) => `| ${quoted(variable)} | ${title} | ${uses.join('; ')} |`,
    )
  })
}

/** Variable → each use of it; one secret may travel in two ways at once. */
function usesOf({ address, auth }: System): ReadonlyMap<string, readonly string[]> {
  const uses = new Map([[address, ['address (URL)']]])
  const note = (variable: unknown, use: string): void => {
    if (typeof variable !== 'string' || !VARIABLE.test(variable)) return
    uses.set(variable, [...(uses.get(variable) ?? []), use])
  }
  for (const { scheme, values, ...members } of auth) {
    const form = scheme === 'mtls' ? ' (PEM text)' : ''
    for (const [member, value] of Object.entries(members)) {
      note(value, `${String(scheme)}: ${member}${form}`)
    }
    for (const [place, value] of Object.entries(values ?? {})) {
      note(value, `in the request at ${quoted(place)}`)
    }
  }
  return uses
}

function quoted(value: unknown): string {
  return `\`${String(value)}\``
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
