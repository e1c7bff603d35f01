// Writes docs/errors.md and docs/configuration.md from the tables that the code itself reads.
// `--check` writes nothing and fails if a page is stale.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { ERRORS } from '../schema/errors.ts'

const DOCS = path.join(import.meta.dirname, '..', 'docs')

const pages: Readonly<Record<string, string>> = { 'errors.md': errorPage() }
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
    '(the request id in our log) stand beside the code. The HTTP status is the one of a request that fails as a whole.',
    '',
    '| code | HTTP status | retry may help | what the caller reads |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
