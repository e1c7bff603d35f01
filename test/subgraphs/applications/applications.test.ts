import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parse } from 'graphql'
import { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { Answer, RequestContext } from '../../../schema/context.ts'
import { CallerError } from '../../../schema/errors.ts'
import {
  type Applications,
  openApplications,
} from '../../../subgraphs/applications/applications.ts'
import { readTrackingCode } from '../../../subgraphs/applications/ledger/tracking-code.ts'
import { type Catalogue, loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'
import {
  answerFor,
  contextOf,
  FETCHED_AT,
  KAVEH,
  ME,
  NO_MOBILE,
  OWN_ANSWERS,
  type Row,
  row,
  rows,
  SARA,
  systemError,
} from './citizens.ts'

const SERVICE = '18071001000'
const START = `mutation ($service: ID!) { startApplication(service: $service) {
  application { id status { id } startedAtJalali service { code } case { trackingCode } }
  fields { name title { fa } value state locked reason { fa en }
    provenance { system operation fetchedAt fetchedAtJalali normalisations } }
  inquiries { system state agency { fa } reason { fa } } } }`
const PROMISE = `promise { startsAt workingDays dueOn dueOnJalali computedDueAt calendarVersion weeklyClosedDays covered
  holidays { date jalali title { fa } certainty } explanation { fa en } }`
const SUBMIT = `mutation ($id: ID!, $answers: JSON!) { submitApplication(id: $id, answers: $answers) {
  __typename
  ... on SubmissionAccepted { receipt { trackingCode trackingCodePersian acceptedAt acceptedAtJalali answersHash ${PROMISE} }
    application { id status { id text { fa } } case { trackingCode } } }
  ... on SubmissionRefused { problems { field code message { fa en } } } } }`
const TRACK = `query ($code: String!) { trackCase(code: $code) {
  trackingCode service { code } status { id } steps { status { id text { fa } } at atJalali } receipt { acceptedAt } } }`

/** With the right check digit, and one digit off. */
const UNUSED = '572000000002'
const MISTYPED = '572000000001'
const NOW = Date.parse('2026-11-22T08:30:00.000Z')
const lines: string[] = []
const note = (facts: unknown, message: string) => {
  lines.push(`${message} ${JSON.stringify(facts)}`)
}
const log = { info: note, warn: note, error: note }

let folder = ''
let database: Database
let pool: Pool
let catalogue: Catalogue
let applications: Applications
let codes: string[] = []
let now = NOW
let registers: (variables: Readonly<Record<string, unknown>>, context: RequestContext) => Answer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'applications-'))
  database = await startDatabase({ folder, log })
  pool = new Pool({ connectionString: database.url })
  catalogue = await loadCatalogue({
    folder: join(import.meta.dirname, '../../../subgraphs/catalogue/services'),
    log,
  })
  applications = await open()
})

afterAll(async () => {
  await applications.close()
  await pool.end()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  registers = () => answerFor(ME)
  lines.length = 0
  codes = []
  now = NOW
})

describe('starting', () => {
  test('fills the form from the registers, locked, each value with its origin', async () => {
    const { application, fields, inquiries } = await start(KAVEH)
    expect(application).toMatchObject({
      status: { id: 'DRAFT' },
      case: null,
      service: { code: SERVICE },
    })
    expect(fieldOf(fields, 'firstName')).toEqual({
      name: 'firstName',
      title: { fa: 'نام' },
      value: 'کاوه',
      state: 'REGISTER',
      locked: true,
      reason: expect.anything(),
      provenance: {
        system: 'nocr-person',
        operation: 'identity',
        fetchedAt: FETCHED_AT,
        fetchedAtJalali: '۱۴۰۵/۰۹/۰۱ ۰۸:۳۰',
        normalisations: ['PERSIAN_TEXT'],
      },
    })
    expect(fieldOf(fields, 'negativePoints')).toMatchObject({ value: 2, locked: true })
    expect(fieldOf(fields, 'mobile')).toMatchObject({
      value: '+989000000001',
      locked: true,
      provenance: { system: 'cra-shahkar' },
    })
    expect(fieldOf(fields, 'nationalId')).toMatchObject({
      value: '0004120371',
      locked: true,
      provenance: { system: 'sign-on' },
    })
    expect(fieldOf(fields, 'healthCardExpiresOn')).toMatchObject({
      state: 'REGISTER',
      locked: false,
    })
    expect(fieldOf(fields, 'waybillCount')).toMatchObject({
      value: 2,
      locked: true,
      provenance: { system: 'rmto-waybill' },
    })
    expect(fieldOf(fields, 'requestKind')).toMatchObject({
      state: 'ASK',
      value: null,
      locked: false,
    })
    expect(inquiries).toHaveLength(8)
    expect(inquiries.every((each) => each['state'] === 'ANSWERED')).toBe(true)
  })

  test('asks once, with provenance, as the caller and only with declared variables', async () => {
    const seen: unknown[] = []
    registers = (variables, context) => {
      seen.push([variables, context.provenance, context.caller])
      return answerFor(ME)
    }
    await start(KAVEH)
    await start(NO_MOBILE)
    expect(seen).toEqual([
      [{ mobile: '+989000000001', hasMobile: true }, true, KAVEH],
      [{ mobile: expect.any(String), hasMobile: false }, true, NO_MOBILE],
    ])
  })

  test.each([
    ['down', 'SYSTEM_UNAVAILABLE', undefined, 'پلیس راهور پاسخ نداد'],
    ['in its night window', 'SYSTEM_MAINTENANCE', '2026-11-23T01:30:00Z', '(تا ۱۴۰۵/۰۹/۰۲ ۰۵:۰۰)'],
  ])('leaves the fields of a system that is %s to the citizen', async (_how, code, until, says) => {
    registers = () =>
      answerFor({ ...ME, drivingLicence: null }, [
        systemError('rahvar-licence', ['me', 'drivingLicence'], code, until),
      ])
    const { application, fields, inquiries } = await start(KAVEH)
    const licence = fieldOf(fields, 'licenceNumber')
    expect(licence).toMatchObject({ state: 'UNAVAILABLE', locked: false, value: null })
    expect(JSON.stringify(licence)).toContain(says)
    expect(fieldOf(fields, 'firstName')).toMatchObject({ locked: true })
    expect(inquiries).toContainEqual(
      expect.objectContaining({ system: 'rahvar-licence', state: 'FAILED' }),
    )
    const declared = { ...OWN_ANSWERS, licenceNumber: '۹۷۰۰۰۰۰۰۰۱', licenceClass: 'CLASS_1' }
    expect(await submit(KAVEH, application['id'], declared)).toMatchObject({
      __typename: 'SubmissionAccepted',
    })
  })

  test.each([
    ['answers nothing', () => ({ data: null, errors: [{ message: 'x' }] })],
    [
      'throws',
      () => {
        throw new CallerError('OPERATION_TOO_COSTLY', 'secret 0004120371')
      },
    ],
  ])('lets the citizen write everything when the graph %s', async (_how, answer) => {
    registers = answer
    const { application, fields, inquiries } = await start(KAVEH)
    expect(fieldOf(fields, 'firstName')).toMatchObject({ state: 'UNAVAILABLE', locked: false })
    expect(inquiries.every((each) => each['state'] === 'FAILED')).toBe(true)
    const answers = {
      ...OWN_ANSWERS,
      firstName: 'کاوه',
      lastName: 'یکتا',
      fatherName: 'منوچهر',
      birthDate: '۱۳۶۵/۰۴/۱۷',
      mobile: '09000000001',
      postCode: '۱۵۹۳۶۰۱۰۴۴',
      address: 'تهران',
      licenceNumber: '9700000001',
      licenceClass: 'CLASS_1',
    }
    expect(await submit(KAVEH, application['id'], answers)).toMatchObject({
      __typename: 'SubmissionAccepted',
    })
    expect(lines.join('\n')).not.toContain('0004120371')
  })

  test('asks for what a register has no record of, and says so', async () => {
    registers = () => answerFor({ ...ME, driverCard: null, conscription: null })
    const { application, fields, inquiries } = await start(KAVEH)
    expect(fieldOf(fields, 'currentCardNumber')).toMatchObject({
      state: 'ASK',
      locked: false,
      reason: { en: expect.stringContaining('no record') },
    })
    expect(inquiries).toContainEqual(
      expect.objectContaining({ system: 'vazife-status', state: 'NO_RECORD' }),
    )
    expect(await submit(KAVEH, application['id'], OWN_ANSWERS)).toMatchObject({
      __typename: 'SubmissionAccepted',
    })
  })

  test.each([
    ['a register did not confirm', { ...ME, ownsMobile: false }, 'mobile', null],
    ['does not fit the form', { ...ME, insurance: { totalDays: -3 } }, 'insuranceDays', null],
  ])('does not lock a value that %s', async (_why, me, name, value) => {
    registers = () => answerFor(me)
    expect(fieldOf((await start(KAVEH)).fields, name)).toMatchObject({
      state: 'ASK',
      locked: false,
      value,
    })
  })

  test('does not lock a value that came without its origin', async () => {
    registers = () => ({ data: { me: ME } })
    expect(fieldOf((await start(KAVEH)).fields, 'lastName')).toMatchObject({
      value: 'یکتای نمونه',
      locked: false,
      provenance: null,
    })
  })

  test('stores no draft for a caller who hung up: its unanswered fields would be open', async () => {
    const gone = new AbortController()
    registers = () => {
      gone.abort()
      return { data: null, errors: [{ message: '', extensions: { code: 'SYSTEM_TIMEOUT' } }] }
    }
    const before = await select('SELECT id FROM application')
    const { errors } = await ask(KAVEH, START, { service: SERVICE }, gone.signal)
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }])
    expect(await select('SELECT id FROM application')).toEqual(before)
  })

  test('asks for what a register wrote in characters that cannot be kept', async () => {
    registers = () => answerFor({ ...ME, fatherName: 'منو\u0000چهر' })
    expect(fieldOf((await start(KAVEH)).fields, 'fatherName')).toMatchObject({
      state: 'ASK',
      value: null,
      locked: false,
    })
  })

  test('refuses a service that is not offered', async () => {
    const { errors } = await ask(KAVEH, START, { service: '99999999999' })
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', fields: ['service'] } }])
  })
})

describe('submitting', () => {
  test('gives code, receipt and promise in one transaction', async () => {
    const { application } = await start(KAVEH)
    const answer = await submit(KAVEH, application['id'], OWN_ANSWERS)
    expect(answer).toMatchObject({
      __typename: 'SubmissionAccepted',
      application: { status: { id: 'ACCEPTED', text: { fa: 'درخواست شما پذیرفته شد' } } },
      receipt: {
        trackingCodePersian: expect.stringMatching(/^[۰-۹]{4} [۰-۹]{4} [۰-۹]{4}$/),
        acceptedAt: '2026-11-22T08:30:00.000Z',
        acceptedAtJalali: '۱۴۰۵/۰۹/۰۱ ۱۲:۰۰',
        promise: {
          startsAt: '2026-11-22T08:30:00.000Z',
          workingDays: 22,
          dueOn: '2026-12-22',
          covered: true,
        },
      },
    })
    const found = await select(
      `SELECT a.answers, a.status, r.code, p.due_at, count(e.*)::int AS events
       FROM application a JOIN receipt r ON r.application = a.id JOIN promise p ON p.application = a.id
       JOIN case_event e ON e.application = a.id WHERE a.id = $1 GROUP BY 1, 2, 3, 4`,
      [application['id']],
    )
    expect(found).toMatchObject([
      {
        status: 'ACCEPTED',
        events: 2,
        answers: { firstName: 'کاوه', criminalRecordNumber: '1234567890' },
      },
    ])
  })

  test.each([
    ['firstName', 'کاوه‌ی دیگر'],
    ['negativePoints', 0],
    ['negativePoints', '2'],
    ['nationalId', '9924022343'],
    ['licenceExpiresOn', '2099-01-01'],
  ])('refuses a changed locked value of %s and stores nothing', async (name, value) => {
    const { application } = await start(KAVEH)
    const refused = await submit(KAVEH, application['id'], { ...OWN_ANSWERS, [name]: value })
    expect(refused).toMatchObject({
      __typename: 'SubmissionRefused',
      problems: [{ field: name, code: 'LOCKED_VALUE_CHANGED' }],
    })
    expect(JSON.stringify(refused)).not.toContain(String(value).padEnd(2, '!'))
    const found = await select(
      'SELECT status, answers, (SELECT count(*)::int FROM receipt WHERE application = id) AS receipts FROM application WHERE id = $1',
      [application['id']],
    )
    expect(found).toEqual([{ status: 'DRAFT', answers: null, receipts: 0 }])
  })

  test('takes locked values sent back unchanged', async () => {
    const { application, fields } = await start(KAVEH)
    const locked = fields.filter((field) => field['locked'] === true)
    const sent = Object.fromEntries(locked.map((field) => [String(field['name']), field['value']]))
    expect(Object.keys(sent).length).toBeGreaterThan(10)
    expect(await submit(KAVEH, application['id'], { ...sent, ...OWN_ANSWERS })).toMatchObject({
      __typename: 'SubmissionAccepted',
    })
  })

  test('refuses a register value that was changed in the database itself', async () => {
    const { application } = await start(KAVEH)
    await pool.query(
      `UPDATE draft_field SET value = '"دیگری"' WHERE application = $1 AND name = 'lastName'`,
      [application['id']],
    )
    expect(await submit(KAVEH, application['id'], OWN_ANSWERS)).toMatchObject({
      problems: [{ field: 'lastName', code: 'LOCKED_VALUE_CHANGED' }],
    })
  })

  test('names every problem at once, by field, in both languages, without a value', async () => {
    const { application } = await start(KAVEH)
    const refused = await submit(KAVEH, application['id'], {
      firstName: 'دیگری',
      requestKind: 'STEAL',
      requestedGrade: '1',
      healthCardExpiresOn: '1405/09/01',
      declaration: false,
      nickname: 'x',
      insuranceDays: 5400,
    })
    const problems = rows(refused['problems'])
    expect(Object.fromEntries(problems.map(({ field, code }) => [field, code]))).toEqual({
      firstName: 'LOCKED_VALUE_CHANGED',
      requestKind: 'NOT_ALLOWED',
      requestedGrade: expect.stringMatching(/WRONG_TYPE|NOT_ALLOWED/),
      healthCardExpiresOn: 'WRONG_FORMAT',
      criminalRecordNumber: 'REQUIRED',
      declaration: 'NOT_ALLOWED',
      nickname: 'UNKNOWN_FIELD',
    })
    expect(JSON.stringify(problems)).toContain('«شمارهٔ گواهی عدم سوءپیشینه» را بنویسید.')
    expect(JSON.stringify(problems)).not.toMatch(/STEAL|دیگری/)
  })

  test('gives the same receipt again for the same answers, and refuses others', async () => {
    const { application } = await start(KAVEH)
    const first = await submit(KAVEH, application['id'], OWN_ANSWERS)
    expect(await submit(KAVEH, application['id'], { ...OWN_ANSWERS, nickname: null })).toEqual(
      first,
    )
    expect(
      await submit(KAVEH, application['id'], { ...OWN_ANSWERS, requestedGrade: 2 }),
    ).toMatchObject({
      problems: [{ field: null, code: 'ALREADY_SUBMITTED' }],
    })
  })

  test('accepts once, however often it is sent at the same moment', async () => {
    const { application } = await start(KAVEH)
    const sent = Array.from({ length: 8 }, () => submit(KAVEH, application['id'], OWN_ANSWERS))
    const [first, ...rest] = await Promise.all(sent)
    expect(first).toMatchObject({ __typename: 'SubmissionAccepted' })
    for (const each of rest) expect(each).toEqual(first)
    const found = await select(
      'SELECT count(*)::int AS events FROM case_event WHERE application = $1',
      [application['id']],
    )
    expect(found).toEqual([{ events: 2 }])
  })

  test('draws another code when one is taken', async () => {
    codes = ['123456789018', '123456789018', '987654321096']
    const one = await submit(KAVEH, (await start(KAVEH)).application['id'], OWN_ANSWERS)
    const two = await submit(KAVEH, (await start(KAVEH)).application['id'], OWN_ANSWERS)
    expect([one, two]).toMatchObject([
      { receipt: { trackingCode: '123456789018' } },
      { receipt: { trackingCode: '987654321096' } },
    ])
  })

  test.each([
    ['a draft of somebody else', (id: string) => id],
    ['a draft that does not exist', () => '00000000-0000-4000-8000-000000000000'],
    ['something that is no id', () => "x' OR 1=1"],
  ])('finds nothing for %s', async (_what, toId) => {
    const { application } = await start(SARA)
    const { errors, data } = await ask(KAVEH, SUBMIT, {
      id: toId(String(application['id'])),
      answers: OWN_ANSWERS,
    })
    expect(data).toEqual({ submitApplication: null })
    expect(errors).toMatchObject([
      {
        message: 'There is no such application.',
        extensions: { code: 'NOT_FOUND', fields: ['id'] },
      },
    ])
  })

  test.each([
    ['U+0000', 'خیابان\u0000'],
    ['half a surrogate pair', 'خیابان \ud800'],
    ['it in a list', ['\u0000']],
    ['endless nesting', nested(100_000)],
  ])('refuses a value with %s by its field', async (_name, value) => {
    registers = () => answerFor({ ...ME, residence: null })
    const { application } = await start(KAVEH)
    const answers = { ...OWN_ANSWERS, postCode: '1593601044', address: value }
    expect(await submit(KAVEH, application['id'], answers)).toMatchObject({
      problems: [{ field: 'address', code: 'WRONG_FORMAT' }],
    })
  })

  test.each([[[]], ['text'], [7]])('refuses %j as answers', async (answers) => {
    const { application } = await start(KAVEH)
    const { errors } = await ask(KAVEH, SUBMIT, { id: application['id'], answers })
    expect(errors).toMatchObject([{ extensions: { code: 'INPUT_REJECTED', fields: ['answers'] } }])
  })
})

describe('tracking', () => {
  test.each([
    ['as given', (code: string) => code],
    ['in Persian digits with blanks', (code: string) => persian(code).replace(/(.{4})/g, '$1 ')],
  ])('finds the own case by its code %s', async (_how, write) => {
    const { receipt } = await accepted(KAVEH)
    const { data } = await ask(KAVEH, TRACK, { code: write(String(receipt['trackingCode'])) })
    expect(data).toEqual({
      trackCase: {
        trackingCode: receipt['trackingCode'],
        service: { code: SERVICE },
        status: { id: 'ACCEPTED' },
        receipt: { acceptedAt: receipt['acceptedAt'] },
        steps: [
          {
            status: { id: 'ACCEPTED', text: { fa: 'درخواست شما پذیرفته شد' } },
            at: receipt['acceptedAt'],
            atJalali: '۱۴۰۵/۰۹/۰۱ ۱۲:۰۰',
          },
        ],
      },
    })
  })

  test('answers the same for a foreign code and for one that does not exist', async () => {
    const { receipt } = await accepted(SARA)
    const foreign = await ask(KAVEH, TRACK, { code: receipt['trackingCode'] })
    const unknown = await ask(KAVEH, TRACK, { code: UNUSED })
    expect(foreign).toEqual({ data: { trackCase: null } })
    expect(unknown).toEqual(foreign)
  })

  test('says that a mistyped code cannot be one', async () => {
    const { errors } = await ask(KAVEH, TRACK, { code: MISTYPED })
    expect(errors).toMatchObject([{ extensions: { code: 'INPUT_REJECTED', fields: ['code'] } }])
  })

  test('lists only the own applications, newest first', async () => {
    await accepted(SARA)
    now += 1
    const mine = await start(KAVEH)
    const list = 'query ($first: Int!) { myApplications(first: $first) { id fields { name } } }'
    const { data } = await ask(KAVEH, list, { first: 100 })
    const ids = rows(data?.['myApplications']).map(({ id }) => id)
    const stored = await select(
      "SELECT id FROM application WHERE applicant = '0004120371' ORDER BY started_at DESC, id",
    )
    expect(ids).toEqual(stored.map(({ id }) => id))
    expect(ids[0]).toBe(mine.application['id'])
    const one = 'query ($id: ID!) { application(id: $id) { id } }'
    expect((await ask(SARA, one, { id: mine.application['id'] })).data).toEqual({
      application: null,
    })
  })

  test.each([
    ['anonymous', ANONYMOUS, 'UNAUTHENTICATED'],
    ['an agency', { ...ANONYMOUS, kind: 'agency' } as const, 'FORBIDDEN'],
  ])('is closed to %s, as is all else', async (_who, caller, code) => {
    const text = `{ trackCase(code: "${UNUSED}") { trackingCode } myApplications { id } }`
    const { data, errors } = await ask(caller, text)
    expect(data).toEqual({ trackCase: null, myApplications: null })
    expect(errors).toMatchObject([{ extensions: { code } }, { extensions: { code } }])
    expect((await ask(caller, START, { service: SERVICE })).errors).toMatchObject([
      { extensions: { code } },
    ])
  })
})

describe('the record', () => {
  test('is intact after all of the above, and shows where it was changed', async () => {
    const { application } = await accepted(KAVEH)
    const id = application['id']
    expect(await applications.verifyEvents()).toEqual([])
    const cases: [string, string][] = [
      [`UPDATE case_event SET payload = payload || '{"code":"x"}' WHERE seq = 2`, 'was changed'],
      [`UPDATE case_event SET at = at + interval '1 second' WHERE seq = 1`, 'was changed'],
      ['DELETE FROM case_event WHERE seq = 2', 'does not end where'],
      ['DELETE FROM case_event WHERE seq = 1', 'an event is missing'],
    ]
    for (const [sql, says] of cases) {
      await tamper(`${sql} AND application = '${String(id)}'`, async () => {
        const faults = await applications.verifyEvents()
        expect(faults).toMatchObject([{ application: id, message: expect.stringContaining(says) }])
      })
    }
    expect(await applications.verifyEvents()).toEqual([])
  })

  test('is not taken for forged while applications are being accepted', async () => {
    for (let round = 0; round < 8; round++) {
      const accepting = Promise.all(Array.from({ length: 4 }, () => accepted(KAVEH)))
      expect(await applications.verifyEvents()).toEqual([])
      expect(await applications.verifyEvents()).toEqual([])
      await accepting
    }
  })

  test.each([
    "UPDATE case_event SET type = 'x'",
    'DELETE FROM receipt',
    'TRUNCATE promise',
    "UPDATE application SET answers = '{}' WHERE submitted_at IS NOT NULL",
    'DELETE FROM application WHERE submitted_at IS NOT NULL',
  ])('refuses `%s`', async (sql) => {
    await accepted(KAVEH)
    await expect(pool.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^23001|23503$/),
    })
  })

  test('keeps values out of the log and out of events', async () => {
    await accepted(KAVEH)
    const found = await select('SELECT payload FROM case_event')
    const text = JSON.stringify(found) + lines.join('\n')
    expect(text).not.toMatch(/کاوه|0004120371|9700000001|989000000001/)
  })

  test('shows a database failure only as INTERNAL with a reference', async () => {
    const { application } = await start(KAVEH)
    codes = ['bad']
    const { errors } = await ask(KAVEH, SUBMIT, { id: application['id'], answers: OWN_ANSWERS })
    expect(errors).toMatchObject([
      { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } },
    ])
    expect(lines.join('\n')).toContain('a resolver failed')
    expect(lines.join('\n')).not.toMatch(/کاوه|0004120371|bad/)
    expect(await submit(KAVEH, application['id'], OWN_ANSWERS)).toMatchObject({
      __typename: 'SubmissionAccepted',
    })
  })
})

describe('opening', () => {
  test('refuses a flow that changed without a new version', async () => {
    const service = catalogue.services.get(SERVICE)!
    const changed = { ...service, transitions: service.transitions.slice(1) }
    const options = {
      databaseUrl: database.url,
      catalogue: { services: new Map([[SERVICE, changed]]) },
      log,
    }
    await expect(openApplications(options)).rejects.toThrow('raise "flowVersion" above 1')
    const next = { ...changed, flowVersion: 2 }
    const again = await openApplications({
      ...options,
      catalogue: { services: new Map([[SERVICE, next]]) },
    })
    await again.close()
  })

  test('asks to start again when the form has changed since the draft', async () => {
    const { application } = await start(KAVEH)
    const service = catalogue.services.get(SERVICE)!
    const services = new Map([[SERVICE, { ...service, version: 2 }]])
    const later = await open({ services })
    const context = contextOf(KAVEH, () => Promise.resolve(answerFor(ME)))
    const variables = { id: application['id'], answers: OWN_ANSWERS }
    const { errors } = await later.execute({ document: parse(SUBMIT), variables, context })
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }])
    const first = await submit(KAVEH, application['id'], OWN_ANSWERS)
    const again = { id: application['id'], answers: OWN_ANSWERS }
    const { data } = await later.execute({ document: parse(SUBMIT), variables: again, context })
    expect(data).toEqual({ submitApplication: first })
    await later.close()
  })

  test('serves an SDL with the policies the gateway reads', () => {
    for (const field of [
      'trackCase',
      'myApplications',
      'application',
      'startApplication',
      'submitApplication',
    ]) {
      expect(applications.sdl).toMatch(
        new RegExp(
          `${field}\\([\\s\\S]*?@policy\\(policies: \\[\\["citizen"\\], \\["counter-mandate"\\]\\]\\)`,
        ),
      )
    }
  })
})

function open(instead: { services: Catalogue['services'] } = catalogue): Promise<Applications> {
  return openApplications({
    databaseUrl: database.url,
    catalogue: instead,
    log,
    now: () => now,
    newCode: () => codes.shift() ?? randomCode(),
  })
}

function randomCode(): string {
  for (;;) {
    const code = String(Math.floor(1e11 + Math.random() * 8.99e11))
    if (readTrackingCode(code) !== undefined) return code
  }
}

function ask(
  caller: Caller,
  text: string,
  variables: Record<string, unknown> = {},
  signal?: AbortSignal,
) {
  const asking = contextOf(caller, async (_document, sent, asked) => registers(sent, asked))
  const context = { ...asking, signal: signal ?? asking.signal }
  return applications.execute({ document: parse(text), variables, context })
}

function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

async function start(caller: Caller) {
  const { data, errors } = await ask(caller, START, { service: SERVICE })
  expect(errors).toBeUndefined()
  const { application, fields, inquiries } = row(data?.['startApplication'])
  return { application: row(application), fields: rows(fields), inquiries: rows(inquiries) }
}

async function submit(caller: Caller, id: unknown, answers: unknown): Promise<Row> {
  const { data, errors } = await ask(caller, SUBMIT, { id, answers })
  expect(errors).toBeUndefined()
  return row(data?.['submitApplication'])
}

async function accepted(caller: Caller) {
  const { application } = await start(caller)
  const answer = await submit(caller, application['id'], OWN_ANSWERS)
  return { receipt: row(answer['receipt']), application: row(answer['application']) }
}

async function select(sql: string, values: unknown[] = []): Promise<Row[]> {
  return rows((await pool.query(sql, values)).rows)
}

function fieldOf(fields: Row[], name: string): Row | undefined {
  return fields.find((field) => field['name'] === name)
}

function persian(code: string): string {
  return code.replace(/[0-9]/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)))
}

// As somebody with all rights would: triggers off, then everything back as it was.
async function tamper(sql: string, look: () => Promise<void>): Promise<void> {
  const found = await select('SELECT * FROM case_event')
  await pool.query('ALTER TABLE case_event DISABLE TRIGGER USER')
  try {
    await pool.query(sql)
    await look()
  } finally {
    await pool.query('DELETE FROM case_event')
    for (const event of found) {
      const payload = JSON.stringify(event['payload'])
      const { application, seq, type, at, actor, previous_hash, hash } = event
      const values = [application, seq, type, at, actor, payload, previous_hash, hash]
      await pool.query('INSERT INTO case_event VALUES ($1,$2,$3,$4,$5,$6,$7,$8)', values)
    }
    await pool.query('ALTER TABLE case_event ENABLE TRIGGER USER')
  }
}
