// The estate as it was promised: 35 systems with protocol, sign-in and quirks. Each quirk is declared, each sample and
// test that a declaration names is there, and what the bytes can show they do show.

import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { protocolOf } from '../../deploy/protocol-of.ts'
import { toAsciiDigits } from '../../schema/scalars/digits.ts'
import { SUBGRAPHS, type EstateGraph, openEstateGraph } from './estate-graph.ts'
import { ONE_QUESTION_EACH } from './one-question-each.ts'

const ROOT = path.join(SUBGRAPHS, '..')
const Settings = Type.Object({
  protocol: Type.String(),
  contract: Type.String(),
  port: Type.Optional(Type.String()),
  charset: Type.Optional(Type.String()),
  auth: Type.Array(Type.Object({ scheme: Type.String() })),
  quirks: Type.Record(
    Type.String(),
    Type.Object({ wire: Type.String(), handled: Type.String(), shown: Type.String() }),
  ),
})

/** A system whose sign-in is the caller's address alone has no scheme. */
const ESTATE: readonly (readonly [id: string, protocol: string, auth: string, quirks: string])[] = [
  ['nocr-person', 'SOAP 1.1', 'basic input', 'Q3 Q10 Q11 Q12 Q16 Q26 Q27 Q30'],
  ['cra-shahkar', 'REST, JSON', 'basic', 'Q15 Q17 Q29'],
  ['post-gnaf', 'REST, JSON', 'body-signature', 'Q7 Q15 Q31'],
  ['ssaa-deed', 'SOAP 1.2', 'username-token', 'Q7 Q8 Q17'],
  ['ssaa-legal', 'REST, XML', 'api-key', 'Q1 Q11 Q12'],
  ['rahvar-licence', 'SOAP 1.1', 'mtls', 'Q2 Q7 Q18'],
  ['tamin-history', 'REST, JSON', 'oauth2', 'Q13 Q33'],
  ['vazife-status', 'CSV over HTTP', 'basic', 'Q9 Q11 Q18'],
  ['rmto-smartcard', 'SOAP 1.1', 'basic input', 'Q16 Q20 Q22 Q24 Q27 Q32'],
  ['rmto-waybill', 'SOAP 1.1', 'input', 'Q7 Q13 Q4 Q17'],
  ['rmto-techinsp', 'REST, JSON', 'bearer', 'Q2 Q22 Q25'],
  ['rmto-141', 'REST, JSON', 'api-key', 'Q6 Q28 Q29'],
  ['rmto-its', 'SOAP 1.1', 'input', 'Q6 Q25'],
  ['rmto-oversize', 'REST, XML', 'basic', 'Q8 Q1 Q19'],
  ['rmto-paxlist', 'SOAP 1.2', 'soap-login', 'Q23 Q12'],
  ['rai-wagon', 'CSV over HTTP', 'login', 'Q4 Q9 Q23'],
  ['rai-driver', 'SOAP 1.1', 'basic', 'Q1 Q7 Q11'],
  ['rai-extapi', 'REST, JSON', 'login', 'Q15 Q23'],
  ['cdtic-rail', 'REST, XML', 'api-key', 'Q28 Q12 Q2'],
  ['cdtic-road', 'SOAP 1.1', 'soap-header', 'Q13 Q14 Q7'],
  ['caa-licence', 'SOAP 1.2', 'username-token', 'Q1 Q17'],
  ['caa-paxrights', 'REST, JSON', 'api-key', 'Q15 Q22'],
  ['iac-fids', 'REST, XML', '', 'Q6 Q7 Q25'],
  ['pmo-seafarer', 'SOAP 1.2', 'login', 'Q11 Q1 Q17'],
  ['pmo-vessel', 'REST, JSON', 'oauth2', 'Q8 Q25'],
  ['pmo-pcs', 'SOAP 1.1', 'input', 'Q6 Q17 Q19'],
  ['irimo-data', 'REST, JSON', 'login', 'Q23 Q25 Q27'],
  ['irimo-warn', 'REST, XML', 'api-key', 'Q6 Q7'],
  ['mrud-saman', 'REST, JSON', 'bearer', 'Q13 Q15 Q29'],
  ['mrud-amlak', 'REST, JSON', 'api-key basic', 'Q11 Q33 Q34'],
  ['nlho-formj', 'SOAP 1.1', 'input', 'Q16 Q18 Q22'],
  ['udrc-fabric', 'REST, XML', 'api-key', 'Q28 Q12'],
  ['urb-plan', 'SOAP 1.1', 'basic', 'Q7 Q8 Q17'],
  ['ntdc-unit', 'SOAP 1.1', 'input', 'Q12 Q13 Q2'],
  ['inbr-licence', 'SOAP 1.1', 'soap-header', 'Q1 Q7 Q26'],
]

/** What the bytes of at least one recorded answer show. Others need time, load, requests or several answers. */
const ON_THE_WIRE: Readonly<Record<string, RegExp>> = {
  Q1: /1[34]\d\d\/(0\d|1[0-2])\/[0-3]\d/u,
  Q2: /1[34]\d\d\/(\d\/\d{1,2}|\d{1,2}\/\d)(?!\d)/u,
  Q3: /\b1[34]\d{6}\b/u,
  Q4: /(?<!\d)(\d{6}|\d{2}\/\d{1,2}\/\d{1,2})(?!\d)/u,
  Q6: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?![.Z+\d-])/u,
  Q7: /[يك]/u,
  Q8: /[۰-۹].*[٠-٩]|[٠-٩].*[۰-۹]|[۰-۹٠-٩]٫/su,
  Q10: /(?<=>)[A-Za-z0-9+/]{8,}={0,2}(?=<)/u,
  Q13: /\d[,٬]\d{3}|[۰-۹]٬[۰-۹]{3}/u,
  Q20: /[A-Za-z]+:[^;<]*;[A-Za-z]+:/u,
  Q22: /بلی|خیر|بلي|"[YN]"|>[YN]<|"?[:>]"?[01]\b|:[01];/u,
  Q25: /1300\/01\/01|9999|-99|0000|:\s*0\b|>0<|"0"/u,
  Q26: /Perfix|perfix|[Ee]ngeneer/u,
  Q31: /:\s*\d+\.0\b/u,
}

const systems = ESTATE.map(([id, protocol, auth, quirks]) => ({
  id,
  protocol,
  auth: auth.split(' ').filter(Boolean),
  quirks: quirks.split(' '),
  settings: readSettings(id),
}))
const onTheWire = systems.flatMap(({ id, quirks, settings }) =>
  quirks.flatMap((quirk) => {
    const pattern = ON_THE_WIRE[quirk]
    return pattern === undefined ? [] : [{ id, quirk, pattern, charset: settings.charset }]
  }),
)

function readSettings(id: string) {
  const file = path.join(SUBGRAPHS, id, 'system.json')
  return Value.Parse(Settings, JSON.parse(readFileSync(file, 'utf8')))
}

function samplesOf(id: string): readonly string[] {
  return readdirSync(path.join(SUBGRAPHS, id, 'samples'))
}

/** `licence, expired; test/systems/professions`: samples, or tests without their ending, or a phrase for all of them. */
function unknownProofs(id: string, shown: string): readonly string[] {
  const known = new Set([...samplesOf(id), 'every success', 'every request'])
  return shown
    .split(/[;,]/u)
    .map((each) => each.trim())
    .filter((proof) => !known.has(proof) && !isTest(proof) && !isGroup(proof, known))
}

function isTest(proof: string): boolean {
  const name = proof.replace(/^test\/estate\/(?!systems\/)/u, 'test/estate/systems/')
  return [proof, name].some((file) => existsSync(path.join(ROOT, `${file}.test.ts`)))
}

/** `driver-*`: all samples that begin so. */
function isGroup(proof: string, known: ReadonlySet<string>): boolean {
  return proof.endsWith('*') && [...known].some((name) => name.startsWith(proof.slice(0, -1)))
}

/** As they came, and once more with ASCII digits: what is written in three digit sets may be a date, too. */
function recordedAnswers(id: string, charset = 'utf-8'): string {
  const folder = path.join(SUBGRAPHS, id, 'samples')
  const text = globSync('*/response.*', { cwd: folder })
    .filter((file) => !/^(windows-1256|garbage|utf-16)/u.test(file))
    .map((file) => new TextDecoder(charset).decode(readFileSync(path.join(folder, file))))
    .join('\n')
  return `${text}\n${toAsciiDigits(text)}`
}

test('the estate has 35 systems, and no folder is of another one', () => {
  const folders = globSync('*/system.json', { cwd: SUBGRAPHS }).map((file) => path.dirname(file))
  expect(systems.map(({ id }) => id).toSorted()).toEqual(folders.toSorted())
  expect(systems).toHaveLength(35)
})

describe.each(systems)('$id', ({ id, protocol, auth, quirks, settings }) => {
  test(`speaks ${protocol} and signs in as promised`, () => {
    expect(protocolOf(path.join(SUBGRAPHS, id), settings)).toBe(protocol)
    expect(settings.auth.map(({ scheme }) => scheme).toSorted()).toEqual(auth.toSorted())
  })

  test(`declares ${quirks.join(' ')}`, () => {
    expect(quirks.filter((quirk) => !(quirk in settings.quirks))).toEqual([])
  })

  test('names only samples and tests that are there', () => {
    const unknown = Object.entries(settings.quirks).flatMap(([quirk, { shown }]) =>
      unknownProofs(id, shown).map((proof) => `${quirk}: ${proof}`),
    )
    expect(unknown).toEqual([])
  })

  test('has samples of at least six exchanges', () => {
    expect(samplesOf(id).length).toBeGreaterThanOrEqual(6)
  })
})

test.each(onTheWire)('$id shows $quirk in its bytes', ({ id, pattern, charset }) => {
  expect(recordedAnswers(id, charset)).toMatch(pattern)
})

describe('each system answers what only it knows', () => {
  let graph: EstateGraph

  beforeAll(async () => {
    graph = await openEstateGraph()
  })

  afterAll(() => graph.close())

  test('35 systems have a question', () => {
    expect(ONE_QUESTION_EACH.map(({ system }) => system).toSorted()).toEqual(
      systems.map(({ id }) => id).toSorted(),
    )
  })

  test.each(ONE_QUESTION_EACH)('$system', async (question) => {
    const answer = await graph.read(question)
    expect(emptyValues(answer)).toEqual([])
  })
})

/** Paths of nulls and empty lists. */
function emptyValues(value: unknown, at = 'answer'): readonly string[] {
  if (value === null || value === undefined) return [at]
  if (Array.isArray(value)) {
    return value.length === 0
      ? [at]
      : value.flatMap((item, index) => emptyValues(item, `${at}[${index}]`))
  }
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, item]) => emptyValues(item, `${at}.${name}`))
}
