import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { FindingsError, toLine } from '../../../adapters/finding.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { type Catalogue, loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'

const FOLDER = join(import.meta.dirname, '../../../subgraphs/catalogue/services')
const SLUG = 'freight-driver-smart-card'
const CODE = '18071001000'
const log = { info() {}, warn() {}, error() {} }
const catalogue = await loadCatalogue({ folder: FOLDER, log })

describe('for anybody', () => {
  test('publishes the headings of the information package', async () => {
    const answer = await ask(
      catalogue,
      `query ($code: ID!) { service(code: $code) {
        code title { fa en } domain { code } digitisation form
        documents { id fa need system }
        promise { workingDays statedAs { fa } source { en } }
        inquiries { system agency { fa } purpose { fa } }
        package {
          version validFrom validUntil retirementNoticeDays reviewOn
          definition { fa } audience { fa } steps { fa } legalBasis { number reportedDates }
          faq { question { fa } answer { fa } } costs { fa amountRial currency note { fa } }
          channels { kind fa hours { fa } } places { level fa } complaint { fa } responsible { fa }
          interaction { fa } reporting { fa } review { fa } legalResponsibility { fa }
          commitments { organisation { fa } recipient { fa } } conditions { fa } redress { fa }
          statuses { id citizen { fa } }
        }
      } }`,
      { code: CODE },
    )
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toMatchObject({
      service: {
        code: CODE,
        domain: { code: 'ROAD' },
        promise: { workingDays: 22, statedAs: { fa: 'یک ماه' } },
        package: { costs: [{ amountRial: '1850000', currency: 'IRR' }], validUntil: null },
        form: { properties: { firstName: { title: 'نام' } } },
      },
    })
  })

  test('answers null for a code that is not there', async () => {
    expect(await ask(catalogue, '{ service(code: "00000000000") { code } }')).toEqual({
      data: { service: null },
    })
  })

  test('resolves a service that another subgraph names by its code', async () => {
    const answer = await ask(
      catalogue,
      'query ($them: [_Any!]!) { _entities(representations: $them) { ... on PublicService { slug } } }',
      { them: [{ __typename: 'PublicService', code: CODE }] },
    )
    expect(answer).toEqual({ data: { _entities: [{ slug: SLUG }] } })
  })

  test.each([0, 101])('refuses a page of %i', async (first) => {
    const answer = await ask(
      catalogue,
      'query ($first: Int!) { services(first: $first) { total } }',
      {
        first,
      },
    )
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'INPUT_REJECTED', fields: ['first'] } },
    ])
  })
})

describe('a folder', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'services-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('is all that a further service needs', async () => {
    const place = await copy('more', (name, text) =>
      name === 'service.json' ? text.replace(CODE, '18071002000').replace('"ROAD"', '"SEA"') : text,
    )
    await cp(join(FOLDER, SLUG), join(place, 'first'), { recursive: true })
    const both = await loadCatalogue({ folder: place, log })
    const query = `query ($domain: String, $after: String) {
      services(domain: $domain, first: 1, after: $after) { nodes { code } total hasNextPage endCursor } }`
    const first = await ask(both, query)
    expect(first.data).toEqual({
      services: { nodes: [{ code: CODE }], total: 2, hasNextPage: true, endCursor: CODE },
    })
    expect((await ask(both, query, { after: CODE })).data).toMatchObject({
      services: { nodes: [{ code: '18071002000' }], hasNextPage: false },
    })
    expect((await ask(both, query, { domain: 'SEA' })).data).toMatchObject({
      services: { nodes: [{ code: '18071002000' }], total: 1 },
    })
  })

  test('with the code of another is refused', async () => {
    const place = await copy('twice', (_name, text) => text)
    await cp(join(FOLDER, SLUG), join(place, 'second'), { recursive: true })
    expect(await findings(place)).toEqual([
      `second/service.json code ${CODE} is also that of ${SLUG}`,
    ])
  })

  test('without its prefill is refused', async () => {
    const place = await copy('without', (_name, text) => text)
    await rm(join(place, SLUG, 'prefill.graphql'))
    expect(await findings(place)).toEqual([`${SLUG}/prefill.graphql is missing`])
  })

  test.each([
    [
      'an unknown key',
      'service.json',
      '"version": 1,',
      '"version": 1, "x": 1,',
      /^\S+:1 .*additional/,
    ],
    [
      'a heading that is missing',
      'service.json',
      '"redress"',
      '"redres"',
      /required property 'redress'/,
    ],
    ['a code that is too short', 'service.json', CODE, '1807', /service.json:2 \/code must match/],
    [
      'a transition to nowhere',
      'service.json',
      '"to": "REFUSED"',
      '"to": "GONE"',
      /unknown status GONE/,
    ],
    ['text that is not JSON', 'service.json', '{', '', /is not JSON/],
    [
      'a field without a Persian title',
      'form.schema.json',
      '"title": "نام",',
      '',
      /:1[0-9] .*'title'/,
    ],
    ['a misspelt JSON Schema word', 'form.schema.json', '"minLength"', '"minLenght"', /minLenght/],
    [
      'a path nobody asks',
      'form.schema.json',
      'me.firstName',
      'me.nickName',
      /not ask for me.nickName/,
    ],
    [
      'a value nobody shows',
      'prefill.graphql',
      'firstName',
      'firstName gender',
      /:6 asks for me.gender/,
    ],
    [
      'two operations',
      'prefill.graphql',
      'query',
      'query A { me { firstName } } query',
      /one query/,
    ],
    [
      'a variable nobody fills',
      'prefill.graphql',
      '$hasMobile: Boolean!',
      '$x: Int',
      /\$x is not one/,
    ],
    ['a syntax error', 'prefill.graphql', 'residence {', 'residence {{', /:10 Syntax Error/],
  ])('with %s is refused with its place', async (name, ...[file, from, to, expected]) => {
    const place = await copy(name.replaceAll(' ', '-'), (each, text) => {
      if (each !== file) return text
      expect(text).toContain(from)
      return text.replace(from, to)
    })
    const lines = await findings(place)
    expect(lines.join('\n')).toMatch(expected)
    expect(lines.every((line) => line.startsWith(`${SLUG}/`))).toBe(true)
  })

  async function copy(name: string, change: (file: string, text: string) => string) {
    const place = join(folder, name)
    await cp(join(FOLDER, SLUG), join(place, SLUG), { recursive: true })
    for (const file of ['service.json', 'form.schema.json', 'prefill.graphql']) {
      const path = join(place, SLUG, file)
      await writeFile(path, change(file, await readFile(path, 'utf8')))
    }
    return place
  }
})

async function findings(folder: string): Promise<string[]> {
  const error = await loadCatalogue({ folder, log }).catch((thrown: unknown) => thrown)
  return error instanceof FindingsError ? error.findings.map(toLine) : []
}

function ask(subgraph: Catalogue, text: string, variables: Record<string, unknown> = {}) {
  const context: RequestContext = {
    requestId: randomUUID(),
    traceparent: '',
    caller: ANONYMOUS,
    signal: AbortSignal.timeout(5_000),
    provenance: false,
    ask: () => Promise.resolve({ data: null }),
  }
  return subgraph.execute({ document: parse(text), variables, context })
}
