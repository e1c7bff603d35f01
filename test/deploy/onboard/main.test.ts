// `npm run onboard`: from a contract to a folder that loads, is replayed, and is asked.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { runOnboard } from '../../../deploy/onboard/main.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import { loadSystem } from '../../../subgraphs/load.ts'

const CONTRACTS = path.join(import.meta.dirname, 'contracts')

let root: string
const lines: string[] = []
const output = {
  out: (line: string) => void lines.push(line),
  error: (line: string) => void lines.push(`! ${line}`),
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'onboard-'))
})

beforeEach(() => {
  lines.length = 0
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

function onboard(contract: string, name: string, ...more: readonly string[]): Promise<number> {
  const out = path.join(root, name)
  return runOnboard([path.join(CONTRACTS, contract), '--name', name, '--out', out, ...more], output)
}

function read(...names: readonly string[]): Promise<string> {
  return readFile(path.join(root, ...names), 'utf8')
}

describe('a WSDL', () => {
  beforeAll(async () => {
    expect([await onboard('library.wsdl', 'city-library'), ...lines]).toContain(0)
  })

  test('comes with what it includes', async () => {
    expect((await readdir(path.join(root, 'city-library', 'contract'))).toSorted()).toEqual([
      'library.wsdl',
      'xsd',
    ])
  })

  test('one national id asks for a person: the field joins their entity, closed by policy', async () => {
    const sdl = await read('city-library', 'schema.graphql')
    expect(sdl).toMatch(/type Person @key\(fields: "nationalId"\) @subject\(field: "nationalId"\)/)
    expect(sdl).toMatch(
      /loans\([^()]*most: Int\s*\): \[CityLibraryLoan!\] @call\(operation: "loans", input: \[\{to: "NationalCode", from: "nationalId", as: \[NATIONAL_ID\]\}, \{to: "most", from: "most"\}\], select: "Loans.Loan\[\]"\) @policy\(policies: \[\["citizen"\], \["inquiry:city-library"\]\]\)/,
    )
  })

  test('types and repairs are proposed by name and type', async () => {
    const sdl = await read('city-library', 'schema.graphql')
    expect(sdl).toContain('tarikhAmanat: Date @from(path: "TarikhAmanat", as: [JALALI_SLASHED])')
    expect(sdl).toContain('fineRial: Rial @from(as: [RIAL])')
    expect(sdl).toContain('copyNo: Int @from(path: "copy-no")')
    expect(sdl).toContain('cover: String @from(as: [DOCUMENT_CONTENT])')
    expect(sdl).toMatch(
      /state: CityLibraryState @from\(codes: \[\{code: "onLoan", value: "ON_LOAN"\}/,
    )
  })

  test('credentials in the body are an account, not an argument', async () => {
    const settings: unknown = JSON.parse(await read('city-library', 'system.json'))
    expect(settings).toMatchObject({
      address: 'CITY_LIBRARY_URL',
      auth: [
        {
          scheme: 'input',
          values: { UserName: 'CITY_LIBRARY_USER', Password: 'CITY_LIBRARY_PASSWORD' },
        },
      ],
      operations: {
        loans: { operation: 'GetLoans', kind: 'query' },
        returnBook: { operation: 'ReturnBook', kind: 'mutation' },
      },
    })
    expect(await read('city-library', 'schema.graphql')).not.toMatch(/password/i)
  })

  test('samples are made of the schema', async () => {
    const cases = await readdir(path.join(root, 'city-library', 'samples'))
    expect(cases.toSorted()).toEqual([
      'garbage',
      'loans',
      'loans-drift',
      'loans-least',
      'return-book',
      'return-book-least',
    ])
    const made: unknown = JSON.parse(await read('city-library', 'samples', 'loans', 'case.json'))
    expect(made).toMatchObject({
      operation: 'loans',
      input: { NationalCode: '0012345679', most: 1 },
      wire: { version: '1.1', action: 'urn:example:library/GetLoans', status: 200 },
      expect: {
        value: { Loans: { Loan: [{ 'copy-no': 1, state: 'onLoan', TarikhAmanat: '1397/09/07' }] } },
      },
    })
    expect(await read('city-library', 'samples', 'loans', 'request.xml')).toContain('sample-user')
    expect(
      JSON.parse(await read('city-library', 'samples', 'loans-drift', 'case.json')),
    ).toMatchObject({
      expect: { error: 'SYSTEM_REPLY_INVALID' },
    })
  })

  test('the checker names each open question with its line, and falls silent when they are settled', async () => {
    const folder = path.join(root, 'settled', 'city-library')
    await cp(path.join(root, 'city-library'), folder, { recursive: true })
    expect(await runOnboard(['--check', folder], output)).toBe(1)
    expect(lines).toContainEqual(
      expect.stringMatching(/^! city-library\/system\.json:4 name\/fa is blank$/),
    )
    expect(lines).toContainEqual(
      expect.stringMatching(
        /system\.json:\d+ \/operations\/returnBook\/kind: "mutation" is a guess/,
      ),
    )
    const file = path.join(folder, 'system.json')
    const settings = JSON.parse(await readFile(file, 'utf8'))
    delete settings.open
    settings.name.fa = 'کتابخانه'
    settings.agency = { code: 'LIB', fa: 'کتابخانه', en: 'Library' }
    await writeFile(file, JSON.stringify(settings))
    lines.length = 0
    expect([await runOnboard(['--check', folder], output), ...lines]).toEqual([
      0,
      `${folder} loads and has no open question`,
    ])
  })

  test('a change without an answer says that it was accepted', async () => {
    const answer = await read('city-library', 'samples', 'return-book', 'response.xml')
    const server = await serve(answer)
    const place = server.address()
    const port = typeof place === 'object' ? place?.port : undefined
    const secret = (name: string) => (name.endsWith('_URL') ? `http://127.0.0.1:${port}/` : 'x')
    const subgraph = await loadSystem(path.join(root, 'city-library'), { secret })
    const document = parse('mutation { returnBook(barcode: "b1") { accepted } }')
    const context = {
      requestId: 'r',
      traceparent: '',
      caller: { ...ANONYMOUS, kind: 'agency' as const },
      signal: AbortSignal.timeout(5_000),
      provenance: false,
      ask: async () => ({}),
    }
    expect(await subgraph.execute({ document, variables: {}, context })).toEqual({
      data: { returnBook: { accepted: true } },
    })
    await subgraph.close()
    server.close()
  })
})

test('an OpenAPI description: a GET is a query of its path, lists stay lists', async () => {
  expect([await onboard('parcels.json', 'post-parcels'), ...lines]).toContain(0)
  const sdl = await read('post-parcels', 'schema.graphql')
  expect(sdl).toMatch(/parcel\(\s+"Parcel no\."\s+parcelNo: String!\s+\): PostParcelsParcel/)
  expect(sdl).toContain('weightGrams: Decimal @from')
  expect(sdl).toContain('stations: [String!] @from')
  const cases = await readdir(path.join(root, 'post-parcels', 'samples'))
  expect(cases).toEqual(expect.arrayContaining(['parcel', 'parcel-least', 'garbage']))
})

test('only the operations that are named', async () => {
  expect(await onboard('library.wsdl', 'one-library', '--operations', 'ReturnBook')).toBe(0)
  expect(await read('one-library', 'schema.graphql')).not.toContain('Loan')
})

describe('refused, and nothing stays behind', () => {
  test.each([
    [
      ['library.wsdl', 'x', '--operations', 'Nope'],
      /has no operation Nope, only GetLoans, ReturnBook/,
    ],
    [
      ['library.wsdl', 'x', '--port', 'Nope'],
      /has no SOAP port "Nope": write one of "LibrarySoap"/,
    ],
    [['library.wsdl', 'Not_A_Name'], /is no name of a system/],
    [['nothing.wsdl', 'x'], /nothing\.wsdl cannot be read/],
    [['xsd/library.xsd', 'x'], /is no WSDL 1\.1 document/],
  ])('%j', async ([contract = '', name = '', ...more], message) => {
    expect(await onboard(contract, name, ...more)).toBe(1)
    expect(lines.join('\n')).toMatch(message)
    expect(await readdir(root)).not.toContain(name)
  })

  test('a folder that holds something', async () => {
    expect(await onboard('library.wsdl', 'one-library')).toBe(1)
    expect(lines.join('\n')).toMatch(/is not empty: name another folder by --out/)
  })

  test.each([[[]], [['a', 'b', '--name', 'x']], [['a']], [['--nope']]])(
    '%j are no arguments',
    async (args) => {
      expect(await runOnboard(args, output)).toBe(2)
    },
  )
})

function serve(answer: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' }).end(answer)
    }).listen(0, '127.0.0.1', () => resolve(server))
  })
}

test('no folder of this checkout has an open question', async () => {
  expect([await runOnboard(['--check'], output), ...lines]).toEqual([
    0,
    expect.stringMatching(/^[0-9]+ folders load and have no open question$/),
  ])
})
