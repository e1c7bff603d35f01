// What sign-ins and tokens cost on either sign-on engine: blocks of the same work on both, in turn. Prints Markdown; ends by
// itself. Keycloak has to run (`npm run keycloak` prints the variable PANJAREH_TEST_KEYCLOAK to set); without it the
// embedded engine is measured alone.
//
// node bench/sign-on.ts [--blocks N]

import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'

import { invariant } from '../schema/errors.ts'
import { engineNames } from '../test/conformance/sign-on/engines/open-engine.ts'
import { askToken, signIn } from '../test/conformance/sign-on/support/sign-in.ts'
import { medianOf, spreadText, tableOf } from './figures.ts'
import { type Watched, watchEmbedded, watchKeycloak } from './sign-on/engines.ts'

/**
 * People of the demo with no second factor, so that each sign-in is two pages, a password and a code. One per lane: of two
 * sign-ins of one person at the same moment Keycloak refuses one (its protection against guessing).
 */
const PEOPLE = [
  'mina-joint',
  'omid-joint',
  'ali-arabic',
  'zahra-zero',
  'leila-driver',
  'jalal-bus',
  'golnar-foreign-letters',
  'yasaman-nothing',
]
const CALLBACK = 'http://127.0.0.1:4003/callback'
const LANES = PEOPLE.length

interface Work {
  readonly name: string
  /** How often in one block. */
  readonly times: number
  readonly lanes: number
  readonly run: (watched: Watched, lane: number) => Promise<void>
}

interface Measured {
  readonly perSecond: number[]
  readonly tookMs: number[]
  readonly cpuMs: number[]
}

const signInOnce: Work['run'] = async ({ engine }, lane) => {
  const person = PEOPLE[lane] ?? ''
  const { access, error } = await signIn(engine, 'cli', person, {
    changes: { redirect_uri: CALLBACK },
  })
  invariant(access !== '', `signed in (${error})`)
}

const askAsMachine: Work['run'] = async ({ engine }) => {
  const clientId = 'agency-rmto'
  const { access, error } = await askToken(engine, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: engine.secretOf(clientId),
  })
  invariant(access !== '', `a machine has its token (${error})`)
}

const renewing = new WeakMap<Watched, string>()

/** Each renewal brings the token for the next. */
const renew: Work['run'] = async (watched) => {
  const { engine } = watched
  let refresh = renewing.get(watched)
  if (refresh === undefined) {
    const signedIn = await signIn(engine, 'cli', 'golnar-foreign-letters', {
      changes: { redirect_uri: CALLBACK },
    })
    refresh = signedIn.refresh
  }
  const answer = await askToken(engine, {
    grant_type: 'refresh_token',
    client_id: 'cli',
    refresh_token: refresh,
  })
  invariant(answer.refresh !== '', `renewed (${answer.error})`)
  renewing.set(watched, answer.refresh)
}

const WORKS: readonly Work[] = [
  { name: 'sign-in, one after the other', times: 20, lanes: 1, run: signInOnce },
  { name: `sign-in, ${LANES} at once`, times: 48, lanes: LANES, run: signInOnce },
  { name: 'token of a machine, one after the other', times: 60, lanes: 1, run: askAsMachine },
  { name: `token of a machine, ${LANES} at once`, times: 160, lanes: LANES, run: askAsMachine },
  { name: 'renewal', times: 40, lanes: 1, run: renew },
]

const { values } = parseArgs({ options: { blocks: { type: 'string', default: '5' } } })
const rooms = new AsyncDisposableStack()
try {
  await run(Number(values.blocks))
} finally {
  await rooms.disposeAsync()
}

async function run(blocks: number): Promise<void> {
  const all = [keep(await watchEmbedded())]
  if (engineNames().includes('keycloak')) all.unshift(keep(await watchKeycloak()))
  say(`${availableParallelism()} processors, ${cpus()[0]?.model ?? ''}, ${blocks} blocks each\n`)
  const rows = [['work', ...all.flatMap(({ engine }) => headsOf(engine.name)), ...ratioHead(all)]]
  for (const work of WORKS) rows.push([work.name, ...(await compare(work, all, blocks))])
  say(tableOf(rows))
  for (const watched of all) {
    say(`\n${watched.engine.name}: ${watched.rssMb().toFixed(0)} MB resident`)
  }
}

function headsOf(name: string): readonly string[] {
  return [`${name}: ms`, 'per s', 'CPU ms']
}

function ratioHead(all: readonly Watched[]): readonly string[] {
  return all.length > 1 ? ['CPU, embedded ÷ Keycloak'] : []
}

async function compare(
  work: Work,
  all: readonly Watched[],
  blocks: number,
): Promise<readonly string[]> {
  const measured = all.map((): Measured => ({ perSecond: [], tookMs: [], cpuMs: [] }))
  for (const watched of all) await block(work, watched)
  for (let count = 0; count < blocks; count += 1) {
    for (const [index, watched] of all.entries()) {
      const one = await block(work, watched)
      measured[index]?.perSecond.push(one.perSecond)
      measured[index]?.tookMs.push(...one.tookMs)
      measured[index]?.cpuMs.push(one.cpuMs)
    }
  }
  const cells = measured.flatMap(({ tookMs, perSecond, cpuMs }) => [
    spreadText(tookMs),
    medianOf(perSecond).toFixed(1),
    medianOf(cpuMs).toFixed(1),
  ])
  const [keycloak, embedded] = measured.map(({ cpuMs }) => medianOf(cpuMs))
  if (keycloak === undefined || embedded === undefined) return cells
  return [...cells, (embedded / keycloak).toFixed(2)]
}

async function block({ times, lanes, run: once }: Work, watched: Watched) {
  const tookMs: number[] = []
  let begun = 0
  const [from, cpu] = [performance.now(), watched.cpuMs()]
  const lane = async (_: unknown, index: number) => {
    while (begun < times) {
      begun += 1
      const start = performance.now()
      await once(watched, index)
      tookMs.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: lanes }).map(lane))
  const perSecond = times / ((performance.now() - from) / 1000)
  return { tookMs, perSecond, cpuMs: (watched.cpuMs() - cpu) / times }
}

function keep(watched: Watched): Watched {
  rooms.defer(() => watched.engine.close())
  return watched
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
