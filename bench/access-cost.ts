// What field access costs one request, on the README's operation and the estate's supergraph: CPU time of this process in
// microseconds, beside a lookup in a map and the parsing of the same document, both measured in the same run.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { type DocumentNode, parse } from 'graphql'

import { type Access, buildAccess } from '../gateway/auth/access.ts'
import type { Asking } from '../gateway/auth/rights.ts'
import { ANONYMOUS, type Caller } from '../schema/caller.ts'
import { toApiSchema } from '../schema/compose/api-schema.ts'
import { toFullSchema } from '../schema/compose/full-schema.ts'
import { spreadText, tableOf } from './figures.ts'

const ROUNDS = 31
const TURNS = 2000
const COLD_TURNS = 20
const LEVELS = ['low', 'substantial', 'high']
const MEMBERS =
  'firstName lastName birthDateJalali residence { text fabric { name } } deeds { shareDang plot { landUse { use } } } vehiclePlates { plate vehicle { technicalInspection { validUntil } waybills { cargo } } } drivingLicence { class } driverCard { grade } companies { company { name } }'
const CITIZENS = `{ me { ${MEMBERS} insurance { totalDays } } }`
const STEP_UP = `{ me { ${MEMBERS} insurance { totalDays } formJ { colour } } }`
const AGENCYS = `query($id: NationalId!) { person(nationalId: $id) { ${MEMBERS} insurance { totalDays } conscription { status } } }`

const OWN = '0004120371'
const citizen: Caller = {
  ...ANONYMOUS,
  kind: 'citizen',
  subject: 's',
  nationalId: OWN,
  roles: new Set(['citizen', 'offline_access', 'default-roles-gov']),
  sessionId: 's',
  acr: 'substantial',
  authTimeMs: Date.now(),
}
const agency: Caller = {
  ...ANONYMOUS,
  kind: 'agency',
  clientId: 'bank',
  roles: new Set(
    ['agency'].concat(
      ['identity', 'address', 'insurance', 'conscription', 'deed', 'licence', 'smartcard'].map(
        (code) => `inquiry:${code}`,
      ),
    ),
  ),
}

interface Case {
  readonly name: string
  readonly text: string
  readonly asking: Omit<Asking, 'nowMs'>
}

const CASES: readonly Case[] = [
  { name: 'nobody, all denied', text: CITIZENS, asking: { caller: ANONYMOUS, variables: {} } },
  { name: 'citizen, all allowed', text: CITIZENS, asking: { caller: citizen, variables: {} } },
  { name: 'citizen, with @assurance', text: STEP_UP, asking: { caller: citizen, variables: {} } },
  {
    name: 'citizen, challenged',
    text: STEP_UP,
    asking: { caller: { ...citizen, acr: 'low' }, variables: {} },
  },
  {
    name: 'agency, no purpose named',
    text: AGENCYS,
    asking: { caller: agency, variables: { id: OWN } },
  },
  {
    name: 'agency, with @purpose',
    text: AGENCYS,
    asking: { caller: agency, purpose: 'insurance', variables: { id: OWN } },
  },
  {
    name: 'citizen, naming a person',
    text: AGENCYS,
    asking: { caller: citizen, variables: { id: OWN } },
  },
]

const file = path.join(import.meta.dirname, '../schema/supergraph.graphql')
const sdl = await readFile(file, 'utf8')
const source = { supergraph: toFullSchema(sdl), api: toApiSchema(sdl), levels: LEVELS }
const access = buildAccess(source)

/** CPU microseconds of one turn, of each round. */
function measure(turns: number, run: (turn: number) => unknown): readonly number[] {
  for (let turn = 0; turn < turns; turn += 1) run(turn)
  return Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage()
    for (let turn = 0; turn < turns; turn += 1) run(turn)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / turns
  })
}

/** What the pipeline's stage does of it. */
function stage(document: DocumentNode, asking: Case['asking']): unknown {
  const filtered = access(document, 'hash', { ...asking, nowMs: Date.now() })
  return filtered.mayChallenge ? filtered.refused(asking.variables) : filtered
}

function warm(text: string, asking: Case['asking']): readonly number[] {
  const document = parse(text, { noLocation: true })
  return measure(TURNS, () => stage(document, asking))
}

/** A document that was never seen. */
function cold(text: string, asking: Case['asking']): readonly number[] {
  const documents: DocumentNode[] = Array.from({ length: COLD_TURNS * (ROUNDS + 1) }, () =>
    parse(text, { noLocation: true }),
  )
  return measure(COLD_TURNS, () => {
    const document = documents.pop()
    return document && stage(document, asking)
  })
}

function lookup(): readonly number[] {
  const keys = Array.from({ length: 1000 }, (_, at) => `hash ${at} whole`)
  const known = new Map(keys.map((key) => [key, {}]))
  return measure(TURNS * 10, (turn) => known.get(keys[turn % 1000] ?? ''))
}

const parsing = measure(200, () => parse(CITIZENS, { noLocation: true }))
const rows = CASES.map(({ name, text, asking }) => [
  name,
  spreadText(warm(text, asking)),
  spreadText(cold(text, asking)),
])
// The first ever also reads what the supergraph demands of each field.
const first = process.cpuUsage()
const fresh: Access = buildAccess(source)
fresh(parse(CITIZENS), 'hash', { caller: citizen, variables: {}, nowMs: 0 })
const { user, system } = process.cpuUsage(first)

process.stdout.write(
  `${tableOf([['field access, µs of CPU, median (least–most)', 'warm', 'cold'], ...rows])}\n
a lookup in a map: ${spreadText(lookup().map((one) => one * 1000))} ns; parsing the document: ${spreadText(parsing)} µs
reading the supergraph's demands and the first document: ${((user + system) / 1000).toFixed(1)} ms\n`,
)
