import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { runAccess } from '../../../deploy/access/main.ts'
import { federate } from '../../gateway/support/federation.ts'

let folder = ''
let supergraph = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'access-'))
  supergraph = await file(
    'supergraph.graphql',
    federate({
      a: {
        sdl: `type Query { open: String, person(nationalId: ID!): Person }
          type Person @key(fields: "nationalId") @subject(field: "nationalId") {
            nationalId: ID!
            name: String @policy(policies: [["citizen"], ["agency", "inquiry:identity"]])
            mail: String @requiresScopes(scopes: [["mail"], ["all", "read"]]) @authenticated
            tax: String @purpose(codes: ["tax", "court"]) @assurance(acr: "substantial", maxAge: 60)
            wages: String @subject(field: "nationalId", others: "case")
          }`,
      },
    }).supergraph,
  )
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, text)
  return at
}

const QUERY = `query ($id: ID!) { open person(nationalId: $id) { called: name ...Rest } }
  fragment Rest on Person { mail tax wages }`
const ID = '0012345679'

async function run(query: string, ...args: string[]) {
  const [out, error]: [string[], string[]] = [[], []]
  const operation = await file('operation.graphql', query)
  const code = await runAccess([operation, '--supergraph', supergraph, ...args], {
    out: (line) => out.push(line),
    error: (line) => error.push(line),
  })
  return { code, out: out.map((line) => line.replaceAll(/ {2,}/g, ' ')), error }
}

const asked = ['--variables', JSON.stringify({ id: ID })]
const verdicts = ({ out }: { out: string[] }) =>
  out.slice(0, -1).map((line) => line.split(' ').slice(0, 2).join(' '))

test('tells of each field whether it is seen, and what it demands', async () => {
  const { code, out } = await run(QUERY, ...asked, '--as', 'agency,inquiry:tax', '--scopes', 'mail')
  expect(out).toEqual([
    'seen open (Query.open)',
    "seen person (Query.person) needs nationalId: a citizen's own, or that of the case",
    'FORBIDDEN person.called (Person.name) needs roles citizen | agency + inquiry:identity',
    'seen …Rest.mail (Person.mail) needs a sign-in; scopes mail | all + read',
    "PURPOSE_REQUIRED …Rest.tax (Person.tax) needs purpose tax | court, but for citizens; a person's sign-in of level substantial, at most 60 s ago",
    'CASE_REQUIRED …Rest.wages (Person.wages) needs a case, but for citizens',
    '3 of 6 fields are seen by this agency caller',
  ])
  expect(code).toBe(1)
})

test.each([
  ['nobody', 'UNAUTHENTICATED'],
  ['citizen', 'FORBIDDEN'],
])('as %s one reaches nobody else', async (as, code) => {
  const told = await run(QUERY, ...asked, '--as', as)
  expect(verdicts(told).slice(0, 2)).toEqual(['seen open', `${code} person`])
  expect(verdicts(told).filter((row) => row.startsWith('seen'))).toEqual(['seen open'])
  expect(told.code).toBe(1)
})

test('a sign-in that is sure and new opens what an old one does not', async () => {
  const person = ['--as', 'citizen', '--national-id', ID, '--scopes', 'all,read', '--acr']
  const old = await run(QUERY, ...asked, ...person, 'substantial', '--age', '600')
  expect(verdicts(old)).toContain('INSUFFICIENT_AUTHENTICATION …Rest.tax')
  expect(await run(QUERY, ...asked, ...person, 'high')).toMatchObject({ code: 0 })
})

test('a purpose and a case open what is for them', async () => {
  const agency = ['--as', 'agency,inquiry:tax', '--purpose', 'tax', '--case', ID]
  expect(
    await run('query ($id: ID!) { person(nationalId: $id) { tax wages } }', ...asked, ...agency),
  ).toMatchObject({ code: 0 })
  const other = await run(QUERY, ...asked, ...agency.slice(0, -1), '0499370899')
  expect(verdicts(other)).toContain('FORBIDDEN person')
})

test('a token says who it is, whoever signed it', async () => {
  const claims = { sub: 'u', realm_access: { roles: ['staff'] }, sid: 's', acr: 'low' }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const token = await file('token', `e30.${payload}.x\n`)
  const { out } = await run('{ open }', '--token', token)
  expect(out.at(-1)).toBe('1 of 1 fields are seen by this staff caller')
})

test.each([
  ['an opaque one', Buffer.from('correct horse battery').toString('base64url')],
  ['claims that are cut off', Buffer.from('{"name":"Sara" "').toString('base64url')],
  ['no claims', Buffer.from('null').toString('base64url')],
])('a token that is none is not quoted: %s', async (_, payload) => {
  const { code, error } = await run('{ open }', '--token', await file('token', `e30.${payload}.x`))
  expect([code, error[0]]).toEqual([2, 'There is no access token in the file.'])
})

const nobody = ['--as', 'nobody']
const citizen = ['--as', 'citizen']
test.each([
  ['no caller', '{ open }', [], /^One operation, one caller/],
  ['two callers', '{ open }', ['--as', 'staff', '--token', 'x'], /^One operation, one caller/],
  ['roles of nobody', '{ open }', ['--as', 'friend'], /^--as: /],
  ['an unknown field', '{ shut }', nobody, /shut/],
  ['no GraphQL', '{', nobody, /^Syntax Error/],
  ['an unknown option', '{ open }', [...nobody, '--all'], /--all/],
  ['variables that are no JSON', '{ open }', [...nobody, '--variables', '{'], /^--variables: /],
  ['variables that are no object', '{ open }', [...nobody, '--variables', '7'], /^--variables: /],
  ['a token that is none', '{ open }', ['--token', import.meta.filename], /no access token/],
  ['a token file that is not there', '{ open }', ['--token', '/nowhere'], /^\/nowhere: cannot/],
  [
    'a supergraph that is not there',
    '{ open }',
    [...nobody, '--supergraph', '/no'],
    /^\/no: cannot/,
  ],
  ['a level that is none', '{ open }', [...citizen, '--acr', 'high-ish'], /^--acr: one of low, /],
  ['an age that is none', '{ open }', [...citizen, '--age', 'abc'], /^--age: seconds/],
  [
    'a purpose of nothing',
    '{ open }',
    [...citizen, '--purpose', 'fun'],
    /^--purpose: .*tax, court/,
  ],
] as const)('%s is told with the usage', async (_, query, args, says) => {
  const { code, error } = await run(query, ...args)
  expect(code).toBe(2)
  expect(error[0]).toMatch(says)
  expect(error.at(-1)).toMatch(/^npm run access/)
})

test('help is no error', async () => {
  const { code, out, error } = await run('{ open }', '--help')
  expect([code, error]).toEqual([0, []])
  expect(out.join()).toMatch(/^npm run access/)
})
