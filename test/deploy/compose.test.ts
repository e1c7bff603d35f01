// What can be known of docker-compose.yml and the Dockerfile without an engine.
import { access, readdir, readFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { readDesiredRealm } from '../../deploy/realm/desired-realm.ts'
import { VARIABLES } from '../../gateway/config-variables.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string) => readFile(new URL(name, root), 'utf8')

const Compose = Type.Object({
  services: Type.Record(
    Type.String(),
    Type.Object({
      image: Type.String(),
      environment: Type.Optional(Type.Record(Type.String(), Type.String())),
      env_file: Type.Optional(Type.Array(Type.String())),
      volumes: Type.Optional(Type.Array(Type.String())),
      ports: Type.Optional(Type.Array(Type.String())),
      healthcheck: Type.Optional(Type.Object({ test: Type.Array(Type.String()) })),
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
const { services } = Value.Parse(Compose, parse(text, { merge: true }))
const gateway = services['gateway']?.environment ?? {}
const dockerfile = await read('Dockerfile')

describe('docker-compose.yml', () => {
  it('has the gateway and its engines, all pinned', () => {
    expect(Object.keys(services).toSorted()).toEqual([
      'collector',
      'gateway',
      'keycloak',
      'postgres',
      'realm',
      'valkey',
    ])
    for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+(\.\d+)?$/)
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
    const secrets = entries.filter(([name]) => secret.test(name) && name !== 'POSTGRES_USER')
    expect(secrets.length).toBeGreaterThan(3)
    for (const [name, value] of secrets) expect(value, name).toMatch(/^\$\{[A-Z_]+:\?[^}]*\}$/)
    expect(text).not.toMatch(/\$\{[A-Z_]+:?-/)
  })

  it('fills every placeholder of the realm file', async () => {
    const realm = JSON.stringify(await readDesiredRealm())
    const names = [...realm.matchAll(/\$\{([A-Z_]+)\}/g)].map((match) => match[1] ?? '')
    expect(new Set(names).size).toBeGreaterThanOrEqual(3)
    for (const name of names) expect(services['keycloak']?.environment).toHaveProperty(name)
  })

  it('waits for the health of what the gateway needs, and checks the health of all that can', () => {
    for (const { depends_on: needs } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(needs ?? {})) {
        // What ends has no health, only an end.
        const isHealthy = name !== 'realm'
        expect(condition).toBe(isHealthy ? 'service_healthy' : 'service_completed_successfully')
        expect(services[name]?.healthcheck !== undefined).toBe(isHealthy)
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
    const demo = await read('deploy/keycloak/demo.env')
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+):\?/g)].map((match) => match[1] ?? ''))
    const missing = [...asked].filter((name) => !new RegExp(`^${name}=.`, 'm').test(demo))
    expect(missing.filter((name) => !(name in gateway))).toEqual([])
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
