// The import table of the house, executable. Type imports count: a type is knowledge, too.

import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '..')

/** Who may import whom beside itself: a file, or a folder with all below. The longest name that fits a file decides. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  adapters: ['schema'],
  'adapters/soap': [
    ...ports('adapters'),
    'adapters/sign-in/auth-settings.ts',
    'adapters/sign-in/request-value.ts',
    'adapters/transport',
    'adapters/xml',
  ],
  'adapters/rest': [...ports('adapters'), 'adapters/xml', 'adapters/transport'],
  'adapters/table': [...ports('adapters'), 'adapters/transport'],
  'adapters/mapping': ports('adapters'),
  'adapters/transport': ports('adapters'),
  'adapters/sign-in': [...ports('adapters'), 'adapters/transport', 'adapters/mapping/paths.ts'],
  'adapters/resilience': ports('adapters'),
  'adapters/xml': ports('adapters'),
  subgraphs: ['adapters', 'schema'],
  'gateway/http': ['schema', 'gateway/auth', 'gateway/pipeline.ts', 'gateway/bounded-cache.ts'],
  'gateway/auth': ['schema', 'gateway/bounded-cache.ts', 'gateway/keep-emptied.ts'],
  'gateway/operation': ['schema', 'gateway/bounded-cache.ts'],
  'gateway/plan': ['schema', 'gateway/bounded-cache.ts', 'gateway/keep-emptied.ts'],
  'gateway/execute': [
    'schema',
    'gateway/bounded-cache.ts',
    'gateway/plan/plan.ts',
    'gateway/plan/plan-name.ts',
    'gateway/subgraph-link',
  ],
  'gateway/subgraph-link': ['schema'],
  'gateway/observe': ['schema'],
  'gateway/reload': [
    'schema',
    'gateway/bounded-cache.ts',
    'gateway/engine.ts',
    'gateway/operation/finding.ts',
    'gateway/operation/operation.ts',
    'gateway/pipeline.ts',
  ],
  'gateway/config.ts': ['gateway/config-variables.ts', 'gateway/nearest.ts'],
  'gateway/config-variables.ts': [],
  'gateway/bounded-cache.ts': [],
  'gateway/close-all.ts': ['schema'],
  'gateway/canonical.ts': [],
  'gateway/keep-emptied.ts': [],
  'gateway/share-answers.ts': [
    'schema',
    'gateway/canonical.ts',
    'gateway/operation',
    'gateway/pipeline.ts',
  ],
  'gateway/nearest.ts': ['schema'],
  'gateway/read-documents.ts': ['schema', 'gateway/config.ts'],
  'gateway/pipeline.ts': stages(['auth', 'operation', 'plan', 'execute']),
  'gateway/engine.ts': [
    ...stages(['auth', 'operation', 'plan', 'execute', 'subgraph-link']),
    'gateway/pipeline.ts',
    'gateway/share-answers.ts',
  ],
  'gateway/open-gateway.ts': ['gateway', 'schema'],
  'gateway/serving.ts': ['gateway', 'schema'],
  'gateway/flags.ts': ['gateway/config.ts', 'gateway/nearest.ts'],
  'gateway/tokens-of.ts': ['gateway/auth', 'gateway/config.ts', 'gateway/http', 'schema'],
  'gateway/tracing-of.ts': ['gateway/config.ts', 'gateway/observe', 'schema'],
  'gateway/workers': ['gateway', 'schema'],
  'gateway/start-bare.ts': ['gateway', 'schema'],
  'gateway/bare.ts': ['gateway', 'schema'],
  'gateway/main.ts': ['gateway', 'subgraphs', 'adapters', 'schema'],
  'deploy/access': ['gateway/auth', 'schema'],
  'deploy/onboard': [
    'adapters/adapter.ts',
    'adapters/finding.ts',
    'gateway/config.ts',
    'schema',
    'subgraphs/onboard',
  ],
  deploy: [
    'gateway/main.ts',
    'gateway/config.ts',
    'portal/server/main.ts',
    'adapters/sign-in/auth-settings.ts',
    'adapters/finding.ts',
    'schema',
  ],
  'test/estate': [],
  portal: [],
}

/** What the rooms of a folder share: the files that stand beside them. */
function ports(folder: string): readonly string[] {
  const files = globSync(`${folder}/*.ts`, { cwd: ROOT })
  return ['schema', ...files.map((file) => file.split(path.sep).join('/'))]
}

function stages(names: readonly string[]): readonly string[] {
  return ['schema', ...names.map((name) => `gateway/${name}`)]
}

const IMPORT = /\bfrom\s+['"](\.[^'"]+)['"]|\bimport\(?\s*['"](\.[^'"]+)['"]/g
const FOLDERS = 'schema,adapters,subgraphs,gateway,deploy,portal,test/estate'
const FILES = globSync(`{${FOLDERS}}/**/*.{ts,js}`, { cwd: ROOT })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => !file.includes('node_modules'))

const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]))

function importsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, still, lazy]) =>
    path.posix.join(path.posix.dirname(file), still ?? lazy ?? ''),
  )
}

function ownerOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((name) => isWithin(file, name))
    .toSorted((a, b) => b.length - a.length)[0]
}

function isWithin(file: string, name: string): boolean {
  return file === name || file.startsWith(`${name}/`)
}

test('files import only what the table allows', () => {
  const broken: string[] = []
  for (const [file, imports] of IMPORTS) {
    const owner = ownerOf(file)
    const allowed = owner === undefined ? [] : [owner, ...(MAY_IMPORT[owner] ?? [])]
    for (const to of imports) {
      if (!allowed.some((name) => isWithin(to, name))) broken.push(`${file} → ${to}`)
    }
  }
  expect(broken).toEqual([])
})

test('every file belongs to a row of the table', () => {
  const rooms = globSync('{schema,adapters,subgraphs,gateway,deploy}/**/*.ts', { cwd: ROOT })
  expect(rooms.length).toBeGreaterThan(50)
  expect(rooms.filter((file) => ownerOf(file.split(path.sep).join('/')) === undefined)).toEqual([])
  const files = Object.keys(MAY_IMPORT).filter((name) => name.endsWith('.ts'))
  expect(files.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([])
})

test('no file imports itself through others', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start >= 0) circles.push([...trail.slice(start), file].join(' → '))
    if (start >= 0 || done.has(file)) return
    for (const to of IMPORTS.get(file) ?? []) walk(to, [...trail, file])
    done.add(file)
  }
  for (const file of IMPORTS.keys()) walk(file, [])
  expect(circles).toEqual([])
})

test('every import names a file that exists', () => {
  const missing: string[] = []
  for (const [file, imports] of IMPORTS) {
    for (const to of imports) {
      if (!existsSync(path.join(ROOT, to))) missing.push(`${file} → ${to}`)
    }
  }
  expect(missing).toEqual([])
})

test('a gateway loads packages for a database, other stores and people only where it is told of them', () => {
  const VALUE = /^(?:import|export) (?!type\b)[^'"]*?\bfrom '([^']+)'/gm
  const seen = new Set<string>()
  const packages = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, to = ''] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(VALUE)) {
      if (to.startsWith('.')) walk(path.posix.join(path.posix.dirname(file), to))
      else packages.add(to)
    }
  }
  walk('gateway/main.ts')
  expect([...packages]).toContain('graphql')
  const own =
    /^(kysely|pg|express.*|keycloak-connect|oidc-provider|otpauth|@keycloak|@redis|@opentelemetry)\b/
  expect([...packages].filter((name) => own.test(name) && name !== '@opentelemetry/api')).toEqual(
    [],
  )
})

test('every unit test has its source file', () => {
  const tests = globSync('test/{schema,adapters,subgraphs,gateway}/**/*.test.ts', {
    cwd: ROOT,
  })
  expect(tests.length).toBeGreaterThan(10)
  const lost = tests.filter((file) => {
    const source = file.replace(/^test[\\/]/, '').replace(/\.test\.ts$/, '')
    return !existsSync(path.join(ROOT, `${source}.ts`))
  })
  expect(lost).toEqual([])
})

test('only the composition root reads the environment', () => {
  const readers = FILES.filter((file) => /\.(ts|js)$/.test(file))
    .filter((file) => /\bprocess\.env\b/.test(readFileSync(path.join(ROOT, file), 'utf8')))
    .filter((file) => !file.startsWith('test/'))
  expect(readers.toSorted()).toEqual(['gateway/config.ts', 'portal/server/config.ts'])
})
