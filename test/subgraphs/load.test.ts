import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildSubgraphSchema } from '@apollo/subgraph'
import { getNamedType, type GraphQLObjectType, isObjectType, parse } from 'graphql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { Secret } from '../../adapters/adapter.ts'
import { FindingsError } from '../../adapters/finding.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { Answer, RequestContext } from '../../schema/context.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { loadSystem, loadSystems } from '../../subgraphs/load.ts'
import { type Persona, readPopulation } from '../estate/personas.ts'
import { type Estate, startEstate } from '../estate/start-estate.ts'
import type { Switches } from '../estate/switches.ts'

const ROOT = fileURLToPath(new URL('../../subgraphs/', import.meta.url))
const AGENCY: Caller = { ...ANONYMOUS, kind: 'agency', clientId: 'agency' }

/** The systems that tell something of every persona, or of the address where it lives. */
const ABOUT_PERSONS = [
  'cra-shahkar',
  'nocr-person',
  'post-gnaf',
  'rahvar-licence',
  'rmto-smartcard',
  'ssaa-deed',
  'tamin-history',
  'vazife-status',
] as const

/** Because of a case of that person, which some fields need. */
function contextFor(caller: Caller, nationalId: string): RequestContext {
  return { ...context(caller), caseOf: { applicant: nationalId } }
}

function context(caller: Caller): RequestContext {
  return {
    requestId: crypto.randomUUID(),
    traceparent: '',
    caller,
    signal: AbortSignal.timeout(10_000),
    provenance: true,
    ask: async () => ({}),
  }
}

/** Every field of a type, arguments as variables of their own name. */
function allFields(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).map((field) => {
    const below = getNamedType(field.type)
    const args = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
    return `${field.name}${args && `(${args})`} ${isObjectType(below) ? allFields(below) : ''}`
  })
  return `{ ${fields.join(' ')} }`
}

function query(subgraph: Subgraph): { document: ReturnType<typeof parse>; typename: string } {
  const schema = buildSubgraphSchema(parse(subgraph.sdl))
  const typename = subgraph.name === 'post-gnaf' ? 'Address' : 'Person'
  const type = schema.getType(typename)
  if (!isObjectType(type)) throw new TypeError(`${subgraph.name} has no ${typename}`)
  const mobile = subgraph.name === 'cra-shahkar' ? ', $mobile: MobileNumber!' : ''
  const text = `query($of: [_Any!]!${mobile}) { _entities(representations: $of) { ... on ${typename} ${allFields(type)} } }`
  return { document: parse(text), typename }
}

/** What all systems say of the same key, in one object; fails on any error. */
function mergeEntities(answers: readonly Answer[]): Record<string, unknown> {
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
  return Object.assign({}, ...answers.map(({ data }) => [data?.['_entities']].flat()[0]))
}

describe('against the estate', () => {
  let estate: Estate
  let personas: readonly Persona[]
  let subgraphs: readonly Subgraph[]

  beforeAll(async () => {
    estate = await startEstate({ switches: { latency: 0 } })
    personas = [...(await readPopulation()).personas]
  })

  afterAll(() => estate.close())

  const secret: Secret = (variable) => estate.environment[variable] ?? ''

  // Afresh, because a breaker that one test has opened would answer in the next.
  beforeEach(async () => {
    subgraphs = await Promise.all(ABOUT_PERSONS.map((id) => loadSystem(join(ROOT, id), { secret })))
  })

  afterEach(() => Promise.all(subgraphs.map((subgraph) => subgraph.close())))

  test('every system that the estate plays loads', async () => {
    const loaded = await loadSystems(ROOT, { secret })
    expect(loaded.map(({ name }) => name)).toEqual(estate.systems.map(({ id }) => id).toSorted())
    await Promise.all(loaded.map((subgraph) => subgraph.close()))
  })

  test('every field of every persona is answered by every system without an error', async () => {
    for (const subgraph of subgraphs) {
      const { document, typename } = query(subgraph)
      for (const { nationalId, postCode, mobile } of personas) {
        const variables = { of: [{ __typename: typename, nationalId, postCode }], mobile }
        const answer = await subgraph.execute({
          document,
          variables,
          context: contextFor(AGENCY, nationalId),
        })
        expect(answer.errors, `${subgraph.name} ${nationalId}`).toBeUndefined()
        expect(answer.data?.['_entities']).toEqual([expect.objectContaining({})])
      }
      expect(subgraph.health()).toMatchObject({ system: subgraph.name, state: 'up' })
    }
  })

  /** Everything that each system says of one persona, by its key. */
  async function askAll(key: string): Promise<readonly Answer[]> {
    const { nationalId, postCode, mobile } = personas.find((persona) => persona.key === key)!
    return Promise.all(
      subgraphs.map((subgraph) => {
        const { document, typename } = query(subgraph)
        const variables = { of: [{ __typename: typename, nationalId, postCode }], mobile }
        return subgraph.execute({ document, variables, context: contextFor(AGENCY, nationalId) })
      }),
    )
  }

  async function under<T>(switches: Partial<Switches>, run: () => Promise<T>): Promise<T> {
    for (const { name } of subgraphs) estate.set(name, switches)
    try {
      return await run()
    } finally {
      estate.reset()
    }
  }

  test('a list of one is still a list, in whatever form it comes', async () => {
    const merged = mergeEntities(await under({ oneElement: true }, () => askAll('kaveh')))
    expect(merged).toMatchObject({
      deeds: [{ shareDang: '6' }],
      vehiclePlates: [{ plate: '12ع345-11' }],
      houseNumber: 12,
    })
    const other = mergeEntities(await under({ oneElement: true }, () => askAll('rahim-one-month')))
    expect(other).toMatchObject({ insurance: { periods: [{ month: '1405/07' }] } })
  })

  // The window comes first: no breaker has opened yet, which would answer instead of the system.
  test.each<[Partial<Switches>, RegExp]>([
    [{ window: 'on' }, /^SYSTEM_MAINTENANCE$/],
    [{ garbage: true }, /^SYSTEM_/],
    [{ drift: true }, /^SYSTEM_/],
    [{ failRate: 1 }, /^SYSTEM_/],
    [{ down: true }, /^SYSTEM_/],
  ])('under %j every system fails by a code and says nothing else', async (switches, code) => {
    const answers = await under(switches, () => askAll('kaveh'))
    for (const [place, { data, errors }] of answers.entries()) {
      const { name } = subgraphs[place]!
      expect(errors, name).not.toHaveLength(0)
      for (const { extensions } of errors ?? []) {
        expect(extensions).toMatchObject({
          code: expect.stringMatching(code),
          system: name,
        })
      }
      expect(JSON.stringify(errors), name).not.toMatch(
        /0004120371|09000000001|1593601044|password|http/i,
      )
      expect(data?.['_entities'], name).toHaveLength(1)
    }
  })

  test('values are those of the persona, whatever the system made of them', async () => {
    const answers = await askAll('kaveh')
    expect(mergeEntities(answers)).toMatchObject({
      nationalId: '0004120371',
      firstName: 'کاوه',
      lastName: 'یکتای نمونه',
      birthDate: '1986-07-08',
      birthDateJalali: '1365/04/17',
      birthDateApproximate: false,
      deathStatus: 'ALIVE',
      identityNumber: '137',
      residence: { postCode: '1593601044' },
      ownsMobile: true,
      houseNumber: 12,
      drivingLicence: { class: 'CLASS_1', negativePoints: 2, issuedOn: '2018-11-28' },
      vehiclePlates: [{ plate: '12ع345-11' }, { plate: '68ب417-10' }],
      driverCard: { cardNumber: '2700000', kind: 'FREIGHT', active: true },
      deeds: [{ shareDang: '6' }, { shareDang: '4.5', coOwners: [{ shareDang: '1.5' }] }],
      insurance: { insuranceNumber: '0000412037' },
      conscription: { status: 'COMPLETED', issuedOn: '2008-02-09' },
    })
    const normalisations = answers.flatMap(({ extensions }) => extensions?.provenance ?? [])
    expect(normalisations).toContainEqual({
      path: ['_entities', 0, 'birthDate'],
      system: 'nocr-person',
      operation: 'identity',
      fetchedAt: expect.stringMatching(/^20.*Z$/),
      normalisations: ['JALALI_YYYYMMDD'],
    })
  })

  test('a system that answers garbage nulls its fields with its code and nothing more', async () => {
    const subgraph = subgraphs.find(({ name }) => name === 'cra-shahkar')!
    const { document } = query(subgraph)
    const { nationalId, mobile } = personas[0]!
    estate.set('cra-shahkar', { garbage: true })
    const variables = { of: [{ __typename: 'Person', nationalId }], mobile }
    const answer = await subgraph.execute({
      document,
      variables,
      context: contextFor(AGENCY, nationalId),
    })
    estate.set('cra-shahkar', { garbage: false })
    expect(answer.data).toEqual({ _entities: [{ nationalId, ownsMobile: null }] })
    expect(answer.errors).toEqual([
      {
        message: 'The system answered with something that is not its contract.',
        path: ['_entities', 0, 'ownsMobile'],
        extensions: {
          code: 'SYSTEM_REPLY_INVALID',
          system: 'cra-shahkar',
          operation: 'matchMobile',
          retryable: true,
          reference: expect.any(String),
        },
      },
    ])
    expect(JSON.stringify(answer.errors)).not.toContain(nationalId)
  })
})

async function findings(
  folder: string,
  secret: Secret = () => 'http://127.0.0.1:9/',
): Promise<readonly string[]> {
  const failed: unknown = await loadSystem(folder, { secret }).then(
    (subgraph) => subgraph.close(),
    (error: unknown) => error,
  )
  if (!(failed instanceof FindingsError))
    throw new TypeError('loaded without findings', { cause: failed })
  return failed.message.split('\n').map((line) => line.replace(/^[^/]*\//, ''))
}

const nothing: Secret = (variable) => {
  throw new FindingsError([{ file: 'environment', message: variable }])
}

describe('a broken folder', () => {
  let root: string

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'systems-'))
  })

  afterAll(() => rm(root, { recursive: true }))

  /** A copy of a real folder with some text in one of its files replaced. */
  async function broken(
    system: string,
    file: string,
    changes: readonly (readonly [string, string])[],
  ): Promise<string> {
    const folder = join(root, crypto.randomUUID(), system)
    await mkdir(folder, { recursive: true })
    await cp(join(ROOT, system), folder, { recursive: true })
    let text = await readFile(join(folder, file), 'utf8')
    for (const [from, to] of changes) {
      expect(text).toContain(from)
      text = text.replace(from, () => to)
    }
    await writeFile(join(folder, file), text)
    return folder
  }

  const schema = (change: readonly [string, string]) =>
    broken('nocr-person', 'schema.graphql', [change])
  const settings = (change: readonly [string, string]) =>
    broken('nocr-person', 'system.json', [change])

  test.each<[string, readonly [string, string], string]>([
    [
      'operation',
      ['"identity"', '"identiti"'],
      '8 system.json has no operation "identiti", did you mean "identity"?',
    ],
    ['input path', ['arg0.nin', 'arg0.nim'], '8 path "arg0.nim": the contract has no "nim" here'],
    [
      'input source',
      ['from: "nationalId"', 'from: "nationalID"'],
      'no argument or field "nationalID", did you mean "nationalId"?',
    ],
    [
      'selection',
      ['return[0]', 'result[0]'],
      '8 path "result[0]": the contract has no "result" here, only return',
    ],
    [
      'path',
      ['path: "family"', 'path: "familly"'],
      '21 path "familly": the contract has no "familly"',
    ],
    [
      'normaliser',
      ['BASE64_TEXT, PERSIAN', 'BASE64, PERSIAN'],
      '17 there is no normaliser "BASE64"',
    ],
    [
      'shape',
      ['as: [JALALI_YYYYMMDD]', 'as: [ISO_DATE]'],
      '41 ISO_DATE reads string, date, dateTime, but here stands int',
    ],
    [
      'chain',
      ['BASE64_TEXT, PERSIAN', 'PERSIAN_TEXT, BASE64'],
      'PERSIAN_TEXT reads string, but here stands binary',
    ],
    ['code list', ['value: "MALE"', 'value: "MAN"'], '53 Gender has no value "MAN"'],
    [
      'double code',
      ['{ code: "0", value: "FEMALE" }', '{ code: "1", value: "FEMALE" }'],
      'code "1" is listed twice',
    ],
    [
      'missing codes',
      [
        '(path: "gender", codes: [{ code: "1", value: "MALE" }, { code: "0", value: "FEMALE" }])',
        '(path: "gender")',
      ],
      'Gender needs codes',
    ],
    [
      'lossy',
      ['identityNumber: String', 'identityNumber: Boolean'],
      'int does not fit Boolean: add BOOLEAN_TEXT',
    ],
    ['identifier', ['as: [POST_CODE]', 'as: []'], 'exact does not fit PostCode: add POST_CODE'],
    [
      '64 bit',
      ['residence: Address @from(path: "postCode")', 'residence: Int @from(path: "nin")'],
      'exact does not fit Int: digits would be lost',
    ],
    [
      'double scalar',
      ['lastNameHasPrefix: Boolean', 'lastNameHasPrefix: Datum'],
      'there is no scalar Datum in schema/scalars',
    ],
    [
      'list',
      ['firstName: String', 'firstName: [String]'],
      'a list is published, but here is no list',
    ],
    ['required', ['firstName: String', 'firstName: String!'], 'Person.firstName must be nullable'],
    [
      'argument',
      ['path: "family"', 'pfad: "family"'],
      '@from has no argument "pfad", only path, paths, join, split, as, codes',
    ],
    ['argument type', ['path: "family"', 'path: 1'], '@from: Argument "path" has invalid value 1.'],
    [
      'subject',
      ['@subject(field: "nationalId")', '@subject(field: "firstName")'],
      '@subject names "firstName", which is no key field',
    ],
    ['no path', ['path: "family"', 'path: "family["'], '"family[" is not a path'],
  ])('%s', async (_, change, message) => {
    const found = await findings(await schema(change))
    expect(found).toEqual([expect.stringContaining('nocr-person/schema.graphql:')])
    expect(found[0]).toContain(message)
  })

  test.each<[string, readonly [string, string], string]>([
    ['unknown key', ['"breaker"', '"braker"'], 'unknown key "braker", did you mean "breaker"?'],
    ['required', ['"retries": 1,', ''], 'must have required property'],
    ['scheme', ['"basic"', '"basik"'], 'auth.0.scheme: there is no "basik", did you mean "basic"?'],
    [
      'member',
      ['"user": "NOCR', '"usr": "NOCR'],
      'auth.0.usr: unknown key "usr", did you mean "user"?',
    ],
    ['duration', ['"timeout": "4s"', '"timeout": "4 s"'], 'limits.timeout: must match pattern'],
    [
      'protocol',
      ['"protocol": "soap"', '"protocol": "soup"'],
      'protocol: there is no "soup", did you mean "soap"?',
    ],
    [
      'contract operation',
      ['"operation": "getEstelam3"', '"operation": "getEstelam4"'],
      'operation "identity": the contract has no operation "getEstelam4", only getEstelam3',
    ],
    [
      'outcome',
      ['"path": "return[0].nin"', '"path": "return[0].nim"'],
      'system.json:95 operation "identity": outcome path "return[0].nim"',
    ],
    [
      'kind',
      ['"kind": "query"', '"kind": "mutation"'],
      '"identity" is a mutation; it cannot be asked here',
    ],
    [
      'credential path',
      ['arg0.passWord', 'arg0.password'],
      'system.json:23 operation "identity": path "arg0.password": the contract has no "password" here',
    ],
  ])('settings: %s', async (_, change, message) => {
    expect((await findings(await settings(change))).join('\n')).toContain(message)
  })

  test('findings say file and line', async () => {
    const [finding] = await findings(await settings(['"breaker"', '"braker"']))
    expect(finding).toMatch(/^nocr-person\/system\.json(:[0-9]+)? /)
    const unknown = (await findings(await settings(['"breaker"', '"braker"'])))[1]
    expect(unknown).toMatch(/^nocr-person\/system\.json:87 braker: unknown key/)
  })

  test('text that is not JSON or not GraphQL is found with its line', async () => {
    const json = await settings(['"retries": 1,', '"retries": 1'])
    expect(await findings(json)).toEqual([expect.stringMatching(/system\.json:[0-9]+ is not JSON/)])
    const graphql = await schema(['gender: Gender', 'gender; Gender'])
    expect(await findings(graphql)).toEqual([
      expect.stringMatching(/schema\.graphql:52 Syntax Error/),
    ])
  })

  test('what federation itself refuses is found', async () => {
    const folder = await schema([
      '@key(fields: "nationalId")',
      '@key(fields: "nationalId", resolvable: "yes")',
    ])
    expect((await findings(folder)).join('\n')).toMatch(/nocr-person\/schema\.graphql .*resolvable/)
  })

  test('all missing variables are named at once, each at its line', async () => {
    expect(await findings(join(ROOT, 'rahvar-licence'), nothing)).toEqual([
      expect.stringMatching(/system\.json:14 the environment has no RAHVAR_LICENCE_URL/),
      expect.stringContaining('RAHVAR_LICENCE_CERTIFICATE'),
      expect.stringContaining('RAHVAR_LICENCE_KEY'),
      expect.stringContaining('RAHVAR_LICENCE_AUTHORITY'),
    ])
  })

  test('the findings of several folders and several kinds come together', async () => {
    const folder = await broken('nocr-person', 'schema.graphql', [
      ['path: "family"', 'path: "familly"'],
      ['path: "fatherName"', 'path: "father"'],
    ])
    await cp(join(ROOT, 'vazife-status'), join(folder, '../vazife-status'), { recursive: true })
    await writeFile(join(folder, '../vazife-status/system.json'), '{}')
    await mkdir(join(folder, '../catalogue'))
    const failed = loadSystems(join(folder, '..'), { secret: () => 'http://127.0.0.1:9/' })
    await expect(failed).rejects.toThrow(FindingsError)
    await expect(failed).rejects.toThrow(/familly[\s\S]*"father"[\s\S]*vazife-status\/system\.json/)
  })
})
