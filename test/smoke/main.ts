// The README's commands in a clean copy, and the main job through the front door: sign in, one question to eight systems
// of 35, the long ones of the query page, systems that fail, an application, its tracking code after `kill -9`, Ctrl-C, and
// what a mistake prints.

import { appendFileSync, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import { CleanCopy, type Started } from './demo.ts'
import { ask, at, flip, GATEWAY, listAt, resetSwitches, textAt } from './graphql.ts'
import { PORTAL, portalRounds } from './portal.ts'
import { Report, say } from './report.ts'

const EIGHT = `query @provenance { me {
  firstName lastName birthDateJalali residence { text } deeds { shareDang } driverCard { grade }
  drivingLicence { class } ownsMobile(mobile: "09000000001") insurance { totalDays } conscription { status } } }`
const START = `mutation { startApplication(service: "18071001000") {
  application { id } fields { name value state locked provenance { system } } inquiries { system state } } }`
const SUBMIT = `mutation Submit($id: ID!, $answers: JSON!) { submitApplication(id: $id, answers: $answers) {
  __typename
  ... on SubmissionAccepted { receipt { trackingCode trackingCodePersian promise { dueOn dueOnJalali workingDays } } }
  ... on SubmissionRefused { problems { field code message { fa en } } } } }`
const TRACK = `query Track($code: String!) { trackCase(code: $code) { trackingCode status { id } } }`
const SYSTEMS = 35
const OWN_ANSWERS = {
  requestKind: 'RENEW',
  requestedGrade: 1,
  criminalRecordNumber: '1405000123',
  declaration: true,
}

const report = new Report()
const copy = new CleanCopy()
let demo: Started | undefined
try {
  const installed = await timed(() => copy.run(['npm', 'ci', '--no-progress']))
  report.check(`npm ci (${installed.seconds} s)`, installed.result.code === 0, installed.result)
  const first = await timed(startDemo)
  say(`    npm start to "ready": ${first.seconds} s`)
  const control = /(http:\/\/[^\s/]+)\/switches/.exec(first.result.output())?.[1] ?? ''
  const token = await tokenOf('kaveh')
  await questions(token)
  await rights(token)
  await portalRounds(report)
  await failures(token, control)
  const code = await application(token)
  await restart(code)
  await closedOutput()
  await mistakes()
} catch (error) {
  report.check('ran to the end', false, String(error))
} finally {
  // Not with -9: after a failed check the database would stay behind without its folder.
  await demo?.signal('SIGINT')
  copy.remove()
}
process.exitCode = report.close() ? 0 : 1

async function startDemo(): Promise<Started> {
  demo = copy.start(['npm', 'start'])
  await demo.until('ready in', 180_000)
  return demo
}

async function tokenOf(...parameters: readonly string[]): Promise<string> {
  const { output, code } = await copy.run(['npm', 'run', '-s', 'token', '--', ...parameters])
  report.check(`npm run token -- ${parameters.join(' ')}`, code === 0, output)
  return output.trim().split('\n').at(-1) ?? ''
}

async function questions(token: string): Promise<void> {
  const health: unknown = await (await fetch(`${GATEWAY}/health`)).json()
  const allUp = at(health, 'ready') === true && listAt(health, 'systems').length === SYSTEMS
  report.check(`/health is ready with ${SYSTEMS} systems`, allUp, health)
  const { body } = await ask(EIGHT, token)
  report.check('one operation asks eight systems', at(body, 'errors') === undefined, body)
  const origins = listAt(body, 'extensions', 'provenance').map((entry) => at(entry, 'system'))
  report.check('provenance names eight systems', new Set(origins).size === 8, origins)
  report.check('Persian names arrive whole', at(body, 'data', 'me', 'firstName') === 'کاوه', body)
  await pageQuestions(await tokenOf('kaveh', '--acr', 'substantial'))
  const wrong = await ask('{ me { shoeSize } }', token)
  report.check('a wrong query is refused', wrong.status === 400, wrong)
  const forged = await ask('{ me { firstName } }', `${token.slice(0, -6)}AAAAAA`)
  report.check('a forged token is refused', forged.status === 401, forged)
}

/** The long questions of the query page, by operation. */
async function pageQuestions(token: string): Promise<void> {
  const page = await (await fetch(`${PORTAL}/examples-across.js`)).text()
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(page)}`)
  const examples = listAt(module, 'ACROSS')
  const ministry = await tokenOf('--client', 'agency-mrud')
  const asked: readonly [name: string, token: string | undefined, systems: number][] = [
    ['Everything', token, 21],
    ['Company', ministry, 7],
    ['Travel', undefined, 6],
  ]
  for (const [name, who, systems] of asked) {
    const found = examples.find((each) => textAt(each, 'query')?.trim().startsWith(`query ${name}`))
    const variables: unknown = JSON.parse(textAt(found, 'variables') ?? '{}')
    const { body } = await ask(textAt(found, 'query') ?? '', who, Object(variables))
    const origins = listAt(body, 'extensions', 'provenance').map((entry) => at(entry, 'system'))
    const whole = at(body, 'errors') === undefined && new Set(origins).size === systems
    report.check(`the page's "${name}" is answered by ${systems} systems`, whole, body)
  }
}

async function rights(token: string): Promise<void> {
  const { body: anonymous } = await ask(
    '{ me { firstName } service(code: "18071001000") { code } }',
  )
  const denied = codesOf(anonymous).includes('UNAUTHENTICATED')
  report.check('anonymous: no person', denied && at(anonymous, 'data', 'me') === null, anonymous)
  const code = at(anonymous, 'data', 'service', 'code')
  report.check('anonymous: the catalogue', code === '18071001000', anonymous)
  const { body: other } = await ask('{ person(nationalId: "9924022343") { firstName } }', token)
  report.check('a citizen reaches nobody else', at(other, 'data', 'person') === null, other)
  const agency = await tokenOf('--client', 'agency-rmto')
  const question = '{ person(nationalId: "0004120371") { firstName deeds { shareDang } } }'
  const { body: asked } = await ask(question, agency)
  const name = at(asked, 'data', 'person', 'firstName')
  report.check('an agency reads what its roles allow', name === 'کاوه', asked)
  const nothingElse = at(asked, 'data', 'person', 'deeds') === null
  report.check('and nothing else', nothingElse && codesOf(asked).includes('FORBIDDEN'), asked)
}

async function failures(token: string, control: string): Promise<void> {
  await flip(control, 'rmto-smartcard', { down: true })
  await flip(control, 'rahvar-licence', { window: 'on' })
  await flip(control, 'tamin-history', { garbage: true })
  const { body } = await ask(EIGHT, token)
  const codes = Object.fromEntries(
    listAt(body, 'errors').map((error) => [
      at(error, 'extensions', 'system'),
      at(error, 'extensions', 'code'),
    ]),
  )
  const typed = isDeepStrictEqual(codes, {
    'rmto-smartcard': 'SYSTEM_UNAVAILABLE',
    'rahvar-licence': 'SYSTEM_MAINTENANCE',
    'tamin-history': 'SYSTEM_REPLY_INVALID',
  })
  report.check('down, closed and garbage are typed errors of their own', typed, body)
  const me = at(body, 'data', 'me')
  const nulls = ['driverCard', 'drivingLicence', 'insurance'].every(
    (field) => at(me, field) === null,
  )
  const rest = at(me, 'firstName') === 'کاوه' && at(me, 'ownsMobile') === true
  report.check('and all else is answered', nulls && rest, me)
  await resetSwitches(control)
}

async function application(token: string): Promise<string> {
  const { body } = await ask(START, token)
  const draft = at(body, 'data', 'startApplication')
  const fields = listAt(draft, 'fields')
  const name = fields.find((field) => at(field, 'name') === 'lastName')
  const locked = at(name, 'locked') === true && at(name, 'provenance', 'system') === 'nocr-person'
  report.check('the form is filled in and locked', locked, body)
  const asked = fields
    .filter((field) => at(field, 'state') === 'ASK')
    .map((field) => at(field, 'name'))
  const same = isDeepStrictEqual(new Set(asked), new Set(Object.keys(OWN_ANSWERS)))
  report.check('only what nobody knows is asked', same, asked)
  const id = at(draft, 'application', 'id')
  const answers = { ...OWN_ANSWERS, lastName: 'دیگری' }
  const { body: refused } = await ask(SUBMIT, token, { id, answers })
  const problem = at(refused, 'data', 'submitApplication', 'problems', 0)
  const named =
    at(problem, 'field') === 'lastName' && at(problem, 'code') === 'LOCKED_VALUE_CHANGED'
  report.check('a changed register value is refused by name', named, refused)
  const { body: accepted } = await ask(SUBMIT, token, {
    id,
    answers: { ...suggested(fields), ...OWN_ANSWERS },
  })
  await demo?.signal('SIGKILL')
  const receipt = at(accepted, 'data', 'submitApplication', 'receipt')
  const code = String(at(receipt, 'trackingCode'))
  report.check('accepted with a tracking code', /^\d{12}$/.test(code), accepted)
  say(`    ${code}, promised for ${String(at(receipt, 'promise', 'dueOnJalali'))}; killed with -9`)
  return code
}

/** What a register knows but the citizen may change is sent along, as a form would. */
function suggested(fields: readonly unknown[]): Record<string, unknown> {
  const open = fields.filter(
    (field) => at(field, 'state') === 'REGISTER' && at(field, 'locked') === false,
  )
  return Object.fromEntries(open.map((field) => [at(field, 'name'), at(field, 'value')]))
}

function codesOf(body: unknown): readonly unknown[] {
  return listAt(body, 'errors').map((error) => at(error, 'extensions', 'code'))
}

async function restart(code: string): Promise<void> {
  const again = await timed(startDemo)
  say(`    npm start after kill -9 to "ready": ${again.seconds} s`)
  const token = await tokenOf('kaveh')
  const found = await ask(TRACK, token, { code })
  report.check(
    'the code is there after kill -9',
    at(found.body, 'data', 'trackCase', 'trackingCode') === code,
    found,
  )
  const { body: foreign } = await ask(TRACK, await tokenOf('sara'), { code })
  const hidden = at(foreign, 'data', 'trackCase') === null && codesOf(foreign).length === 0
  report.check('and nobody else sees it', hidden, foreign)
  const second = await copy.run(['npm', 'start'])
  const lines = second.output.split('\n').filter((line) => line.startsWith('✗'))
  const told = lines.length > 0 && !second.output.includes('    at ')
  report.check('a second start says why it cannot, in lines', second.code === 1 && told, second)
  await demo?.signal('SIGINT')
  const tail = demo?.output().split('\n').slice(-4) ?? []
  report.check(
    'Ctrl-C drains and stops',
    tail.some((line) => line.startsWith('stopped')),
    tail,
  )
}

/** The reader of the output goes away while the demo starts. */
async function closedOutput(): Promise<void> {
  const { code } = await copy.run(['sh', '-c', 'npm start | head -n 3'])
  const left = path.join(copy.folder, '.panjareh', 'database', 'cluster', 'data', 'postmaster.pid')
  report.check('npm start | head leaves no database running', code === 0 && !existsSync(left))
}

async function mistakes(): Promise<void> {
  const key = await copy.run(['npm', 'start'], { PANJAREH_PROT: '4000' })
  report.check('a broken config key', saysOnce(key.output, /PANJAREH_PROT.*PANJAREH_PORT/), key)
  const taken = createServer().listen(4000, '127.0.0.1')
  const port = await copy.run(['npm', 'start'])
  taken.close()
  report.check('a port that is taken', saysOnce(port.output, /4000.*taken/), port)
  appendFileSync(path.join(copy.folder, 'subgraphs', 'cra-shahkar', 'system.json'), '}')
  const folder = await copy.run(['npm', 'start'])
  report.check(
    'a broken system folder',
    saysOnce(folder.output, /cra-shahkar.system\.json:\d+/),
    folder,
  )
}

function saysOnce(output: string, pattern: RegExp): boolean {
  const lines = output.split('\n').filter((line) => line.startsWith('✗'))
  return lines.length === 1 && pattern.test(lines[0] ?? '')
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; seconds: string }> {
  const from = performance.now()
  const result = await work()
  return { result, seconds: ((performance.now() - from) / 1000).toFixed(1) }
}
