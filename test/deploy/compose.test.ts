// What can be known of docker-compose.yml and the Dockerfile without an engine. That the inner and outer addresses work together
// is tried on processes: test/journeys/house.
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { readArguments } from '../../deploy/realm/arguments.ts'
import { readDesiredRealm } from '../../deploy/realm/desired/desired-realm.ts'
import { VARIABLES } from '../../gateway/config-variables.ts'
import { readConfig } from '../../portal/server/config.ts'
import { settle } from '../../portal/server/options.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string) => readFile(new URL(name, root), 'utf8')

const Compose = Type.Object({
  networks: Type.Record(Type.String(), Type.Object({ internal: Type.Boolean() })),
  secrets: Type.Record(Type.String(), Type.Object({ environment: Type.String() })),
  services: Type.Record(
    Type.String(),
    Type.Object({
      image: Type.String(),
      command: Type.Optional(Type.Array(Type.String())),
      restart: Type.String(),
      read_only: Type.Optional(Type.Boolean()),
      network_mode: Type.Optional(Type.String()),
      networks: Type.Optional(Type.Array(Type.String())),
      secrets: Type.Optional(Type.Array(Type.String())),
      environment: Type.Optional(Type.Record(Type.String(), Type.String())),
      env_file: Type.Optional(Type.Array(Type.String())),
      volumes: Type.Optional(Type.Array(Type.String())),
      ports: Type.Optional(Type.Array(Type.String())),
      healthcheck: Type.Optional(
        Type.Object({
          test: Type.Optional(Type.Array(Type.String())),
          disable: Type.Optional(Type.Boolean()),
        }),
      ),
      depends_on: Type.Optional(
        Type.Record(Type.String(), Type.Object({ condition: Type.String() })),
      ),
      cap_drop: Type.Array(Type.String()),
    }),
  ),
})
const Pipelines = Type.Record(
  Type.String(),
  Type.Object({
    receivers: Type.Array(Type.String()),
    processors: Type.Array(Type.String()),
    exporters: Type.Array(Type.String()),
  }),
)

const text = await read('docker-compose.yml')
const { services, secrets, networks } = Value.Parse(Compose, parse(text, { merge: true }))
const gateway = services['gateway']?.environment ?? {}
const portal = services['portal']?.environment ?? {}
const demo = Object.fromEntries(
  (await read('deploy/keycloak/demo.env'))
    .split('\n')
    .filter((line) => line.includes('=') && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
)
/** As Compose fills it. */
const filled = (value = '') =>
  value.replaceAll(/\$\{([A-Z_]+):\?[^}]*\}/g, (_all, name: string) => demo[name] ?? '')
const dockerfile = await read('Dockerfile')

describe('docker-compose.yml', () => {
  it('has the gateway and its engines, all pinned', () => {
    expect(Object.keys(services).toSorted()).toEqual([
      'collector',
      'gateway',
      'keycloak',
      'portal',
      'postgres',
      'realm',
      'sessions',
      'valkey',
    ])
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+(\.\d+)?$/)
  })

  it.each([
    ['valkey', 'gateway'],
    ['sessions', 'portal'],
  ])('lets nobody reach %s but the %s', (store, user) => {
    const inside = Object.entries(services).filter(([, service]) =>
      (service.networks ?? ['default']).includes(store),
    )
    expect(inside.map(([name]) => name).toSorted()).toEqual([store, user].toSorted())
    expect([services[store]?.networks, services[store]?.ports]).toEqual([[store], undefined])
    expect(networks[store]).toEqual({ internal: true })
  })

  it('mounts only files that are there', async () => {
    const mounts = Object.values(services).flatMap((service) => service.volumes ?? [])
    const files = mounts.filter((mount) => mount.startsWith('./'))
    expect(files.length).toBeGreaterThanOrEqual(2)
    for (const mount of files) await access(new URL(mount.split(':')[0] ?? '', root))
  })

  it('gives the gateway only settings that it knows', () => {
    const settings = Object.keys(gateway).filter((name) => name.startsWith('PANJAREH_'))
    expect(settings).toContain('PANJAREH_DATABASE_URL')
    expect(settings).toContain('PANJAREH_AUDIENCE')
    for (const name of settings) expect(Object.keys(VARIABLES)).toContain(name)
  })

  it('takes places and accounts of the systems from a file of its own, which an example names in full', async () => {
    expect(services['gateway']?.env_file).toEqual(['deploy/systems.env'])
    expect(await read('.gitignore')).toMatch(/^\/?deploy\/systems\.env$/m)
    const example = await read('deploy/systems.env.example')
    const offered = [...example.matchAll(/^([A-Z0-9_]+)=$/gm)].map((match) => match[1])
    const named = new Set<string>()
    for (const folder of await readdir(new URL('subgraphs/', root))) {
      const system = await read(`subgraphs/${folder}/system.json`).catch(() => '')
      const prefix = folder.toUpperCase().replaceAll('-', '_')
      for (const match of system.matchAll(new RegExp(`"(${prefix}_[A-Z0-9_]+)"`, 'g'))) {
        named.add(match[1] ?? '')
      }
    }
    expect(named.size).toBeGreaterThan(20)
    expect(new Set(offered)).toEqual(named)
  })

  it('takes every secret from the environment, without a default', () => {
    const secret = /PASSWORD|SECRET|_KEY$|CERTIFICATE|_USER$/
    const entries = Object.values(services).flatMap((service) =>
      Object.entries(service.environment ?? {}),
    )
    const named = entries.filter(
      ([name]) => secret.test(name) && name !== 'POSTGRES_USER' && !name.endsWith('_FILE'),
    )
    expect(named.length).toBeGreaterThan(3)
    for (const [name, value] of named) expect(value, name).toMatch(/^\$\{[A-Z_]+:\?[^}]*\}$/)
    expect(text).not.toMatch(/\$\{[A-Z_]+:?-/)
  })

  it('gives the portal its secrets as files, and settings that it takes', async () => {
    const files = Object.entries(portal).filter(([name]) => name.endsWith('_FILE'))
    expect(files.length).toBeGreaterThanOrEqual(3)
    for (const [, file] of files) {
      const [, name = ''] = /^\/run\/secrets\/([a-z-]+)$/.exec(file) ?? []
      expect(services['portal']?.secrets).toContain(name)
      expect(demo[secrets[name]?.environment ?? ''], name).toMatch(/^.{16,}$/)
    }
    // Compose refuses secrets of the environment in a container that cannot be written.
    expect(services['portal']?.read_only ?? false).toBe(false)
    const others = Object.entries(portal).filter(([name]) => !name.endsWith('_FILE'))
    const folder = await mkdtemp(path.join(tmpdir(), 'compose-'))
    const sealing = path.join(folder, 'portal-valkey-secret')
    await writeFile(sealing, demo['PORTAL_VALKEY_SECRET'] ?? '')
    const options = readConfig({
      ...Object.fromEntries(others.map(([n, v]) => [n, filled(v)])),
      PORTAL_VALKEY_SECRET_FILE: sealing,
    })
    await rm(folder, { recursive: true })
    const log = { info() {}, warn() {}, error() {} }
    const withSecrets = {
      ...options,
      portal: { clientId: 'portal', secret: demo['PORTAL_SECRET'] },
      console: { clientId: 'console', secret: demo['CONSOLE_SECRET'] },
      cookieSecret: demo['PORTAL_COOKIE_SECRET'],
      log,
    }
    expect(settle(withSecrets, options.url ?? '', '')).toMatchObject({
      issuer: filled(gateway['PANJAREH_ISSUER']),
      origin: filled(gateway['PANJAREH_PORTAL']),
      audience: gateway['PANJAREH_AUDIENCE'],
    })
  })

  it('keeps sessions apart from kept answers, and lets nothing push out notices of ended ones', () => {
    const policies = ['sessions', 'valkey'].map((name) => services[name]?.command?.at(-1))
    expect(policies).toEqual(['volatile-lru', 'volatile-lru'])
    const stores = [portal['PORTAL_VALKEY_URL'], gateway['PANJAREH_VALKEY_URL']]
    expect(stores).toEqual(['redis://sessions:6379', 'redis://valkey:6379'])
  })

  it('leads inside the network only to services, at ports on which they listen', () => {
    const inner = Object.values(services)
      .flatMap((service) => Object.values(service.environment ?? {}))
      .flatMap((value) => /^https?:\/\/([a-z]+):(\d+)/.exec(value)?.slice(1) ?? [])
    const pairs = inner.flatMap((host, at) => (at % 2 === 0 ? [`${host}:${inner[at + 1]}`] : []))
    expect(new Set(pairs)).toEqual(
      new Set(['keycloak:8080', 'portal:4002', 'gateway:4000', 'collector:4318']),
    )
    expect(portal['PORTAL_PORT']).toBe('4002')
    expect(gateway['PANJAREH_PORT']).toBe('4000')
  })

  it('makes the realm over Keycloak’s own loopback, again and again, and lets what was held back be', () => {
    const { network_mode: network, command = [], restart, environment } = services['realm'] ?? {}
    expect(network).toBe('service:keycloak')
    expect(new URL(environment?.['PANJAREH_REALM_SERVER'] ?? '').hostname).toBe('127.0.0.1')
    expect(restart).toMatch(/^on-failure/)
    expect(command).toEqual(['node', 'deploy/realm/main.ts', 'apply', '--accept-held'])
    expect(readArguments(command.slice(2))).toMatchObject({ verb: 'apply', acceptHeld: true })
    expect(services['keycloak']?.command).toEqual(['start'])
  })

  it('fills every placeholder of the realm file', async () => {
    const realm = JSON.stringify(await readDesiredRealm())
    const names = [...realm.matchAll(/\$\{([A-Z_]+)\}/g)].map((match) => match[1] ?? '')
    expect(new Set(names).size).toBeGreaterThanOrEqual(3)
    for (const name of names) {
      expect(services['realm']?.environment).toHaveProperty(name)
      expect(demo).toHaveProperty(name)
    }
  })

  it('waits for the health of what the gateway needs, and checks the health of all that can', () => {
    for (const { depends_on: needs } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs ?? {})) {
        // What ends has no health, only an end.
        const isHealthy = name !== 'realm'
        expect(condition).toBe(isHealthy ? 'service_healthy' : 'service_completed_successfully')
        expect(services[name]?.healthcheck?.test !== undefined).toBe(isHealthy)
      }
    }
    expect(services['valkey']?.healthcheck).toBeDefined()
    expect(dockerfile).toContain('/health')
  })

  it('opens ports on this machine only, and drops what nobody needs', () => {
    for (const { ports, cap_drop: dropped } of Object.values(services)) {
      for (const port of ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/)
      expect(dropped).toEqual(['ALL'])
    }
  })

  it('has demo values for all but the systems', async () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+):\?/g)].map((match) => match[1] ?? ''))
    expect([...asked].filter((name) => (demo[name] ?? '') === '')).toEqual([])
  })
})

describe('the Dockerfile', () => {
  it('copies only what is there and what the context lets through', async () => {
    const ignored = (await read('.dockerignore')).split('\n')
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      (match) => match[1]?.split(' ') ?? [],
    )
    expect(copied.length).toBeGreaterThan(6)
    for (const name of copied) {
      await access(new URL(name, root))
      expect(ignored).toContain(`!${name}`)
    }
  })

  it('runs the pinned Node as a user without rights', async () => {
    const { dependencies } = Value.Parse(
      Type.Object({ dependencies: Type.Object({ node: Type.String() }) }),
      JSON.parse(await read('package.json')),
    )
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1])
    expect(new Set(bases)).toEqual(new Set([`node:${dependencies.node}-bookworm-slim`]))
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^CMD \["node", "gateway\/main\.ts"\]$/m)
  })
})

describe('the collector', () => {
  it('listens where the gateway sends its traces', async () => {
    const { hostname, port, pathname } = new URL(gateway['PANJAREH_OTLP'] ?? '')
    expect(Object.keys(services)).toContain(hostname)
    expect(pathname).toBe('/')
    const config = await read('deploy/otel/collector.yaml')
    expect(config).toMatch(new RegExp(`http:\\n\\s+endpoint: 0\\.0\\.0\\.0:${port}\\n`))
  })

  it('uses only parts that it defines, and limits and redacts first', async () => {
    const config: unknown = parse(await read('deploy/otel/collector.yaml'))
    const parts = Type.Record(Type.String(), Type.Unknown())
    const { receivers, processors, exporters, service } = Value.Parse(
      Type.Object({
        receivers: parts,
        processors: parts,
        exporters: parts,
        service: Type.Object({ pipelines: Pipelines }),
      }),
      config,
    )
    for (const pipeline of Object.values(service.pipelines)) {
      for (const name of pipeline.receivers) expect(receivers).toHaveProperty(name)
      for (const name of pipeline.processors) expect(processors).toHaveProperty(name)
      for (const name of pipeline.exporters) expect(exporters).toHaveProperty(name)
      expect(pipeline.processors.slice(0, 2)).toEqual(['memory_limiter', 'redaction'])
    }
  })
})
