import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type ManifestOperation, hashOf, writeManifest } from '../../../schema/document-manifest.ts'
import { type Opened, open } from '../support/open.ts'
import { CITIZEN, openIssuer } from '../support/sign-on.ts'

const deep = `query Deep { me ${'{ friend '.repeat(13)}{ name }${' }'.repeat(13)} }`
const many = 'query Many($first: Int!) { people(first: $first) { name } }'
const dear = `query Dear { a: people(first: 9999) { name } b: people(first: 9999) { name } }`
const rename = 'mutation Rename { rename }'
const operations = [deep, many, dear, rename].map((body): ManifestOperation => ({
  id: hashOf(body),
  name: /\w+ (\w+)/.exec(body)?.[1] ?? '',
  type: body.startsWith('mutation') ? 'mutation' : 'query',
  body,
}))

const sources = {
  a: {
    sdl: `
      type Query { me: Person, people(first: Int!): [Person!]! @federation__listSize(slicingArguments: ["first"]) }
      type Mutation { rename: Boolean }
      type Person { name: String, friend: Person }`,
    resolvers: {
      Query: { me: () => ({ name: 'A' }), people: () => [{ name: 'A' }] },
      Mutation: { rename: () => true },
      Person: { friend: () => ({ name: 'A' }) },
    },
  },
}

const idOf = (body: string) => ({ documentId: `sha256:${hashOf(body)}` })
const apolloOf = (body: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(body) } },
})

let folder = ''
let documents = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'documents-'))
  documents = path.join(folder, 'documents.json')
  await writeFile(documents, writeManifest(operations))
})

afterAll(() => rm(folder, { recursive: true }))

describe('a gateway with documents', () => {
  let gateway: Opened
  beforeAll(async () => {
    gateway = await open(sources, { PANJAREH_DOCUMENTS: documents })
  })
  afterAll(() => gateway.close())

  const answerTo = async (body: unknown) => {
    const response = await gateway.post(body)
    const answer: unknown = await response.json()
    return answer
  }

  test.each([
    ['its id', idOf(deep)],
    ["Apollo's hash", apolloOf(deep)],
    ['its id and name', { ...idOf(deep), operationName: 'Deep' }],
  ])('answers a document beyond the limits by %s', async (_, body) => {
    expect(await answerTo(body)).toMatchObject({ data: { me: {} } })
  })

  test('answers by GET', async () => {
    const query = new URLSearchParams(idOf(deep))
    const response = await fetch(`${gateway.url}/graphql?${query.toString()}`)
    expect(await response.json()).toMatchObject({ data: { me: {} } })
  })

  test('answers no mutation by GET', async () => {
    const response = await fetch(
      `${gateway.url}/graphql?${new URLSearchParams(idOf(rename)).toString()}`,
    )
    expect(response.status).toBe(405)
  })

  test('a document may cost what it costs, its variables only so much', async () => {
    expect(await answerTo(idOf(dear))).toMatchObject({ data: { a: [{ name: 'A' }] } })
    expect(await answerTo({ ...idOf(many), variables: { first: 5 } })).toMatchObject({
      data: { people: [{ name: 'A' }] },
    })
    expect(await answerTo({ ...idOf(many), variables: { first: 99_999 } })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'cost', most: 10_000 } }],
    })
  })

  test('a text is bound to the limits', async () => {
    expect(await answerTo({ query: deep })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'depth' } }],
    })
  })

  test.each([
    ['an unknown id', idOf('{ me { name } }'), 'No document of this hash is known here.'],
    // The words by which Apollo's clients send the text instead.
    ['an unknown hash', apolloOf('{ me { name } }'), 'PersistedQueryNotSupported'],
  ])('refuses %s', async (_, body, message) => {
    expect(await answerTo(body)).toEqual({
      errors: [{ message, extensions: { code: 'DOCUMENT_UNKNOWN' } }],
    })
  })

  test('registers no text that comes with its hash', async () => {
    const query = '{ me { name } }'
    expect(await answerTo({ query, ...apolloOf(query) })).toEqual({ data: { me: { name: 'A' } } })
    expect(await answerTo(apolloOf(query))).toMatchObject({
      errors: [{ extensions: { code: 'DOCUMENT_UNKNOWN' } }],
    })
  })

  test('refuses another operation name', async () => {
    expect(await answerTo({ ...idOf(deep), operationName: 'Shallow' })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_INVALID' } }],
    })
  })

  test.each([
    ['no hash', { documentId: 'sha256:abc' }],
    ['an id of another kind', { documentId: 'x-1' }],
    ['neither text nor id', { variables: {} }],
    ['an empty hash', { extensions: { persistedQuery: { version: 1 } } }],
  ])('refuses %s as a bad request', async (_, body) => {
    expect(await answerTo(body)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
  })
})

test('a client is bound to documents where the setting names it, others are not', async () => {
  const issuer = await openIssuer()
  const gateway = await open(sources, {
    PANJAREH_DOCUMENTS: documents,
    PANJAREH_TRUSTED_ONLY: 'kiosk,portal',
    PANJAREH_ISSUER: issuer.issuer,
  })
  try {
    const ask = async (azp: string, body: unknown) => {
      const token = await issuer.sign({ ...CITIZEN, azp })
      const response = await gateway.post(body, { authorization: `Bearer ${token}` })
      const answer: unknown = await response.json()
      return answer
    }
    const text = { query: '{ me { name } }' }
    const refused = { errors: [{ extensions: { code: 'FORBIDDEN' } }] }
    const answered = { data: { me: {} } }
    expect(await ask('portal', text)).toMatchObject(refused)
    expect(await ask('portal', idOf(deep))).toMatchObject(answered)
    expect(await ask('desk', text)).toMatchObject(answered)
    expect(await ask('portal', text)).toMatchObject(refused)
  } finally {
    await gateway.close()
    await issuer.close()
  }
})

test('everybody is bound to documents where the setting says so', async () => {
  const gateway = await open(sources, {
    PANJAREH_DOCUMENTS: documents,
    PANJAREH_TRUSTED_ONLY: '*',
  })
  try {
    const text = await gateway.post({ query: '{ me { name } }' })
    expect(await text.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    const known = await gateway.post(idOf(deep))
    expect(await known.json()).toMatchObject({ data: { me: {} } })
  } finally {
    await gateway.close()
  }
})

test.each([
  ['no manifest', '{}', /not a manifest/],
  ['no JSON', '{', /not a manifest/],
  [
    'a wrong hash',
    writeManifest([{ id: hashOf('x'), name: 'A', type: 'query', body: 'query A { me { name } }' }]),
    /the id of A is not the SHA-256/,
  ],
  [
    'a document that does not fit the schema',
    writeManifest([
      { id: hashOf('query A { gone }'), name: 'A', type: 'query', body: 'query A { gone }' },
    ]),
    /A: Cannot query field "gone"/,
  ],
  [
    'a document of several operations',
    writeManifest([
      {
        id: hashOf('query A { me { name } } query B { me { name } }'),
        name: 'A',
        type: 'query',
        body: 'query A { me { name } } query B { me { name } }',
      },
    ]),
    /A: .*several/,
  ],
])('does not start with %s', async (_, text, message) => {
  const file = path.join(folder, 'broken.json')
  await writeFile(file, text)
  await expect(open(sources, { PANJAREH_DOCUMENTS: file })).rejects.toThrow(message)
})

test('does not start with a manifest that is not there', async () => {
  const gateway = open(sources, { PANJAREH_DOCUMENTS: path.join(folder, 'none.json') })
  await expect(gateway).rejects.toThrow(/PANJAREH_DOCUMENTS: .* cannot be read/)
})

test('does not start with clients that may send only documents where there are none', async () => {
  const gateway = open(sources, { PANJAREH_TRUSTED_ONLY: 'portal' })
  await expect(gateway).rejects.toThrow(/PANJAREH_TRUSTED_ONLY needs PANJAREH_DOCUMENTS/)
})
